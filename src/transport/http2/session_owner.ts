import type { Clock } from "../../base/mod.ts";
import type { Outcome } from "../outcome.ts";
import type { ErrorCode } from "./framing/mod.ts";
import type { HeadReader } from "./head.ts";
import type { Http2Stream } from "./stream.ts";

/** Options of a session, besides its socket. */
export interface SessionOptions {
  readonly clock: Clock;
  readonly heads: HeadReader;
  /** The first bytes that are sent; see `buildPreface`. */
  readonly preface: Uint8Array;
  /** Identifier of the first stream: 1, except in tests. */
  readonly firstStream: number;
}

/** Callbacks of a session. */
export interface SessionOwner {
  /** A stream is over; the session has forgotten it. */
  onEnd(stream: Http2Stream, outcome: Outcome): void;
  /** The peer has sent its settings, and may allow more streams than before. */
  onRoom(): void;
  /** The peer takes no new streams. */
  onGoaway(): void;
  /** The session cannot go on: it has to be closed with this outcome. */
  onBroken(outcome: Outcome, code: ErrorCode): void;
}
