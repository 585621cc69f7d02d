/**
 * The clients, each opened with a target that is its own, and sending that
 * target's request.
 *
 * @module
 */
import type { TargetPlan } from "../../src/plan/mod.ts";
import { openConnect } from "../../src/transport/connect/mod.ts";
import { openFetch } from "../../src/transport/fetch/mod.ts";
import { openGrpc } from "../../src/transport/grpc/mod.ts";
import {
  type ConnectionCounts,
  openHttp1,
} from "../../src/transport/http1/mod.ts";
import { openHttp2 } from "../../src/transport/http2/mod.ts";
import type { Client, TargetContext } from "../../src/transport/mod.ts";
import { opened } from "./support.ts";

/** Opens a client and has it send a target's request. */
export type OpenTested = (target: TargetPlan, context: TargetContext) => Client;

export function openedHttp1(
  target: TargetPlan,
  context: TargetContext,
): Client & { readonly counts: ConnectionCounts } {
  return opened(openHttp1, target, context);
}

export const openedHttp2: OpenTested = (target, context) =>
  opened(openHttp2, { ...target, protocol: "http2" }, context);

export const openedGrpc: OpenTested = (target, context) =>
  opened(openGrpc, { ...target, protocol: "grpc" }, context);

export const openedFetch: OpenTested = (target, context) =>
  opened(openFetch, { ...target, client: "fetch" }, context);

export const openedConnect: OpenTested = (target, context) =>
  opened(
    openConnect,
    { ...target, protocol: "grpc", client: "connect" },
    context,
  );
