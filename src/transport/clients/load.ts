import { unreachable } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import type { ProtocolName } from "../../protocol/mod.ts";
import type { OpenClient } from "../mod.ts";

/** Loads the client that a target asks for; opening it is then synchronous. */
export async function loadClient(
  { client, protocol }: Pick<TargetPlan, "client" | "protocol">,
): Promise<OpenClient> {
  switch (client) {
    case "wire":
      return await loadWire(protocol);
    case "fetch":
      return (await import("../fetch/mod.ts")).openFetch;
    case "connect":
      return (await import("../connect/mod.ts")).openConnect;
    default:
      return unreachable(client);
  }
}

async function loadWire(protocol: ProtocolName): Promise<OpenClient> {
  switch (protocol) {
    case "http":
      return (await import("../http1/mod.ts")).openHttp1;
    case "http2":
      return (await import("../http2/mod.ts")).openHttp2;
    case "grpc":
      return (await import("../grpc/mod.ts")).openGrpc;
    default:
      return unreachable(protocol);
  }
}
