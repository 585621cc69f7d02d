import type { Request } from "../../request/mod.ts";
import type { KeptAnswer } from "../kept_answer.ts";
import { failure, type Outcome } from "../outcome.ts";
import type { Client, ClientContext, Exchange, Lease } from "../port.ts";
import { Deadlines, type Dialer } from "../socket/mod.ts";
import {
  Http2Connection,
  type Http2ConnectionOptions,
  type Http2ConnectionOwner,
} from "./connection.ts";
import { frameHttp2, type RequestTemplate } from "./request.ts";
import {
  Http2Stream,
  type ResponseReader,
  type StreamSender,
} from "./stream.ts";

const ABORTED = failure("aborted");

/** Options of a pool of connections. */
export interface PoolOptions extends Http2ConnectionOptions {
  readonly dialer: Dialer;
  /** Makes the object that judges responses; one for each exchange that is open at once. */
  readonly newResponse: () => ResponseReader;
}

/**
 * The connections to one target, as few as possible: another one is dialled
 * when all are full, up to the limit. No exchange ever waits for room.
 */
export class Http2Pool
  implements Client<RequestTemplate>, Http2ConnectionOwner, StreamSender {
  readonly #context: ClientContext;
  readonly #options: PoolOptions;
  readonly #deadlines: Deadlines<Http2Stream>;
  readonly #connections = new Set<Http2Connection>();
  /** Connections that may have room; the last is tried first. */
  readonly #listed: Http2Connection[] = [];
  /** Streams to use again: never more than were under way at once. */
  readonly #spare: Http2Stream[] = [];
  readonly #dials = new Set<Promise<void>>();
  #isClosed = false;

  constructor(context: ClientContext, options: PoolOptions) {
    this.#context = context;
    this.#options = options;
    this.#deadlines = new Deadlines(
      options.clock,
      options.timeoutMs,
      (stream) => stream.owner.expire(stream),
    );
  }

  frame(request: Request): RequestTemplate {
    return frameHttp2(request);
  }

  send(exchange: Exchange<RequestTemplate>): boolean {
    const { lease, framed } = exchange;
    const connection = lease === null
      ? this.#connectionWithRoom(framed)
      : this.#leased(lease, framed);
    if (connection === null) return false;
    const stream = this.#spare.pop() ??
      new Http2Stream(this.#options.newResponse(), this);
    stream.begin(exchange);
    this.#deadlines.add(stream);
    connection.open(stream);
    return true;
  }

  cancel(exchange: Exchange<RequestTemplate>, outcome: Outcome): void {
    const stream = exchange.bearer as Http2Stream | null;
    stream?.owner.cancel(stream, outcome);
  }

  release(lease: Lease): void {
    const connection = lease.connection as Http2Connection | null;
    lease.connection = null;
    connection?.close(ABORTED);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#deadlines.close();
    for (const connection of this.#connections) connection.close(ABORTED);
    await Promise.all(this.#dials);
  }

  bodyFor(exchange: Exchange, status: number): KeptAnswer | null {
    return this.#context.bodyFor?.(exchange, status) ?? null;
  }

  onEnd(stream: Http2Stream, outcome: Outcome): void {
    const { exchange } = stream;
    this.#deadlines.remove(stream);
    this.#spare.push(stream);
    exchange.bearer = null;
    // Last, since it may send again: everything has to be in order by then.
    this.#context.done(exchange, outcome);
  }

  onRoom(connection: Http2Connection): void {
    if (connection.isListed || connection.isLeased) return;
    connection.isListed = true;
    this.#listed.push(connection);
  }

  onClosed(connection: Http2Connection): void {
    this.#connections.delete(connection);
    if (connection.isListed) {
      this.#listed.splice(this.#listed.indexOf(connection), 1);
    }
    // The ends of its streams are still to come, and must not list it again.
    connection.isListed = true;
  }

  #connectionWithRoom(request: RequestTemplate): Http2Connection | null {
    if (this.#isClosed) return null;
    for (;;) {
      const connection = this.#listed.at(-1);
      if (connection === undefined) return this.#dial();
      if (connection.hasRoom(request)) return connection;
      if (connection !== this.#listed.at(-1)) continue;
      this.#listed.pop();
      connection.isListed = false;
    }
  }

  /** The connection of a lease, whichever step of its journey has opened it. */
  #leased(lease: Lease, request: RequestTemplate): Http2Connection | null {
    if (this.#isClosed) return null;
    const known = lease.connection as Http2Connection | null;
    if (known?.hasRoom(request)) return known;
    this.release(lease);
    const connection = this.#dial(true);
    lease.connection = connection;
    return connection;
  }

  #dial(isLeased = false): Http2Connection | null {
    const { connections } = this.#context.limits;
    if (this.#connections.size >= connections) return null;
    const connection = new Http2Connection(this, this.#options, isLeased);
    this.#connections.add(connection);
    this.onRoom(connection);
    const dial = this.#options.dialer.dial(connection.signal).then((result) => {
      this.#dials.delete(dial);
      connection.dialled(result);
    });
    this.#dials.add(dial);
    return connection;
  }
}
