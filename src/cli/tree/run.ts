import { type Command, Option } from "@commander-js/extra-typings";
import { examples, type TreeContext } from "./context.ts";
import { givenConfig } from "./given.ts";
import {
  atValue,
  outValue,
  seedValue,
  settingValue,
  slotsValue,
  startValue,
  stripeValue,
} from "../values.ts";

/** The command that sends, headless or on the live screen. */
export function addRun(tree: Command, { system, ended }: TreeContext): void {
  tree.command("run")
    .description("send the traffic of a config file")
    .option("-c, --config <FILE>", "what to send, and where (required)")
    .option(
      "--duration <D>",
      "end this long after it fires; else by signal",
      slotsValue,
    )
    .option("--start <ISO>", "plan time begins here; else now", startValue)
    .option(
      "--at <ISO|+D>",
      "begin at this instant of the clock, or after D; else now",
      atValue,
    )
    .option("--seed <N>", "seed of every draw", seedValue)
    .option("--armed", "be ready, but send nothing yet")
    .option("--set <PATH=VALUE...>", "override a key of the file", settingValue)
    .option("--stripe <I/N>", "send only part I of N", stripeValue)
    .option(
      "--out <FORMAT=FILE>",
      "write the report as json, text or csv too; - is standard output; repeatable",
      outValue,
    )
    .addOption(
      new Option("--report <FORM>", "how much of it to print")
        .choices(["full", "short"]).default("full" as const),
    )
    .option("--quiet", "no status lines on standard error")
    .option("--screen", "show the live screen; needs a terminal")
    .option("--name <NAME>", "keep log and state under this name")
    .option("--resume", "go on where the last run of this name was")
    .addOption(
      new Option("--log-format <FORMAT>", "how lines of the log look")
        .choices(["text", "json"]).default("text" as const),
    )
    .addHelpText(
      "after",
      examples(
        "kar run --config kar.yaml",
        "kar run --config kar.yaml --resume --name soak",
        "kar run --config kar.yaml --duration 5m --out json=report.json",
        "kar run --config kar.yaml --at +10s --stripe 1/3",
        "kar run --config kar.yaml --start 2026-11-24T08:55 --set controller.base_tps=50",
      ),
    )
    .action(async (flags) => {
      const { run } = await import("../commands/run.ts");
      ended(await run(system, { ...flags, config: givenConfig(flags.config) }));
    });
}
