import type { ProtoProgram } from "./content/mod.ts";
import type { Header } from "./headers.ts";

/** What a gRPC request calls, and with what. */
export interface GrpcRequest {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** The encoded messages in the order in which they are sent, without their prefixes. */
  readonly messages: readonly Uint8Array[];
  /** What is written instead, where messages have fields. */
  readonly programs?: readonly ProtoProgram[];
}

/** Encodings of messages that kar reads beside none. */
export const GRPC_ENCODINGS = ["deflate", "gzip"] as const;

/** The name of one of them. */
export type GrpcEncoding = typeof GRPC_ENCODINGS[number];

/** What a gRPC request offers, where the user does not say it. */
export const ACCEPT_ENCODING: Header = [
  "grpc-accept-encoding",
  ["identity", ...GRPC_ENCODINGS].join(", "),
];

/** What each gRPC request says, whatever its user has given. */
export function grpcHeaders(timeoutMs: number): Header[] {
  return [
    ["te", "trailers"],
    ["content-type", "application/grpc"],
    ["grpc-timeout", timeoutField(timeoutMs)],
  ];
}

/** The largest value of `grpc-timeout`: eight digits. */
const MAX_TIMEOUT_VALUE = 99_999_999;

/** Writes a timeout as gRPC does: milliseconds, or seconds where those have too many digits. */
export function timeoutField(timeoutMs: number): string {
  const ms = Math.max(1, Math.ceil(timeoutMs));
  if (ms <= MAX_TIMEOUT_VALUE) return `${ms}m`;
  return `${Math.min(Math.ceil(ms / 1000), MAX_TIMEOUT_VALUE)}S`;
}

/*
 * A gRPC message on its way:
 *
 *   ┌────────────┬──────────────────┬─────────┐
 *   │ compressed │ length, 4 bytes, │ message │
 *   │ 0 or 1     │ big-endian       │         │
 *   └────────────┴──────────────────┴─────────┘
 */

/** Bytes before each message. */
export const GRPC_PREFIX_BYTES = 5;

/** Puts messages one behind the other, each after its prefix. */
export function frameMessages(messages: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const message of messages) length += GRPC_PREFIX_BYTES + message.length;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const message of messages) {
    view.setUint32(at + 1, message.length);
    bytes.set(message, at + GRPC_PREFIX_BYTES);
    at += GRPC_PREFIX_BYTES + message.length;
  }
  return bytes;
}

/** The messages of a body that `frameMessages` has made. */
export function messagesIn(body: Uint8Array): Uint8Array[] {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const messages: Uint8Array[] = [];
  for (let at = 0; at < body.length;) {
    const from = at + GRPC_PREFIX_BYTES;
    at = from + view.getUint32(at + 1);
    messages.push(body.subarray(from, at));
  }
  return messages;
}
