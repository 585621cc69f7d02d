import type { TargetPlan } from "../../plan/mod.ts";
import type { Request } from "../../request/mod.ts";
import type { Client, ClientContext, Exchange, Lease } from "../port.ts";
import type { KeptAnswer } from "../kept_answer.ts";
import type { Outcome } from "../outcome.ts";
import { tellRetryAfter } from "../retry_after.ts";
import { Deadlines, endpointOf, openDialer } from "../socket/mod.ts";
import {
  Http1Connection,
  type Http1ConnectionOptions,
  type Http1ConnectionOwner,
} from "./connection.ts";
import { frameHttp1, type Http1Request } from "./request.ts";

/** What happened to a target's connections; counted since it was opened. */
export interface ConnectionCounts {
  /** Connections that were begun. */
  readonly opened: number;
  /** Free connections that the peer ended; the next exchange got another one. */
  readonly idleClosed: number;
  /** Connections given up because bytes came that no request had asked for. */
  readonly unasked: number;
}

/** The measured HTTP/1.1 client of one target. */
export interface Http1Client extends Client<Http1Request> {
  readonly counts: ConnectionCounts;
}

const ALPN = ["http/1.1"];
const NO_CHURN = { maxRequests: null, maxAgeMs: null };

/**
 * Opens a target over HTTP/1.1 on sockets of kar's own.
 *
 * @throws {KarError} (config) for a certificate that cannot be used
 */
export function openHttp1(
  target: TargetPlan,
  context: ClientContext,
): Http1Client {
  return new Http1Pool(target, context);
}

/**
 * The pool. Free connections are a stack, so that few stay busy and the others
 * may become idle. There is no waiting room: an exchange gets a connection now
 * or is not accepted.
 */
class Http1Pool implements Http1Client, Http1ConnectionOwner {
  readonly counts = { opened: 0, idleClosed: 0, unasked: 0 };
  readonly deadlines: Deadlines<Http1Connection>;
  readonly #shared: Http1ConnectionOptions;
  readonly #context: ClientContext;
  readonly #maxConnections: number;
  readonly #open = new Set<Http1Connection>();
  /**
   * May hold connections that are gone. They are dropped when their turn comes,
   * all of them before another one is opened, so the stack never outgrows its
   * bound.
   */
  readonly #idle: Http1Connection[] = [];
  #isClosed = false;

  constructor(target: TargetPlan, context: ClientContext) {
    const { clock, limits, url, resolved } = context;
    const endpoint = endpointOf(target, url, {
      tls: resolved?.tls,
      alpn: ALPN,
    });
    const { maxRequests, maxAgeMs } = target.connection ?? NO_CHURN;
    this.#shared = {
      clock,
      dialer: openDialer(endpoint, clock),
      parser: {
        maxBodyBytes: limits.maxBodyBytes,
        maxHeadBytes: limits.maxHeadBytes,
      },
      maxRequests: maxRequests ?? Infinity,
      maxAgeMs: maxAgeMs ?? Infinity,
    };
    this.deadlines = new Deadlines(clock, target.timeoutMs, endLate);
    this.#context = context;
    this.#maxConnections = limits.connections;
  }

  frame(request: Request): Http1Request {
    return frameHttp1(request);
  }

  send(exchange: Exchange<Http1Request>): boolean {
    if (this.#isClosed) return false;
    const { lease } = exchange;
    const idle = lease === null ? this.#takeIdle() : leased(lease);
    if (idle !== null) {
      idle.send(exchange, this);
      return true;
    }
    if (this.#open.size >= this.#maxConnections) return false;
    this.counts.opened++;
    const connection = new Http1Connection(exchange, this.#shared, this);
    if (lease !== null) lease.connection = connection;
    this.#open.add(connection);
    return true;
  }

  cancel(exchange: Exchange<Http1Request>, outcome: Outcome): void {
    (exchange.bearer as Http1Connection | null)?.cancel(exchange, outcome);
  }

  release(lease: Lease): void {
    const connection = lease.connection as Http1Connection | null;
    lease.connection = null;
    connection?.end("aborted");
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const open = [...this.#open];
    for (const connection of open) connection.end("aborted");
    this.deadlines.close();
    // A connection that is being opened is not freed before its dial settles.
    await Promise.all(open.map(({ dialed }) => dialed));
  }

  onIdle(connection: Http1Connection): void {
    if (!connection.isLeased) this.#idle.push(connection);
  }

  onGone(connection: Http1Connection): void {
    this.#open.delete(connection);
  }

  onIdleClosed(): void {
    this.counts.idleClosed++;
  }

  onUnasked(): void {
    this.counts.unasked++;
  }

  bodyFor(exchange: Exchange, status: number): KeptAnswer | null {
    return this.#context.bodyFor?.(exchange, status) ?? null;
  }

  onRetryAfter(text: string): void {
    tellRetryAfter(this.#context, text);
  }

  onDone(exchange: Exchange, outcome: Outcome): void {
    this.#context.done(exchange, outcome);
  }

  #takeIdle(): Http1Connection | null {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined) return null;
      if (connection.isUsable) return connection;
      // Gone already, or too old: it leaves now.
      connection.end("aborted");
    }
  }
}

/** The connection of a lease, whichever step of its journey has opened it. */
function leased(lease: Lease): Http1Connection | null {
  const connection = lease.connection as Http1Connection | null;
  if (connection === null || connection.isUsable) return connection;
  connection.end("aborted");
  return null;
}

function endLate(connection: Http1Connection): void {
  connection.endLate();
}
