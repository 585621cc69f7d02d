import { type Command, Option } from "@commander-js/extra-typings";
import {
  delayValue,
  failIfValue,
  lineValue,
  outValue,
  startValue,
} from "../values.ts";
import { examples, reportForm, type TreeContext } from "./context.ts";

/** How far clocks that are kept by NTP are apart at most. */
const SLACK_MS = 100;
const TRACE_HELP = "where the trace of a replay is; else where it was";

/** The commands that read what a run has left. */
export function addRecords(tree: Command, context: TreeContext): void {
  tree.commandsGroup("What a run has left:");
  addReport(tree, context);
  addPage(tree, context);
  addRuns(tree, context);
  addCompare(tree, context);
  addMerge(tree, context);
  addVerify(tree, context);
  tree.commandsGroup("Commands:");
}

function addReport(tree: Command, { system, ended }: TreeContext): void {
  tree.command("report")
    .description("the report of a recorded run, or of a span of it")
    .argument("<RECORD>", "its file, or the name of a run that kept one")
    .option("--from <ISO>", "where the span begins; else the start", startValue)
    .option("--to <ISO>", "where the span ends; else the end", startValue)
    .option(
      "--out <FORMAT=FILE>",
      "write it as json, html, text, csv, hlog, junit or md too; - is standard output; repeatable",
      outValue,
    )
    .option("--with <RECORD>", "lay another one over it, in html")
    .option("--trace <TRACE>", TRACE_HELP)
    .addOption(reportForm())
    .addHelpText(
      "after",
      examples(
        "kar report soak",
        "kar report run.kar --out json=report.json",
        "kar report soak --from 2026-11-24T03:00 --to 2026-11-24T03:30",
        "kar report run.kar --out hlog=run.hlog --out html=run.html",
      ),
    )
    .action(async (word, flags) => {
      const { report } = await import("../commands/report.ts");
      ended(await report(system, word, flags));
    });
}

function addPage(tree: Command, { system, ended }: TreeContext): void {
  tree.command("page")
    .description("show a recorded run in the browser")
    .argument("<RECORD>", "its file, or the name of a run that kept one")
    .option("--with <RECORD>", "lay another one over it")
    .option(
      "--address <HOST:PORT>",
      "where; else 127.0.0.1:9089, or a free port",
    )
    .addHelpText(
      "after",
      examples("kar page soak", "kar page today.kar --with yesterday.kar"),
    )
    .action(async (word, flags) => {
      const { page } = await import("../commands/page.ts");
      ended(await page(system, word, flags));
    });
}

function addRuns(tree: Command, { system, ended }: TreeContext): void {
  tree.command("runs")
    .description("list the records that runs with a name have kept")
    .option("--name <NAME>", "of one name only")
    .option("--json", "print them as JSON, with their files")
    .addHelpText("after", examples("kar runs", "kar runs --name soak --json"))
    .action(async (flags) => {
      const { runs } = await import("../commands/records/runs.ts");
      ended(await runs(system, flags));
    });
}

function addCompare(tree: Command, { system, ended }: TreeContext): void {
  tree.command("compare")
    .description("two recorded runs beside each other")
    .argument("<A>", "a record, a name, or a report as JSON")
    .argument("<B>", "what is compared with it")
    .option(
      "--out <FORMAT=FILE>",
      "write it as json or text too; - is standard output; repeatable",
      outValue,
    )
    .option(
      "--fail-if <CONDITION>",
      "exit with 7 where it holds; repeatable",
      failIfValue,
    )
    .addHelpText(
      "after",
      examples(
        "kar compare before.kar after.kar",
        "kar compare before.kar after.kar --fail-if 'response.p99 worse by 10%'",
        "kar compare before.json after.json --out json=-",
      ),
    )
    .action(async (a, b, flags) => {
      const { compare } = await import("../commands/records/compare.ts");
      ended(await compare(system, [a, b], flags));
    });
}

function addMerge(tree: Command, { system, ended }: TreeContext): void {
  tree.command("merge")
    .description("one run of the records of its parts")
    .argument("<PART...>", "records of parts that were sent with --stripe")
    .option("--record <FILE>", "keep the merged record there")
    .option("--trace <TRACE>", TRACE_HELP)
    .option(
      "--out <FORMAT=FILE>",
      "write its report as json, html, text, csv, hlog, junit or md too; - is standard output; repeatable",
      outValue,
    )
    .addOption(reportForm())
    .addHelpText(
      "after",
      examples(
        "kar merge part-1.kar part-2.kar part-3.kar",
        "kar merge part-*.kar --record all.kar --out json=all.json",
      ),
    )
    .action(async (parts, flags) => {
      const { merge } = await import("../commands/records/merge.ts");
      ended(await merge(system, parts, flags));
    });
}

function addVerify(tree: Command, { system, ended }: TreeContext): void {
  tree.command("verify")
    .description("hold a run against its server's access log")
    .argument("<RECORD>", "its file, or the name of a run that kept one")
    .argument("<LOG>", "the server's log, .gz too; - is standard input")
    .option(
      "--path <PATH>",
      "take lines of this path only; PATH* is all that begin so; repeatable",
      lineValue,
    )
    .option(
      "--target <NAME>",
      "the log is of this target only; repeatable",
      lineValue,
    )
    .addOption(
      new Option("--format <FORMAT>", "where a line has its time")
        .choices(["auto", "clf", "msec", "iso", "json"])
        .default("auto" as const),
    )
    .option(
      "--field <NAME>",
      "the field of JSON lines that has the time, such as request.time",
    )
    .addOption(
      new Option(
        "--slack <DURATION>",
        "how far the clocks of kar and server may be apart",
      ).argParser(delayValue).default(SLACK_MS, "100ms"),
    )
    .option("--trace <TRACE>", TRACE_HELP)
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      examples(
        "kar verify run.kar /var/log/nginx/access.log",
        "kar verify soak access.log.gz --path '/api/*'",
        "kar verify run.kar app.jsonl --field request.time --json",
        "zcat access.log.*.gz | kar verify run.kar -",
      ),
    )
    .action(async (record, log, flags) => {
      const { verify } = await import("../commands/records/verify.ts");
      ended(await verify(system, [record, log], flags));
    });
}
