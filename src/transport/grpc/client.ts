import { assert } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import { openPool } from "../http2/mod.ts";
import type { Client, ClientContext } from "../port.ts";
import { withOneDeadline } from "./deadline.ts";
import { GrpcResponse } from "./response.ts";
import { backoffAskedMs, type BackoffFields } from "./backoff.ts";

/**
 * Opens a target over gRPC on kar's own HTTP/2.
 *
 * All messages of a call are sent at once and the request is ended; then the
 * answer is read to its end, however many messages it has.
 *
 * @throws {KarError} (config) for certificates that cannot be used
 */
export function openGrpc(
  target: TargetPlan,
  context: ClientContext,
): Client {
  const call = context.resolved?.grpc;
  assert(call, "a gRPC target is resolved before it is opened");
  const isStream = call.kind === "server_streaming" ||
    call.kind === "bidi_streaming";
  const { maxBodyBytes } = context.limits;
  const onAsked = (fields: BackoffFields) => tellBackoff(context, fields);
  const options = { isStream, maxBodyBytes, onAsked };
  // The body of an answer is no text, and its code is not that of the head.
  const { bodyFor: _, ...rest } = context;
  const timed = withOneDeadline(rest, target.timeoutMs);
  return openPool(target, timed, () => new GrpcResponse(options));
}

/** Hands on the backoff that an answer asks for. */
export function tellBackoff(
  { retryAfter, clock }: Pick<ClientContext, "retryAfter" | "clock">,
  fields: BackoffFields,
): void {
  // Reading an error's details is expensive.
  if (retryAfter === undefined) return;
  const ms = backoffAskedMs(fields, clock.wall());
  if (ms !== null) retryAfter(ms);
}
