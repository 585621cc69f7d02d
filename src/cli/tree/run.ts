import { type Command, Option } from "@commander-js/extra-typings";
import { KarError } from "../../base/mod.ts";
import type { RunLineFlags } from "../commands/line.ts";
import { twoSources } from "../line/foreign.ts";
import {
  headerValue,
  rateValue,
  scheduleValue,
  spanValue,
  spikesValue,
} from "../line/values.ts";
import {
  atValue,
  delayValue,
  lineValue,
  outValue,
  seedValue,
  settingValue,
  startValue,
  stripeIndexValue,
  stripeValue,
} from "../values.ts";
import { fleetValue } from "../fleet/address.ts";
import {
  examples,
  logFormat,
  reportForm,
  type TreeContext,
} from "./context.ts";
import { givenSource } from "./given.ts";

const PRESETS = ["gentle", "moderate", "aggressive"] as const;

/** The commands that send in the foreground. */
export function addRun(tree: Command, context: TreeContext): void {
  addFileRun(tree, context);
  addQuickstart(tree, context);
}

function addFileRun(tree: Command, { system, ended }: TreeContext): void {
  lineCommand(tree, "run")
    .description("send to a URL, or the traffic of a config file")
    .option("-c, --config <FILE>", "what to send, and where; - is stdin")
    .option("--start <ISO>", "plan time begins here; else now", startValue)
    .option(
      "--at <ISO|+D>",
      "begin at this instant of the clock, or after D; else now",
      atValue,
    )
    .option("--armed", "be ready, but send nothing yet")
    .option("--stripe <I/N>", "send only part I of N", stripeValue)
    .option(
      "--stripe-index <I/N>",
      "the same, with I counted from 0",
      stripeIndexValue,
    )
    .option("--resume", "continue where the last run of this name stopped")
    .optionsGroup("With other machines:")
    .option(
      "--fleet <URL>",
      "open or join the run of a fleet, nats://host:4222/blue",
      fleetValue,
    )
    .option(
      "--record-all <FILE>",
      "with --fleet: keep a record of all parts there",
    )
    .option("--node <NAME>", "this member's name; else host and part")
    .option(
      "--wait <D>",
      "wait so long for the bus (default: 30s)",
      delayValue,
    )
    .addHelpText(
      "after",
      examples(
        "kar run http://localhost:8080/ -r 200 -d 1m",
        "kar run http://localhost:8080/api -X POST -b @order.json --save kar.yaml",
        "kar run --config kar.yaml",
        "kar run --config kar.yaml --resume --name soak",
        "kar run --config kar.yaml --duration 5m --out json=report.json",
        "kar run --config kar.yaml --stripe 1/3 --at 2026-12-01T09:00:00Z",
        "kar run --config kar.yaml --fleet nats://bus:4222/blue --stripe 1/3",
        "kar run --config kar.yaml --start 2026-11-24T08:55 --set controller.base_tps=50",
      ),
    )
    .action(async (url, flags) => {
      if (url === undefined) {
        checkOnlyFile(flags);
        const { run } = await import("../commands/run.ts");
        const config = givenSource(flags.config);
        const screen = flags.screen === true ? true : undefined;
        return ended(await run(system, { ...flags, config, screen }));
      }
      if (flags.config !== undefined) throw twoSources(url, flags.config);
      if (flags.fleet !== undefined) throw needsFile();
      const { runUrl } = await import("../commands/line.ts");
      ended(await runUrl(system, url, flags));
    });
}

function addQuickstart(tree: Command, { system, ended }: TreeContext): void {
  lineCommand(tree, "quickstart")
    .description("send lively traffic to a URL, until it is stopped")
    .addOption(
      new Option("--tps <N>", "the same as --rate").argParser(rateValue)
        .hideHelp(),
    )
    .addHelpText(
      "after",
      examples(
        "kar quickstart http://localhost:8080/",
        "kar quickstart http://localhost:8080/ -r 200 --preset aggressive",
      ),
    )
    .action(async (url, flags) => {
      if (url === undefined) {
        throw new KarError("usage", "URL is missing: name what to send to");
      }
      const { quickstart } = await import("../commands/line.ts");
      const rate = flags.rate ?? flags.tps;
      ended(await quickstart(system, url, { ...flags, rate }));
    });
}

/** A command that takes a URL, with what says what to send there. */
function lineCommand(tree: Command, name: "run" | "quickstart") {
  return tree.command(name)
    .argument("[URL]", "where to send, such as http://localhost:8080/api")
    .optionsGroup("With a URL:")
    .option("-r, --rate <N>", "requests a second; else 50", rateValue)
    .option("--max <N>", "the rate never passes this", rateValue)
    .option("-X, --method <METHOD>", "HTTP method; else GET, POST with a body")
    .option("-H, --header <HEADER>", "name: value; repeatable", headerValue)
    .option("-b, --body <TEXT|@FILE>", "body, or JSON message with --grpc")
    .option("--http2", "speak HTTP/2")
    .option("--grpc <METHOD>", "call package.Service/Method over gRPC")
    .addOption(
      new Option("--preset <NAME>", "how lively the traffic is")
        .choices(PRESETS),
    )
    .option(
      "--spikes <N>x<F>",
      "such as 0.1x3: N a second, F high",
      spikesValue,
    )
    .option("--schedule <RULES>", "such as 9-17:1.5, by hour", scheduleValue)
    .option("--save <FILE>", "write the config that this line stands for")
    .option("--force", "--save may replace a file")
    .option("--yes", "fire at public hosts without asking")
    .optionsGroup("Options:")
    .option(
      "-d, --duration <D>",
      name === "run"
        ? "end this long after it fires; with a URL else 30s"
        : "end this long after it fires; else by signal",
      spanValue,
    )
    .option("--seed <N>", "seed of every draw", seedValue)
    .option(
      "--set <PATH=VALUE...>",
      "override a key of the config",
      settingValue,
    )
    .option(
      "--threshold <LINE>",
      "what must hold too, such as 'errors < 1%'; repeatable",
      lineValue,
    )
    .option(
      "--tolerate <SHARE>",
      "kar itself may be the limit in so many seconds; else 5%",
    )
    .option("--allow-unknown", "what cannot be judged fails nothing")
    .option(
      "--out <FORMAT=FILE>",
      "write the report as json, html, text, csv, hlog, junit or md too; - is standard output; repeatable",
      outValue,
    )
    .option("--record <FILE>", "keep a record there, for kar report")
    .addOption(reportForm())
    .option("--quiet", "no status lines on standard error")
    .option("--screen", "show the live screen; needs a terminal")
    .option("--no-screen", "status lines, where a URL would show the screen")
    .option("--ui", "serve the live page; ui.address says where")
    .option("--name <NAME>", "keep log and state under this name")
    .addOption(logFormat());
}

/** Flags that only mean something with a URL. */
const LINE_FLAGS = [
  "rate",
  "max",
  "method",
  "header",
  "body",
  "http2",
  "grpc",
  "preset",
  "spikes",
  "schedule",
  "save",
  "force",
  "yes",
] as const satisfies readonly (keyof RunLineFlags)[];

/** What takes their place where there is a file. */
const IN_FILE: Readonly<Record<string, string>> = {
  rate: "--set controller.base_tps=N",
  max: "--set controller.max_tps=N",
  preset: "--set preset=NAME",
};

function checkOnlyFile(
  flags: Readonly<Partial<Record<keyof RunLineFlags, unknown>>>,
): void {
  const given = LINE_FLAGS.find((flag) => flags[flag] !== undefined);
  if (given === undefined) return;
  const instead = IN_FILE[given];
  throw new KarError(
    "usage",
    `--${given} goes with a URL: kar run URL --${given} …${
      instead === undefined ? "" : `; with a file: ${instead}`
    }`,
  );
}

function needsFile(): KarError {
  return new KarError(
    "usage",
    "--fleet goes with a config file, which all members share: --save FILE writes the one that a line stands for",
  );
}
