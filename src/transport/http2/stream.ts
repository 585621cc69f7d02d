import type { Exchange } from "../port.ts";
import type { KeptAnswer } from "../kept_answer.ts";
import { failure, isFailure, type Outcome } from "../outcome.ts";
import type { Timed } from "../socket/mod.ts";
import { malformed } from "./framing/mod.ts";
import type { Head } from "./head.ts";
import type { Slice } from "./hpack/mod.ts";
import type { RequestTemplate } from "./request.ts";

/**
 * Makes an outcome of a response: HTTP and gRPC each have theirs. One instance
 * serves many responses, one after the other.
 *
 * An outcome from `onHead`, `onData` or `onTrailers` ends the exchange early.
 */
export interface ResponseReader {
  /**
   * A new response begins: the one before is forgotten.
   *
   * @param bodiless whether it is to HEAD, so that it has no body
   */
  begin(bodiless: boolean): void;
  /** The final head, never an interim one (1xx). */
  onHead(head: Head): Outcome | null;
  /** A piece of the body, valid only during the call. */
  onData(piece: Slice): Outcome | null;
  onTrailers(head: Head): Outcome | null;
  /** The response ended in order. */
  onEnd(): Outcome;
}

/** The connection of a stream, as seen by whoever ends the stream early. */
export interface StreamOwner {
  expire(stream: Http2Stream): void;
  cancel(stream: Http2Stream, outcome: Outcome): void;
}

/** Whose stream it is: on a connection that several targets share, each has its own sender. */
export interface StreamSender {
  /** Where the body of an answer goes of which nothing is kept so far. */
  bodyFor(exchange: Exchange, status: number): KeptAnswer | null;
  /** It is over, and its connection has forgotten it. */
  onEnd(stream: Http2Stream, outcome: Outcome): void;
}

const NOTHING = new Uint8Array(0);
const SWITCHING_PROTOCOLS = 101;
/** Interim heads (1xx) that a request may cause without a charge: 100, 102 and 103, for example. */
const FREE_INTERIM_HEADS = 3;

/** One request and its response; used again for another when it is over. */
export class Http2Stream implements Timed<Http2Stream> {
  id = 0;
  exchange!: Exchange<RequestTemplate>;
  /** The request; its body may still be under way. */
  request!: RequestTemplate;
  owner!: StreamOwner;
  deadlineMs = 0;
  before: Http2Stream | null = null;
  after: Http2Stream | null = null;
  /** What was added to the initial window for its request body, minus what was sent. */
  windowShift = 0;
  bodySent = 0;
  /** Its request body, if that is not sent as a whole at once. */
  body: Uint8Array = NOTHING;
  bodyLength = 0;
  /** Bytes of response body since we last widened the peer's window. */
  received = 0;
  /** Called when it ends. */
  readonly sender: StreamSender;
  readonly #response: ResponseReader;
  #hasHead = false;
  #interimHeads = 0;

  constructor(response: ResponseReader, sender: StreamSender) {
    this.#response = response;
    this.sender = sender;
  }

  /** Starts over with another exchange. */
  begin(exchange: Exchange<RequestTemplate>): void {
    this.id = 0;
    this.exchange = exchange;
    exchange.bearer = this;
    this.request = exchange.framed;
    this.windowShift = 0;
    this.bodySent = 0;
    this.body = exchange.framed.body;
    this.bodyLength = exchange.framed.body.length;
    this.received = 0;
    this.#hasHead = false;
    this.#interimHeads = 0;
    this.#response.begin(exchange.framed.bodiless);
  }

  /** Whether a head is an interim one: the answer is still to come. */
  isInterim({ fault, status }: Head): boolean {
    return !this.#hasHead && fault === "none" && status >= 100 && status < 200;
  }

  /** Counts an interim head; true = still as few as any answer may have. */
  mayBeInterim(): boolean {
    return ++this.#interimHeads <= FREE_INTERIM_HEADS;
  }

  /** Takes a header block; an outcome ends the exchange. */
  onHead(head: Head, isLast: boolean): Outcome | null {
    if (head.fault === "too_large") return failure("too_large", head.reason);
    if (head.fault !== "none") return malformed(head.reason);
    if (this.#hasHead) return this.#onTrailers(head, isLast);
    if (this.isInterim(head)) return this.#onInterim(head, isLast);
    if (head.status === -1) return malformed("a response without :status");
    this.#hasHead = true;
    this.exchange.kept ??= this.sender.bodyFor(this.exchange, head.status);
    const early = this.#response.onHead(head);
    return isLast && early === null ? this.#response.onEnd() : early;
  }

  /** Takes a piece of the body; an outcome ends the exchange. */
  onData(piece: Slice, isLast: boolean): Outcome | null {
    if (!this.#hasHead) return malformed("DATA before a response head");
    const { kept } = this.exchange;
    if (kept !== null) kept.addBody(piece.bytes, piece.start, piece.end);
    const early = this.#response.onData(piece);
    return isLast && early === null ? this.#response.onEnd() : early;
  }

  /** What the end of its connection means for it: a response that is half read is truncated. */
  outcomeOfEnd(outcome: Outcome): Outcome {
    const isCut = this.#hasHead && isFailure(outcome, "closed");
    return isCut ? failure("truncated") : outcome;
  }

  #onInterim({ status }: Head, isLast: boolean): Outcome | null {
    if (isLast) return malformed(`status ${status} as the whole response`);
    if (status !== SWITCHING_PROTOCOLS) return null;
    return malformed("status 101, which HTTP/2 does not have");
  }

  #onTrailers(head: Head, isLast: boolean): Outcome {
    if (head.status !== -1) {
      return malformed(`:status ${head.status} after a response head`);
    }
    if (!isLast) return malformed("trailers that do not end the response");
    return this.#response.onTrailers(head) ?? this.#response.onEnd();
  }
}
