import { type Command, Option } from "@commander-js/extra-typings";
import { headerValue, rateValue, textValue } from "../line/values.ts";
import { seedValue, settingValue, slotsValue } from "../values.ts";
import { examples, type TreeContext } from "./context.ts";

/** The command that searches for the highest rate that holds. */
export function addDiscover(
  tree: Command,
  { system, ended }: TreeContext,
): void {
  tree.command("discover")
    .description("find the highest rate that a target still holds")
    .argument("[URL]", "where to send, such as http://localhost:8080/api")
    .option("-c, --config <FILE>", "what to send, instead of a URL")
    .option(
      "--threshold <TEXT>",
      "what has to hold, such as 'response.p99 < 250ms'; repeatable; else response.p95 < 500ms and errors < 5%",
      textValue,
    )
    .addOption(
      new Option("--min <N>", "requests a second to begin with")
        .argParser(rateValue).default(10),
    )
    .addOption(
      new Option("--max <N>", "requests a second at most")
        .argParser(rateValue).default(10_000),
    )
    .addOption(
      new Option("--step <D>", "length of a step; it grows where it must")
        .argParser(slotsValue).default(10_000, "10s"),
    )
    .option("-X, --method <METHOD>", "HTTP method; else GET, POST with a body")
    .option("-H, --header <HEADER>", "name: value; repeatable", headerValue)
    .option("-b, --body <TEXT|@FILE>", "body, or JSON message with --grpc")
    .option("--http2", "speak HTTP/2")
    .option("--grpc <METHOD>", "call package.Service/Method over gRPC")
    .option("--seed <N>", "seed of every draw", seedValue)
    .option(
      "--set <PATH=VALUE...>",
      "override a key of the config",
      settingValue,
    )
    .option("--json", "print the result as JSON")
    .option("--save <FILE>", "write a config with the recommended rate")
    .option("--force", "--save may replace a file")
    .option("--yes", "fire at public hosts without asking")
    .addHelpText(
      "after",
      examples(
        "kar discover http://localhost:8080/",
        "kar discover http://localhost:8080/ --threshold 'response.p99 < 250ms' --step 30s",
        "kar discover --config kar.yaml --max 2000 --json",
      ),
    )
    .action(async (url, flags) => {
      const { discover } = await import("../commands/discover.ts");
      ended(await discover(system, url, flags));
    });
}

/** The command that says whether this machine is fit to measure. */
export function addDoctor(
  tree: Command,
  { system, ended }: TreeContext,
): void {
  tree.command("doctor")
    .description("say whether this machine is fit to measure")
    .option("-c, --config <FILE>", "fit for this config, and its targets")
    .option("--json", "print the findings as JSON")
    .addHelpText(
      "after",
      examples("kar doctor", "kar doctor --config kar.yaml --json"),
    )
    .action(async (flags) => {
      const { doctor } = await import("../commands/doctor.ts");
      ended(await doctor(system, flags));
    });
}
