import { failure, type FailureKind, type Outcome } from "../../outcome.ts";
import { ERROR, type ErrorCode } from "./frames.ts";

/** What a peer did wrong. It ends a stream, or the whole connection. */
export interface Fault {
  /** The error code that the peer is sent. */
  readonly code: ErrorCode;
  /** The failure of the requests that it ends, and the reason. */
  readonly kind: FailureKind;
  readonly reason: string;
}

/** A breach of the rules of RFC 9113. */
export function breach(
  reason: string,
  code: ErrorCode = ERROR.protocol,
): Fault {
  return { code, kind: "protocol", reason };
}

/** A frame of a size that its type does not allow. */
export function wrongSize(type: string, bytes: number): Fault {
  return breach(`a ${type} frame of ${bytes} bytes`, ERROR.frameSize);
}

/** The outcome of a request that a fault ends. */
export function outcomeOf({ kind, reason }: Fault): Outcome {
  return failure(kind, reason);
}

/** A response that does not follow RFC 9113, 8.1. */
export function malformed(reason: string): Outcome {
  return failure("protocol", reason);
}

/** A window larger than one may be (RFC 9113, 6.9.1). */
export function pastWindow(whose: string): Fault {
  return breach(`the window of ${whose} is past 2^31 − 1`, ERROR.flowControl);
}

/** A peer that does not read our answers. */
export function unread(): Fault {
  return breach(
    "the peer asks for more acknowledgements and does not read those sent",
    ERROR.enhanceYourCalm,
  );
}

/** A request that the peer does not accept, as it has said (RFC 9113, 6.5.2). */
export function overPeerLimit(bytes: number, limit: number): Fault {
  const reason = `the request's head has ${bytes} bytes, ` +
    `and the peer takes ${limit} (SETTINGS_MAX_HEADER_LIST_SIZE)`;
  return { code: ERROR.none, kind: "too_large", reason };
}
