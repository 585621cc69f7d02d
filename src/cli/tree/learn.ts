import { type Command, Option } from "@commander-js/extra-typings";
import { examples, type TreeContext } from "./context.ts";

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
      const { learnPlan } = await import("../commands/learn.ts");
      ended(await learnPlan(system, logs, flags));
    });
}
