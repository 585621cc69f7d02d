import { assert } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import { readRequest } from "../../request/mod.ts";
import { type Exchange, openPool, requestFields } from "../http2/mod.ts";
import type { Client, ClientContext } from "../port.ts";
import { withOneDeadline } from "./deadline.ts";
import { ACCEPT_ENCODING } from "./compression.ts";
import { frameMessages } from "./message.ts";
import { GrpcResponse } from "./response.ts";
import { silenceAskedMs, type SilenceFields } from "./silence.ts";

/**
 * Opens a target over gRPC on kar's own HTTP/2.
 *
 * All messages of a call are sent at once and the request is ended; then the
 * answer is read to its end, however many messages it has.
 *
 * @throws {KarError} (config) for metadata or certificates that cannot be used
 */
export function openGrpc(
  target: TargetPlan,
  context: ClientContext,
): Client {
  const timed = withOneDeadline(context, target.timeoutMs);
  return openPool(target, timed, grpcExchange(target, context));
}

/** Builds what a target of gRPC is asked, and what judges its answers. */
export function grpcExchange(
  target: TargetPlan,
  context: ClientContext,
): Exchange {
  const call = context.resolved?.grpc;
  assert(call, "a gRPC target is resolved before it is opened");
  const request = readRequest(
    { ...target, protocol: "grpc", method: "POST", body: null },
    context.expand,
  );
  const { url } = request;
  const fields = requestFields(request, {
    path: call.path,
    defaults: [
      ["user-agent", context.userAgent],
      ["grpc-accept-encoding", ACCEPT_ENCODING],
    ],
    fixed: [
      ["te", "trailers"],
      ["content-type", "application/grpc"],
      ["grpc-timeout", timeoutField(target.timeoutMs)],
    ],
  });
  const body = frameMessages(call.messages);
  const isStream = call.kind === "server_streaming" ||
    call.kind === "bidi_streaming";
  const { maxBodyBytes } = context.limits;
  const onAsked = (fields: SilenceFields) => tellSilence(context, fields);
  const options = { isStream, maxBodyBytes, onAsked };
  const newResponse = () => new GrpcResponse(options);
  return { url, fields, body, newResponse };
}

/** Hands on the silence that an answer asks for. */
export function tellSilence(
  { retryAfter, clock }: Pick<ClientContext, "retryAfter" | "clock">,
  fields: SilenceFields,
): void {
  // Looking into an error's details is dear.
  if (retryAfter === undefined) return;
  const ms = silenceAskedMs(fields, clock.wall());
  if (ms !== null) retryAfter(ms);
}

/** The largest value of `grpc-timeout`: eight digits. */
const MAX_TIMEOUT_VALUE = 99_999_999;

/** Writes a timeout as gRPC does: milliseconds, or seconds where those have too many digits. */
export function timeoutField(timeoutMs: number): string {
  const ms = Math.max(1, Math.ceil(timeoutMs));
  if (ms <= MAX_TIMEOUT_VALUE) return `${ms}m`;
  return `${Math.min(Math.ceil(ms / 1000), MAX_TIMEOUT_VALUE)}S`;
}
