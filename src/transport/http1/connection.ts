import type { Clock } from "../../base/mod.ts";
import type { KeptAnswer } from "../kept_answer.ts";
import { answer, failure, type FailureKind, type Outcome } from "../outcome.ts";
import type { Exchange as AnyExchange } from "../port.ts";
import type { Deadlines, Dialer, Socket } from "../socket/mod.ts";
import type { SocketHandler, Timed } from "../socket/mod.ts";
import type { Http1Request } from "./request.ts";
import {
  BROKEN,
  MORE,
  type ParserOptions,
  ResponseParser,
} from "./response/mod.ts";

type Http1Exchange = AnyExchange<Http1Request>;

/** Why an exchange that waits for its new connection has no answer. */
const NOT_CONNECTED = "no connection came within its timeout";
/** Why one that was sent on a used connection has none. */
const CLOSED_KEPT =
  "the server closed a kept connection before it answered the next request";
/** The end of a peer's keep-alive, in which it may close at any moment. */
const KEEP_ALIVE_MARGIN_MS = 1000;

/** What all connections of a target share. */
export interface Http1ConnectionOptions {
  readonly clock: Clock;
  readonly dialer: Dialer;
  readonly parser: ParserOptions;
  /** Requests after which a connection is replaced; Infinity = never. */
  readonly maxRequests: number;
  /** Age after which a connection is replaced; Infinity = never. */
  readonly maxAgeMs: number;
}

/** Whose exchange it is: on a connection that several targets share, each has its own sender. */
export interface Http1Sender {
  readonly deadlines: Deadlines<Http1Connection>;
  /** Where the body of an answer goes of which nothing is kept so far. */
  bodyFor(exchange: Http1Exchange, status: number): KeptAnswer | null;
  /** An answer asks to back off, by its `retry-after`. */
  onRetryAfter(text: string): void;
  /** An exchange is over; the connection is already free, or gone. */
  onDone(exchange: Http1Exchange, outcome: Outcome): void;
}

/** Callbacks of a connection, for the pool that has opened it. */
export interface Http1ConnectionOwner extends Http1Sender {
  /** It has answered an exchange and is free for another. */
  onIdle(connection: Http1Connection): void;
  /** It is over, for whatever reason; called once. */
  onGone(connection: Http1Connection): void;
  /** The peer ended it while it was free. */
  onIdleClosed(): void;
  /** Bytes arrived that no request had asked for. */
  onUnasked(): void;
}

/**
 * One connection, with one exchange at a time.
 *
 *   dial ─▶ busy ⇄ idle        every state ─▶ gone
 *
 * Whatever happens to the connection happens to the exchange that is on it: it
 * fails, and nothing is sent a second time.
 */
export class Http1Connection implements SocketHandler, Timed<Http1Connection> {
  deadlineMs = 0;
  before: Http1Connection | null = null;
  after: Http1Connection | null = null;
  /** Settles when the connection is open, or has failed. */
  readonly dialed: Promise<void>;
  readonly #shared: Http1ConnectionOptions;
  readonly #owner: Http1ConnectionOwner;
  readonly #abort = new AbortController();
  readonly #parser: ResponseParser;
  #socket: Socket | null = null;
  #exchange: Http1Exchange | null = null;
  #openedMs = 0;
  /** Until when it may be used by the peer's last `keep-alive`; Infinity = the peer sent none. */
  #freeUntilMs = Infinity;
  #served = 0;
  #isGone = false;
  /** The sender of the exchange that is on it. */
  #sender: Http1Sender;
  /** Whether only the requests of one lease may use it. */
  readonly isLeased: boolean;

  /** Opens a connection for its first exchange. */
  constructor(
    exchange: Http1Exchange,
    shared: Http1ConnectionOptions,
    owner: Http1ConnectionOwner,
  ) {
    this.#shared = shared;
    this.#owner = owner;
    this.#parser = new ResponseParser({
      ...shared.parser,
      bodyFor: (status) => this.#bodyFor(status),
    });
    this.#sender = owner;
    this.isLeased = exchange.lease !== null;
    this.#take(exchange);
    this.dialed = this.#dial(exchange);
  }

  /** Whether it may take one more exchange. */
  get isUsable(): boolean {
    return !this.#isGone && !this.#isOld() &&
      (this.#freeUntilMs === Infinity ||
        this.#shared.clock.now() < this.#freeUntilMs);
  }

  /** Sends an exchange's request on a connection that is free. */
  send(exchange: Http1Exchange, sender: Http1Sender = this.#owner): void {
    this.#sender = sender;
    this.#take(exchange);
    this.#write();
  }

  /** Ends the connection, and the exchange on it if there is one. */
  end(why: FailureKind, reason = ""): void {
    if (this.#isGone) return;
    this.#leave();
    const exchange = this.#release();
    if (exchange !== null) this.#sender.onDone(exchange, failure(why, reason));
  }

  /** Ends the connection if an exchange is still on it. */
  cancel(exchange: Http1Exchange, outcome: Outcome): void {
    if (this.#exchange !== exchange) return;
    this.#leave();
    this.#release();
    this.#sender.onDone(exchange, outcome);
  }

  /** Ends the connection because the time of its exchange is over. */
  endLate(): void {
    this.end("timeout", this.#socket === null ? NOT_CONNECTED : "");
  }

  onData(bytes: Uint8Array, length: number): void {
    const exchange = this.#exchange;
    if (exchange === null) return this.#endUnasked();
    const parser = this.#parser;
    if (!parser.sawBytes) {
      exchange.firstByteMs = this.#shared.clock.now() - exchange.sentMs;
    }
    const end = parser.feed(bytes, length);
    if (end === MORE) return;
    if (end === BROKEN) return this.end(parser.failure, parser.reason);
    this.#complete(end === length);
  }

  onClose(why: FailureKind, reason?: string): void {
    if (this.#exchange === null) {
      this.#owner.onIdleClosed();
      return this.end(why);
    }
    if (why !== "closed") return this.end(why, reason);
    const unfinished = this.#parser.finish();
    if (unfinished === null) return this.#complete(true);
    const wasKept = this.#served > 0 && !this.#parser.sawBytes;
    this.end(unfinished, wasKept ? CLOSED_KEPT : "");
  }

  async #dial(exchange: Http1Exchange): Promise<void> {
    const { dialer, clock } = this.#shared;
    const result = await dialer.dial(this.#abort.signal);
    if (result.kind === "failure") {
      return this.end(result.failure, result.reason);
    }
    // The exchange may have ended while the connection was being opened.
    if (this.#isGone) return result.close();
    exchange.connectMs = result.connectMs;
    exchange.tlsMs = result.tlsMs;
    this.#openedMs = clock.now();
    this.#socket = result;
    result.start(this);
    this.#write();
  }

  #take(exchange: Http1Exchange): void {
    this.#exchange = exchange;
    exchange.bearer = this;
    this.#sender.deadlines.add(this);
  }

  #release(): Http1Exchange | null {
    const exchange = this.#exchange;
    if (exchange !== null) this.#sender.deadlines.remove(this);
    this.#exchange = null;
    return exchange;
  }

  #write(): void {
    const exchange = this.#exchange!;
    const { bytes, apart, varying, bodiless } = exchange.framed;
    this.#parser.begin(bodiless, exchange.kept);
    if (varying !== null) return varying.write(exchange, this.#socket!);
    this.#socket!.writeShared(bytes);
    if (apart !== null) this.#socket!.writeShared(apart);
  }

  #bodyFor(status: number): KeptAnswer | null {
    const exchange = this.#exchange!;
    return exchange.kept = this.#sender.bodyFor(exchange, status);
  }

  /** @param isClean whether nothing came after the answer */
  #complete(isClean: boolean): void {
    const exchange = this.#release()!;
    const { retryAfter, status } = this.#parser;
    this.#served++;
    const sender = this.#sender;
    if (retryAfter !== "") sender.onRetryAfter(retryAfter);
    if (!isClean) this.#owner.onUnasked();
    if (isClean && this.#mayStay(exchange)) this.#owner.onIdle(this);
    else this.#leave();
    sender.onDone(exchange, answer(status));
  }

  #mayStay({ framed }: Http1Exchange): boolean {
    return !framed.closes && this.#parser.keepAlive && this.#isKept() &&
      this.#served < this.#shared.maxRequests &&
      // The answer came before its whole request was read: the rest of that
      // must not be taken for the next request.
      this.#socket!.queuedBytes === 0 && !this.#isOld();
  }

  /** Whether the peer keeps it open long enough to be used again; notes how long. */
  #isKept(): boolean {
    const { keepAliveSec } = this.#parser;
    this.#freeUntilMs = Infinity;
    if (keepAliveSec < 0) return true;
    const keptMs = 1000 * keepAliveSec - KEEP_ALIVE_MARGIN_MS;
    this.#freeUntilMs = this.#shared.clock.now() + keptMs;
    return keptMs > 0;
  }

  #isOld(): boolean {
    const { maxAgeMs, clock } = this.#shared;
    return maxAgeMs !== Infinity && clock.now() - this.#openedMs >= maxAgeMs;
  }

  #endUnasked(): void {
    this.#owner.onUnasked();
    this.end("protocol");
  }

  #leave(): void {
    this.#isGone = true;
    this.#abort.abort();
    this.#socket?.close();
    // The stack of free connections may hold this one for a long time.
    this.#socket = null;
    this.#owner.onGone(this);
  }
}
