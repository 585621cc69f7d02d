import { type Command, Option } from "@commander-js/extra-typings";
import { PROTOCOL_NAMES } from "../../protocol/mod.ts";
import { rateValue } from "../line/values.ts";
import { examples, type TreeContext } from "./context.ts";
import {
  delayValue,
  durationValue,
  portValue,
  seedValue,
  shareValue,
  slotsValue,
} from "../values.ts";

/** The sample server alone. */
export function addEcho(tree: Command, { system, ended }: TreeContext): void {
  tree.command("echo")
    .description("run the sample server; it injects faults only when asked to")
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
    .option("--capacity <N>", "answer N a second, the rest waits", rateValue)
    .option("--stall <D>", "answer nothing for this long", durationValue)
    .option("--stall-after <D>", "from first request to stall", delayValue)
    .option("--stall-every <D>", "from one stall to the next", durationValue)
    .option("--seed <N>", "decides which requests fail", seedValue)
    .addHelpText(
      "after",
      examples(
        "kar echo",
        "kar echo --port 9000 --latency 20ms --jitter 5ms --error-share 1%",
        "kar echo --capacity 300",
        "kar echo --stall 1s --stall-after 10s",
      ),
    )
    .action(async (flags) => {
      const { echo } = await import("../commands/echo.ts");
      ended(await echo(system, flags));
    });
}

/** The sample server, and traffic for it. */
export function addDemo(tree: Command, { system, ended }: TreeContext): void {
  tree.command("demo")
    .description("real irregular traffic against a real server, for a while")
    .addOption(
      new Option("--duration <D>", "how long to send")
        .argParser(slotsValue).default(20_000, "20s"),
    )
    .addOption(
      new Option("--protocol <P>", "protocol of server and kar")
        .choices(PROTOCOL_NAMES).default(PROTOCOL_NAMES[0]),
    )
    .addOption(
      new Option(
        "--journey",
        "a shop: visitors log in, browse and pay, over http",
      ).conflicts("protocol"),
    )
    .addHelpText(
      "after",
      examples(
        "kar demo",
        "kar demo --duration 1m",
        "kar demo --journey",
        "kar demo --protocol grpc",
      ),
    )
    .action(async (flags) => {
      const { demo } = await import("../commands/demo.ts");
      ended(await demo(system, flags));
    });
}
