import type { TargetPlan } from "../../plan/mod.ts";
import type { Client, ClientContext, Exchange } from "../port.ts";
import type { Outcome } from "../outcome.ts";
import { tellRetryAfter } from "../retry_after.ts";
import { Deadlines, endpointOf, NO_TLS, openDialer } from "../socket/mod.ts";
import type { TlsTexts } from "../resolved.ts";
import { Connection, type ConnectionOwner, type Shared } from "./connection.ts";
import { prepareRequest } from "./request.ts";

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
export interface Http1Client extends Client {
  readonly counts: ConnectionCounts;
}

const ALPN = ["http/1.1"];
const NO_CHURN = { maxRequests: null, maxAgeMs: null };

/**
 * Opens a target over HTTP/1.1 on sockets of kar's own.
 *
 * @param tls certificates of an https target, read from the plan's files
 * @throws {KarError} (config) for a request or certificate that cannot be used
 */
export function openHttp1(
  target: TargetPlan,
  context: ClientContext,
  tls: TlsTexts = NO_TLS,
): Http1Client {
  return new Pool(target, context, tls);
}

/**
 * The pool. Free connections are a stack, so that few stay busy and the rest
 * may idle out. There is no waiting room: an exchange gets a connection now or is
 * not accepted.
 */
class Pool implements Http1Client, ConnectionOwner {
  readonly counts = { opened: 0, idleClosed: 0, unasked: 0 };
  readonly #shared: Shared;
  readonly #context: ClientContext;
  readonly #maxConnections: number;
  readonly #open = new Set<Connection>();
  /**
   * May hold connections that are gone: they are dropped when they come up,
   * all of them before another is opened, so it never outgrows the bound.
   */
  readonly #idle: Connection[] = [];
  #isClosed = false;

  constructor(target: TargetPlan, context: ClientContext, tls: TlsTexts) {
    const { clock, limits } = context;
    const request = prepareRequest(target, context);
    const endpoint = endpointOf(target, request.url, { tls, alpn: ALPN });
    const { maxRequests, maxAgeMs } = target.connection ?? NO_CHURN;
    this.#shared = {
      clock,
      dialer: openDialer(endpoint, clock),
      deadlines: new Deadlines(clock, target.timeoutMs, endLate),
      parser: {
        bodiless: request.bodiless,
        maxBodyBytes: limits.maxBodyBytes,
        maxHeadBytes: limits.maxHeadBytes,
      },
      request: request.bytes,
      maxRequests: request.closes ? 1 : maxRequests ?? Infinity,
      maxAgeMs: maxAgeMs ?? Infinity,
    };
    this.#context = context;
    this.#maxConnections = limits.connections;
  }

  send(exchange: Exchange): boolean {
    if (this.#isClosed) return false;
    const idle = this.#takeIdle();
    if (idle !== null) {
      idle.send(exchange);
      return true;
    }
    if (this.#open.size >= this.#maxConnections) return false;
    this.counts.opened++;
    this.#open.add(new Connection(exchange, this.#shared, this));
    return true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const open = [...this.#open];
    for (const connection of open) connection.end("aborted");
    this.#shared.deadlines.close();
    // A connection that was being opened is not free before its dial settles.
    await Promise.all(open.map(({ dialed }) => dialed));
  }

  onIdle(connection: Connection): void {
    this.#idle.push(connection);
  }

  onGone(connection: Connection): void {
    this.#open.delete(connection);
  }

  onIdleClosed(): void {
    this.counts.idleClosed++;
  }

  onUnasked(): void {
    this.counts.unasked++;
  }

  onRetryAfter(text: string): void {
    tellRetryAfter(this.#context, text);
  }

  onDone(exchange: Exchange, outcome: Outcome): void {
    this.#context.done(exchange, outcome);
  }

  #takeIdle(): Connection | null {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined) return null;
      if (connection.isUsable) return connection;
      // Gone already, or too old: then it leaves now.
      connection.end("aborted");
    }
  }
}

function endLate(connection: Connection): void {
  connection.endLate();
}
