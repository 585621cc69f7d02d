import { failure, type Outcome } from "../outcome.ts";
import {
  type DialFailure,
  NO_COMMON_PROTOCOL,
  type Socket,
} from "../socket/mod.ts";
import {
  ASSUMED_MAX_STREAMS,
  breach,
  ERROR,
  type ErrorCode,
  outcomeOf,
} from "./framing/mod.ts";
import type { RequestTemplate } from "./request.ts";
import { Http2Session } from "./session.ts";
import type { SessionOptions, SessionOwner } from "./session_owner.ts";
import type { Http2Stream, StreamOwner } from "./stream.ts";

const TIMEOUT = failure("timeout");
const NOT_CONNECTED = failure(
  "timeout",
  "no connection came within its timeout",
);
const NO_SETTINGS = failure(
  "timeout",
  "the connection was open, but the server's SETTINGS did not come",
);
const NO_H2 = outcomeOf(breach("the peer did not choose h2 by ALPN"));
/** An outcome that no request gets: the connection has no streams left. */
const DONE = failure("closed");

/** What all connections to one target have in common. */
export interface Http2ConnectionOptions extends SessionOptions {
  readonly timeoutMs: number;
  /** Whether the peer must have chosen `h2` by ALPN. */
  readonly isTls: boolean;
  /** When a connection is replaced; `Infinity` = never. */
  readonly maxRequests: number;
  readonly maxAgeMs: number;
}

/** Callbacks of a connection, for the pool that owns it. */
export interface Http2ConnectionOwner {
  /** The connection may take more streams than before. */
  onRoom(connection: Http2Connection): void;
  /** The connection is gone; the ends of its streams follow. */
  onClosed(connection: Http2Connection): void;
}

/**
 * One connection, from before it is dialled to its end.
 *
 *   dialling ─▶ open ─▶ retired: takes no new streams ─▶ closed
 *
 * One that breaks ends its streams; it is never repaired and nothing on it is
 * ever sent again.
 */
export class Http2Connection implements SessionOwner, StreamOwner {
  /** Whether its owner lists it as open for new streams. */
  isListed = false;
  readonly #owner: Http2ConnectionOwner;
  readonly #options: Http2ConnectionOptions;
  readonly #dial = new AbortController();
  /** Streams that wait for the connection to open, or for the peer's settings. */
  readonly #waiting = new Set<Http2Stream>();
  #session: Http2Session | null = null;
  /** Times of its set-up, counted once, for the exchange that has waited longest. */
  #setUp: Pick<Socket, "connectMs" | "tlsMs"> | null = null;
  #isRetired = false;
  #isClosed = false;
  #retireAtMs: number;
  #opened = 0;

  constructor(
    owner: Http2ConnectionOwner,
    options: Http2ConnectionOptions,
    readonly isLeased: boolean,
  ) {
    this.#owner = owner;
    this.#options = options;
    // A dial that takes longer has probably failed: new streams try another
    // connection.
    this.#retireAtMs = options.clock.now() + options.timeoutMs;
  }

  /** Gives up the dial. */
  get signal(): AbortSignal {
    return this.#dial.signal;
  }

  /** Whether it can take such a request now; a connection that is too old retires instead. */
  hasRoom(request: RequestTemplate): boolean {
    if (this.#isOld()) this.#retire();
    if (this.#isRetired) return false;
    if (!this.#session?.isReadyFor(request)) {
      return this.#waiting.size < ASSUMED_MAX_STREAMS;
    }
    return this.#waiting.size === 0 && this.#session.hasRoom;
  }

  /** Takes a stream, for which there must be room. */
  open(stream: Http2Stream): void {
    stream.owner = this;
    this.#opened++;
    if (this.#opened >= this.#options.maxRequests) this.#isRetired = true;
    const session = this.#session;
    if (session?.isReadyFor(stream.request)) this.#start(session, stream);
    else this.#waiting.add(stream);
  }

  /** Ends a stream whose time is over. */
  expire(stream: Http2Stream): void {
    const session = this.#session;
    const beganMs = stream.deadlineMs - this.#options.timeoutMs;
    // A peer that has sent nothing for a whole timeout gets no new stream.
    const isStuck = !session?.isReadyFor(stream.request) ||
      session.advancedMs < beganMs;
    if (isStuck) this.#isRetired = true;
    if (this.#waiting.delete(stream)) {
      this.onEnd(stream, session === null ? NOT_CONNECTED : NO_SETTINGS);
    } else session!.cancel(stream, TIMEOUT);
  }

  /** Ends a stream before its time. */
  cancel(stream: Http2Stream, outcome: Outcome): void {
    if (this.#waiting.delete(stream)) this.onEnd(stream, outcome);
    else this.#session!.cancel(stream, outcome);
  }

  /** Ends at once, and all streams with it. */
  close(outcome: Outcome, code: ErrorCode = ERROR.none): void {
    if (this.#isClosed) return;
    this.#isClosed = this.#isRetired = true;
    this.#dial.abort();
    this.#owner.onClosed(this);
    this.#session?.close(outcome, code);
    for (const stream of this.#waiting) stream.sender.onEnd(stream, outcome);
    this.#waiting.clear();
  }

  /** Takes the result of the dial. */
  dialled(result: Socket | DialFailure): void {
    if (result.kind === "failure") return this.close(outcomeOfDial(result));
    const { isTls, clock, maxAgeMs } = this.#options;
    if (this.#isClosed || (isTls && result.alpn !== "h2")) {
      result.close();
      return this.close(NO_H2);
    }
    const { connectMs, tlsMs } = result;
    this.#retireAtMs = clock.now() + maxAgeMs;
    this.#setUp = { connectMs, tlsMs };
    this.#session = new Http2Session(this, result, this.#options);
    this.#startWaiting();
  }

  /** Starts what waits, as far as the peer has room for it. */
  #startWaiting(): void {
    const session = this.#session;
    // Streams end while a connection closes: no new one may begin then.
    if (this.#isClosed || session === null) return;
    for (const stream of this.#waiting) {
      if (!session.isReadyFor(stream.request) || !session.hasRoom) return;
      Object.assign(stream.exchange, this.#setUp);
      this.#setUp = null;
      this.#waiting.delete(stream);
      this.#start(session, stream);
    }
  }

  #start(session: Http2Session, stream: Http2Stream): void {
    session.start(stream);
    if (session.isUsedUp) this.#isRetired = true;
  }

  #isOld(): boolean {
    const at = this.#retireAtMs;
    return at !== Infinity && this.#options.clock.now() >= at;
  }

  #retire(): void {
    this.#isRetired = true;
    const open = this.#waiting.size + (this.#session?.size ?? 0);
    if (open === 0) this.close(DONE);
  }

  onEnd(stream: Http2Stream, outcome: Outcome): void {
    this.#startWaiting();
    this.#owner.onRoom(this);
    stream.sender.onEnd(stream, outcome);
    if (this.#isRetired) this.#retire();
  }

  onRoom(): void {
    this.#startWaiting();
    if (!this.#isRetired) this.#owner.onRoom(this);
  }

  onGoaway(): void {
    this.#retire();
  }

  onBroken(outcome: Outcome, code: ErrorCode): void {
    this.close(outcome, code);
  }
}

function outcomeOfDial({ failure: kind, reason }: DialFailure): Outcome {
  // The same as choosing another protocol, but said in another way.
  const isNoH2 = kind === "tls" && reason.startsWith(NO_COMMON_PROTOCOL);
  return failure(isNoH2 ? "protocol" : kind, reason);
}
