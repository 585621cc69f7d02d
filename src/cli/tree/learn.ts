import { type Command, Option } from "@commander-js/extra-typings";
import { spanValue } from "../line/values.ts";
import {
  copiesValue,
  loopValue,
  methodsValue,
  speedValue,
} from "../replay/values.ts";
import {
  atValue,
  delayValue,
  lineValue,
  outValue,
  seedValue,
  startValue,
  stripeValue,
} from "../values.ts";
import {
  examples,
  logFormat,
  reportForm,
  type TreeContext,
} from "./context.ts";

/** The commands that begin with what traffic was. */
export function addLearn(tree: Command, { system, ended }: TreeContext): void {
  tree.command("learn")
    .description("make a config of what traffic was: access logs, or counts")
    .argument("<LOG...>", "access logs, .gz too; - is standard input")
    .addOption(
      new Option("--format <FORMAT>", "what they are")
        .choices([
          ...["auto", "nginx", "apache", "combined", "caddy", "json"] as const,
          ...["envoy", "alb", "csv", "prometheus"] as const,
        ]).default("auto" as const),
    )
    .option(
      "--zone <ZONE>",
      "whose days and weeks, and of stamps that say none; else the system's",
    )
    .addOption(
      new Option(
        "--stamp <WHAT>",
        "what stamps are of; else told from the order of lines",
      ).choices(["start", "end"] as const),
    )
    .option("--target <URL>", "where to send; else http://localhost:8080")
    .option("--save <FILE>", "write it there, instead of printing it")
    .option("--force", "--save may replace a file")
    .option("--check", "simulate it, and print log beside plan by scale")
    .option("--keep-paths", "write paths of fewer than five clients, too")
    .addHelpText(
      "after",
      examples(
        "kar learn /var/log/nginx/access.log --save kar.yaml",
        "kar learn access.log.*.gz --zone Europe/Berlin --check --save kar.yaml",
        "zcat caddy.jsonl.gz | kar learn - --target http://staging:8080",
        "kar learn counts.csv --format csv",
      ),
    )
    .action(async (logs, flags) => {
      const { learnPlan } = await import("../commands/learned/learn.ts");
      ended(await learnPlan(system, logs, flags));
    });
}

/** The command that sends what was sent before. */
export function addReplay(tree: Command, { system, ended }: TreeContext): void {
  replayCommand(tree)
    .optionsGroup("Options:")
    .option("-d, --duration <D>", "end this long after it fires", spanValue)
    .option("--start <ISO>", "plan time begins here; else now", startValue)
    .option("--at <ISO|+D>", "begin at this instant, or after D", atValue)
    .option("--armed", "be ready, but send nothing yet")
    .option("--stripe <I/N>", "send only part I of N", stripeValue)
    .option("--seed <N>", "seed of every draw", seedValue)
    .option("--threshold <LINE>", "what must hold; repeatable", lineValue)
    .option("--tolerate <SHARE>", "kar itself may be the limit; else 5%")
    .option("--allow-unknown", "what cannot be judged fails nothing")
    .option(
      "--out <FORMAT=FILE>",
      "write the report, too; repeatable",
      outValue,
    )
    .option("--record <FILE>", "keep a record there, for kar report")
    .addOption(reportForm())
    .option("--quiet", "no status lines on standard error")
    .option("--screen", "show the live screen; needs a terminal")
    .option("--ui", "serve the live page")
    .option("--name <NAME>", "keep log and state under this name")
    .option("--resume", "continue where the last replay of this name stopped")
    .addOption(logFormat())
    .addHelpText(
      "after",
      examples(
        "kar replay access.log --target http://localhost:8080",
        "kar replay access.log.gz --target http://staging:8080 --rate 3 --save t.kartrace",
        "kar replay t.kartrace --target http://localhost:8080 --speed 2 --digest",
        "kar replay t.kartrace --target http://localhost:8080 --name friday --resume",
      ),
    )
    .action(async (path, flags) => {
      const { replay } = await import("../commands/learned/replay.ts");
      ended(await replay(system, path, flags));
    });
}

/** The command with what says what is sent, and how the log is read. */
function replayCommand(tree: Command) {
  return tree.command("replay")
    .description("send what a log holds, at its own instants")
    .argument(
      "<LOG|TRACE>",
      "access log, .gz too, - for stdin; or a packed trace",
    )
    .requiredOption("--target <URL>", "where to send; paths come from the log")
    .option("--speed <N>", "2 = in half the time", speedValue)
    .option("--rate <N>", "3 = three times the users, 0.5 = half", copiesValue)
    .option(
      "--shift <D>",
      "how far copies lie apart; else by its bursts",
      delayValue,
    )
    .option("--loop <N>", "so many times, one after the other", loopValue)
    .option(
      "--methods <LIST>",
      "such as GET,POST; else GET,HEAD,OPTIONS",
      methodsValue,
    )
    .option("--save <TRACE>", "keep the packed trace there")
    .option("--force", "--save may replace a file")
    .option("--digest", "print plan, arrivals and their digest; send nothing")
    .option("--yes", "fire at public hosts without asking")
    .optionsGroup("How the log is read:")
    .addOption(
      new Option("--format <FORMAT>", "what it is")
        .choices([
          ...["auto", "nginx", "apache", "combined", "caddy", "json"] as const,
          ...["envoy", "alb"] as const,
        ]).default("auto" as const),
    )
    .option("--zone <ZONE>", "of stamps that say none; else UTC")
    .addOption(
      new Option("--stamp <WHAT>", "what stamps are of; else told from order")
        .choices(["start", "end"] as const),
    )
    .option("--keep-paths", "send paths of fewer than five clients, too");
}
