import { Argument, Command, Option } from "@commander-js/extra-typings";
import manifest from "../../../deno.json" with { type: "json" };
import { KarError } from "../../base/mod.ts";
import { textColumns } from "../system.ts";
import {
  samplesValue,
  seedValue,
  settingValue,
  slotsValue,
  startValue,
} from "../values.ts";
import { examples, type TreeContext } from "./context.ts";
import { addDiscover, addDoctor } from "./discover.ts";
import { givenConfig } from "./given.ts";
import { addImport } from "./import.ts";
import { addLearn, addReplay } from "./learn.ts";
import { addFleet } from "./fleet.ts";
import { addOperations } from "./operations.ts";
import { addRecords } from "./records.ts";
import { addRun } from "./run.ts";
import { addDemo, addEcho } from "./samples.ts";

/**
 * The whole command line on one page. Each command's file is loaded only when
 * it runs, so `kar version` does not pay for the engine; its path is written
 * out, so that a compiled binary contains it.
 *
 * Never exits and never prints an error: both are thrown as `CommanderError`.
 */
export function buildTree(context: TreeContext): Command {
  const { system } = context;
  const columns = () => textColumns(system);
  const tree = new Command("kar")
    .description(
      "Sends realistic, irregular traffic to a service, and tells the truth about what it sent and what came back.",
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => system.stdout.write(text),
      writeErr: (text) => system.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: columns,
      getErrHelpWidth: columns,
    })
    .version(`kar ${manifest.version}`, "-V, --version", "show the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command");
  addRun(tree, context);
  addOperations(tree, context);
  addFleet(tree, context);
  addDiscover(tree, context);
  addRecords(tree, context);
  addDoctor(tree, context);
  addImport(tree, context);
  addLearn(tree, context);
  addReplay(tree, context);
  addDemo(tree, context);
  addSimulate(tree, context);
  addValidate(tree, context);
  addSchema(tree, context);
  addTypes(tree, context);
  addEcho(tree, context);
  addCompletion(tree, context);
  addVersion(tree, context);
  return tree.addHelpText(
    "after",
    examples(
      "kar demo",
      "kar run http://localhost:8080/ -r 200 -d 1m",
      "kar run --config configs/kar98k.yaml --duration 10m",
      "kar start --daemon --config configs/kar98k.yaml --trigger",
      "kar help simulate",
    ),
  );
}

function addSimulate(tree: Command, { system, ended }: TreeContext): void {
  tree.command("simulate")
    .description("show what would be sent, without sending")
    .option("-c, --config <FILE>", "what would be sent (required)")
    .option(
      "--start <ISO>",
      "start of the span; else the top of this hour",
      startValue,
    )
    .option(
      "--duration <D>",
      "length of the span; else all scenarios, or 24h",
      slotsValue,
    )
    .option(
      "--resolution <D>",
      "length of a row; else by the span, at most 5m",
      slotsValue,
    )
    .option("--seed <N>", "seed of every draw", seedValue)
    .option("--set <PATH=VALUE...>", "override a key of the file", settingValue)
    .addOption(
      new Option("--format <FORMAT>", "how to print it")
        .choices(["text", "csv", "json"]).default("text" as const),
    )
    .addOption(
      new Option(
        "--digest [WHAT]",
        "print the digest of all arrivals, or of all requests (content), instead",
      ).choices(["arrivals", "content"]).preset("arrivals" as const),
    )
    .addHelpText(
      "after",
      examples(
        "kar simulate --config kar.yaml",
        "kar simulate --config kar.yaml --start 2026-11-24T09:00 --duration 1h --resolution 1m",
        "kar simulate --config kar.yaml --format csv > forecast.csv",
      ),
    )
    .action(async (flags) => {
      const { simulate } = await import("../commands/simulate.ts");
      const config = givenConfig(flags.config);
      ended(await simulate(system, { ...flags, config }));
    });
}

function addValidate(tree: Command, { system, ended }: TreeContext): void {
  tree.command("validate")
    .description("report every problem of a config file at once")
    .argument("[FILE]", "the file to check")
    .option(
      "-c, --config <FILE>",
      "the file to check, as other commands take it",
    )
    .option("--json", "print the problems as JSON")
    .option(
      "--show <N>",
      "print so many requests of each target, as they would be sent",
      samplesValue,
    )
    .addHelpText(
      "after",
      examples(
        "kar validate configs/kar98k.yaml",
        "kar validate --config kar.yaml --json",
        "kar validate kar.yaml --show 3",
      ),
    )
    .action(async (file, { config, json, show }) => {
      const { validate } = await import("../commands/validate.ts");
      ended(await validate(system, oneFile(file, config), { json, show }));
    });
}

function addSchema(tree: Command, { system, ended }: TreeContext): void {
  tree.command("schema")
    .description("print the JSON Schema of config files, for editors")
    .addHelpText("after", examples("kar schema > kar.schema.json"))
    .action(async () => {
      const { schema } = await import("../commands/schema.ts");
      ended(schema(system));
    });
}

function addTypes(tree: Command, { system, ended }: TreeContext): void {
  tree.command("types")
    .description("print the types of journeys' scripts, as kar.d.ts")
    .argument("[FILE]", "a config, whose data sets then have their columns")
    .addHelpText(
      "after",
      examples("kar types > kar.d.ts", "kar types kar.yaml > kar.d.ts"),
    )
    .action(async (file) => {
      const { types } = await import("../commands/schema.ts");
      ended(await types(system, file));
    });
}

function addCompletion(tree: Command, { system, ended }: TreeContext): void {
  tree.command("completion")
    .description("print the completion script for a shell")
    .addArgument(
      new Argument("<SHELL>", "which shell").choices([
        "bash",
        "zsh",
        "fish",
        "powershell",
      ]),
    )
    .addHelpText(
      "after",
      examples(
        "source <(kar completion bash)",
        "kar completion zsh > ~/.zfunc/_kar",
        "kar completion fish > ~/.config/fish/completions/kar.fish",
      ),
    )
    .action(async (shell) => {
      const { completion } = await import("../commands/completion.ts");
      ended(completion(system, shell));
    });
  tree.command("man")
    .description("write the manual: a page for each command, for man")
    .requiredOption("--dir <D>", "folder for the pages, such as man1")
    .addHelpText("after", examples("kar man --dir /usr/local/share/man/man1"))
    .action(async ({ dir }) => {
      const { writeManual } = await import("../man/write.ts");
      ended(await writeManual(system, { tree, dir }));
    });
  tree.command("__complete", { hidden: true })
    .argument("[WORDS...]")
    .action(async (words) => {
      const { printCandidates } = await import("../commands/completion.ts");
      ended(await printCandidates(system, { tree, words }));
    });
}

function addVersion(tree: Command, { system, ended }: TreeContext): void {
  tree.command("version")
    .description("show the version of kar and of what it runs on")
    .option("--json", "print it as JSON")
    .addHelpText("after", examples("kar version", "kar version --json"))
    .action(async (flags) => {
      const { version } = await import("../commands/version.ts");
      ended(version(system, flags));
    });
}

/** The file to check, which is named once: alone, or with `--config`. */
function oneFile(file: string | undefined, config: string | undefined): string {
  if (file !== undefined && config !== undefined) {
    throw new KarError(
      "usage",
      `two files to check, ${file} and --config ${config}: name one`,
    );
  }
  const named = file ?? config;
  if (named !== undefined) return named;
  throw new KarError("usage", "FILE is missing: name a config file");
}
