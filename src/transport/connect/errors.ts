import { ConnectError } from "@connectrpc/connect";
import { messageOf } from "../../base/mod.ts";
import type { BackoffFields } from "../grpc/mod.ts";
import { grpcCodeText } from "../../protocol/mod.ts";
import { answer, failure, type FailureKind, type Outcome } from "../outcome.ts";
import {
  failureOf,
  nameReason,
  systemReason,
  tlsReason,
} from "../socket/mod.ts";
import { compressionOutcome } from "./compression.ts";
import { DETAILS_FIELD } from "./session.ts";
import { HEAD_TOO_LARGE } from "./heads.ts";

/** The last status of gRPC; a peer that sends a higher one means `UNKNOWN`. */
const LAST_STATUS = 16;
const STATUS_UNKNOWN = 2;
const HTTP_OK = 200;
/** Errors are wrapped a few times at most; a longer chain would be a circle. */
const MAX_CAUSES = 8;

/** Node's names of HTTP/2's own errors. */
const HTTP2_KINDS: ReadonlyMap<string, FailureKind> = new Map([
  [HEAD_TOO_LARGE, "too_large"],
  ["ERR_HTTP2_GOAWAY_SESSION", "goaway"],
  ["ERR_HTTP2_STREAM_ERROR", "reset"],
  ["ERR_HTTP2_STREAM_CANCEL", "closed"],
  ["ERR_HTTP2_SESSION_ERROR", "goaway"],
  ["ERR_HTTP2_INVALID_SESSION", "closed"],
  ["ERR_HTTP2_ERROR", "protocol"],
  ["ERR_STREAM_PREMATURE_CLOSE", "closed"],
]);

/** What Connect says in words only; the first match decides. */
const WORDS: readonly (readonly [RegExp, FailureKind])[] = [
  [/larger than configured readMaxBytes/, "too_large"],
  [/http\/2 stream closed with error code/, "reset"],
  [/protocol error|unsupported|decode|parse/i, "protocol"],
];

/**
 * What a rejected call came to: a status that the server sent, or a failure.
 *
 * @param host whom the call was sent to
 */
export function outcomeOfError(thrown: unknown, host: string): Outcome {
  const unread = compressionOutcome(thrown);
  if (unread !== null) return unread;
  const error = ConnectError.from(thrown);
  const status = error.metadata.get("grpc-status");
  if (status !== null) {
    return answered(knownStatus(Number(status)), error.rawMessage);
  }
  // Connect maps the HTTP code of what is not gRPC as gRPC's own table does.
  if (httpCodeOf(error) !== null) {
    return answered(error.code, `${error.rawMessage} without a gRPC status`);
  }
  const { kind, cause } = kindOf(thrown);
  return failure(kind, reasonOf(kind, cause, host));
}

function answered(code: number, message: string): Outcome {
  const name = grpcCodeText(code);
  return answer(code, message.trim() === "" ? name : `${name}: ${message}`);
}

function reasonOf(kind: FailureKind, cause: unknown, host: string): string {
  const { address = host, port = 0 } = (cause ?? {}) as {
    readonly address?: string;
    readonly port?: number;
  };
  switch (kind) {
    case "dns":
      return nameReason(host, cause);
    case "tls":
      return tlsReason(cause, { host, nowMs: Date.now() });
    case "refused":
    case "unreachable":
      return systemReason({ address, port }, cause);
    default:
      // Connect's codes are its own here: no server sent them.
      return cause instanceof ConnectError
        ? cause.rawMessage
        : messageOf(cause);
  }
}

/** The fields of a rejected call that may ask to back off: Connect puts head and trailers into one. */
export function backoffFieldsOf(thrown: unknown): BackoffFields {
  const error = ConnectError.from(thrown);
  const text = (name: string) => error.metadata.get(name) ?? "";
  return {
    httpCode: httpCodeOf(error) ?? HTTP_OK,
    status: Number(error.metadata.get("grpc-status") ?? -1),
    retryAfter: text("retry-after"),
    pushback: text("grpc-retry-pushback-ms"),
    details: text(DETAILS_FIELD),
  };
}

/** The HTTP code of what is not gRPC, which Connect says in words only. */
function httpCodeOf({ rawMessage }: ConnectError): number | null {
  const code = /^HTTP (\d+)$/.exec(rawMessage)?.[1];
  return code === undefined ? null : Number(code);
}

function knownStatus(status: number): number {
  const isKnown = Number.isInteger(status) && status >= 0 &&
    status <= LAST_STATUS;
  return isKnown ? status : STATUS_UNKNOWN;
}

/** The kind of a failure, and the error among its causes that told it. */
export function kindOf(
  thrown: unknown,
): { readonly kind: FailureKind; readonly cause: unknown } {
  let error = thrown;
  for (let depth = 0; depth < MAX_CAUSES && error !== undefined; depth++) {
    const kind = kindOfOne(error);
    if (kind !== "other") return { kind, cause: error };
    error = error instanceof Error ? error.cause : undefined;
  }
  return { kind: "other", cause: thrown };
}

function kindOfOne(error: unknown): FailureKind {
  const code = (error as { code?: unknown } | null)?.code;
  const http2 = HTTP2_KINDS.get(String(code));
  if (http2 !== undefined) return http2;
  const kind = failureOf(error);
  if (kind !== "other") return kind;
  const words = messageOf(error);
  return WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? "other";
}
