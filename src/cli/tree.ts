import { Argument, Command, Option } from "@commander-js/extra-typings";
import manifest from "../../deno.json" with { type: "json" };
import { KarError } from "../base/mod.ts";
import { PROTOCOL_NAMES } from "../protocol/mod.ts";
import { addOperations } from "./operations_tree.ts";
import { textColumns } from "./system.ts";
import { examples, type TreeContext } from "./tree_context.ts";
import {
  atValue,
  delayValue,
  durationValue,
  outValue,
  portValue,
  seedValue,
  settingValue,
  shareValue,
  slotsValue,
  startValue,
  stripeValue,
} from "./values.ts";

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
  addDemo(tree, context);
  addSimulate(tree, context);
  addValidate(tree, context);
  addSchema(tree, context);
  addEcho(tree, context);
  addCompletion(tree, context);
  addVersion(tree, context);
  return tree.addHelpText(
    "after",
    examples(
      "kar demo",
      "kar run --config configs/kar98k.yaml --duration 10m",
      "kar start --daemon --config configs/kar98k.yaml --trigger",
      "kar help simulate",
    ),
  );
}

function addRun(tree: Command, { system, ended }: TreeContext): void {
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
      const { run } = await import("./commands/run.ts");
      ended(await run(system, { ...flags, config: given(flags.config) }));
    });
}

function addDemo(tree: Command, { system, ended }: TreeContext): void {
  tree.command("demo")
    .description("real irregular traffic against a real server, for a while")
    .addOption(
      new Option("--duration <D>", "how long")
        .argParser(slotsValue).default(20_000, "20s"),
    )
    .addOption(
      new Option("--protocol <P>", "what the server and kar speak")
        .choices(PROTOCOL_NAMES).default(PROTOCOL_NAMES[0]),
    )
    .addHelpText(
      "after",
      examples(
        "kar demo",
        "kar demo --duration 1m",
        "kar demo --protocol grpc",
      ),
    )
    .action(async (flags) => {
      const { demo } = await import("./commands/demo.ts");
      ended(await demo(system, flags));
    });
}

function addSimulate(tree: Command, { system, ended }: TreeContext): void {
  tree.command("simulate")
    .description("show what would be sent, without sending")
    .option("-c, --config <FILE>", "what would be sent (required)")
    .option(
      "--start <ISO>",
      "where the span begins; else the top of this hour",
      startValue,
    )
    .addOption(
      new Option("--duration <D>", "length of the span")
        .argParser(slotsValue).default(86_400_000, "24h"),
    )
    .addOption(
      new Option("--resolution <D>", "length of a row")
        .argParser(slotsValue).default(300_000, "5m"),
    )
    .option("--seed <N>", "seed of every draw", seedValue)
    .option("--set <PATH=VALUE...>", "override a key of the file", settingValue)
    .addOption(
      new Option("--format <FORMAT>", "how to print it")
        .choices(["text", "csv", "json"]).default("text" as const),
    )
    .option("--digest", "print the digest of all arrivals instead")
    .addHelpText(
      "after",
      examples(
        "kar simulate --config kar.yaml",
        "kar simulate --config kar.yaml --start 2026-11-24T09:00 --duration 1h --resolution 1m",
        "kar simulate --config kar.yaml --format csv > forecast.csv",
      ),
    )
    .action(async (flags) => {
      const { simulate } = await import("./commands/simulate.ts");
      const config = given(flags.config);
      ended(await simulate(system, { ...flags, config }));
    });
}

function addValidate(tree: Command, { system, ended }: TreeContext): void {
  tree.command("validate")
    .description("report every problem of a config file at once")
    .argument("[FILE]", "the file to check")
    .option("-c, --config <FILE>", "the same, as other commands take it")
    .option("--json", "print the problems as JSON")
    .addHelpText(
      "after",
      examples(
        "kar validate configs/kar98k.yaml",
        "kar validate --config kar.yaml --json",
      ),
    )
    .action(async (file, { config, json }) => {
      const { validate } = await import("./commands/validate.ts");
      ended(await validate(system, oneFile(file, config), { json }));
    });
}

function addSchema(tree: Command, { system, ended }: TreeContext): void {
  tree.command("schema")
    .description("print the JSON Schema of config files, for editors")
    .addHelpText("after", examples("kar schema > kar.schema.json"))
    .action(async () => {
      const { schema } = await import("./commands/schema.ts");
      ended(schema(system));
    });
}

function addEcho(tree: Command, { system, ended }: TreeContext): void {
  tree.command("echo")
    .description("run the sample server; it does nothing wrong unless told to")
    .option("--host <ADDRESS>", "address to listen on", "127.0.0.1")
    .addOption(
      new Option("--port <N>", "HTTP/1.1 and h2c; 0 takes a free one")
        .argParser(portValue).default(8080),
    )
    .option("--tls-port <N>", "HTTP/1.1 and HTTP/2 over TLS", portValue)
    .option("--grpc-port <N>", "gRPC in plain text", portValue)
    .option("--grpc-tls-port <N>", "gRPC over TLS", portValue)
    .option("--latency <D>", "hold each answer this long", delayValue)
    .option("--jitter <D>", "the latency varies by up to this", delayValue)
    .option("--error-share <SHARE>", "answer these with an error", shareValue)
    .option("--stall <D>", "answer nothing for this long", durationValue)
    .option("--stall-after <D>", "from first request to stall", delayValue)
    .option("--stall-every <D>", "stall again and again", durationValue)
    .option("--seed <N>", "decides which requests fail", seedValue)
    .addHelpText(
      "after",
      examples(
        "kar echo",
        "kar echo --port 9000 --latency 20ms --jitter 5ms --error-share 1%",
        "kar echo --stall 1s --stall-after 10s",
      ),
    )
    .action(async (flags) => {
      const { echo } = await import("./commands/echo.ts");
      ended(await echo(system, flags));
    });
}

function addCompletion(tree: Command, { system, ended }: TreeContext): void {
  tree.command("completion")
    .description("print the script that teaches a shell to complete kar")
    .addArgument(
      new Argument("<SHELL>", "which shell").choices(["bash", "zsh", "fish"]),
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
      const { completion } = await import("./commands/completion.ts");
      ended(completion(system, shell));
    });
  tree.command("__complete", { hidden: true })
    .argument("[WORDS...]")
    .action(async (words) => {
      const { printCandidates } = await import("./commands/completion.ts");
      ended(printCandidates(system, { tree, words }));
    });
}

function addVersion(tree: Command, { system, ended }: TreeContext): void {
  tree.command("version")
    .description("show the version of kar and of what it runs on")
    .option("--json", "print it as JSON")
    .addHelpText("after", examples("kar version", "kar version --json"))
    .action(async (flags) => {
      const { version } = await import("./commands/version.ts");
      ended(version(system, flags));
    });
}

/** The file to check, which is named once: alone, or behind `--config`. */
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

/** Checked here and not by the parser, which would hide a misspelt `--config`. */
function given(config: string | undefined): string {
  if (config !== undefined) return config;
  throw new KarError("usage", "--config FILE is missing: name a config file");
}
