import type { Clock } from "../base/mod.ts";
import type { Limits, TargetPlan } from "../plan/mod.ts";
import type { CodeRange } from "../protocol/mod.ts";
import type { Request, TargetUrl, Vars } from "../request/mod.ts";
import type { KeptAnswer } from "./kept_answer.ts";
import type { Outcome } from "./outcome.ts";
import type { ResolvedTarget } from "./resolved.ts";

/**
 * One request under way. The dispatcher owns it, hands it to a client, and
 * reuses it after `done`. All instants are monotonic milliseconds.
 */
export interface Exchange<Framed = unknown> {
  /**
   * The key of its arrival: slot, lane, and how many arrivals of that lane
   * came before it in that slot. What is drawn for a request depends on this
   * alone.
   */
  slot: number;
  lane: number;
  index: number;
  /** Milliseconds from the start of its slot to its intended instant. */
  offsetMs: number;
  /** How many arrivals came before it since the fire; NaN = nobody has counted. */
  rank: number;
  /**
   * How often a step of a journey was repeated before: rows stay the same,
   * everything else is drawn again.
   */
  iteration: number;
  /** What its journey has captured; null = it belongs to no journey. */
  vars: Vars | null;
  /** The request as the client frames it: what its `frame` has made. */
  framed: Framed;
  /** Codes that are right for this request alone; null = its target's. */
  ok: readonly CodeRange[] | null;
  /**
   * Where the header fields and the body of the answer go; null = they are not
   * wanted. Kar's own clients obey it.
   */
  kept: KeptAnswer | null;
  /**
   * The journey that it is a step of, in the sender's own form; null = it is an
   * arrival of its own. Clients do not touch it.
   */
  journey: object | null;
  /**
   * The connection that its journey's requests alone use; null = any
   * connection. Kar's own clients obey it.
   */
  lease: Lease | null;
  /** What carries it while it is under way: the client's own. */
  bearer: object | null;
  /** Index of the target in the plan. */
  target: number;
  /** The slot's stage: its phase, in its scenario. */
  stage: number;
  /** When the request should have started. */
  intendedMs: number;
  /** When it did start. */
  sentMs: number;
  /** Parts of the time, each NaN where it does not exist: connection set-up, TLS, first byte after sent. */
  connectMs: number;
  tlsMs: number;
  firstByteMs: number;
}

/**
 * A connection for the requests that carry it, one after the other. Whoever
 * made the lease releases it.
 */
export interface Lease {
  /** In the client's own form; null = there is none. */
  connection: object | null;
}

/** An exchange in its initial state. */
export function blankExchange(): Exchange {
  return {
    slot: 0,
    lane: 0,
    index: 0,
    offsetMs: 0,
    rank: NaN,
    iteration: 0,
    vars: null,
    framed: null,
    ok: null,
    kept: null,
    journey: null,
    lease: null,
    bearer: null,
    target: 0,
    stage: 0,
    intendedMs: NaN,
    sentMs: NaN,
    connectMs: NaN,
    tlsMs: NaN,
    firstByteMs: NaN,
  };
}

/**
 * Clears the times of an exchange before it is sent again: a client writes only
 * those that exist.
 */
export function clearTimes(exchange: Exchange): void {
  exchange.sentMs = NaN;
  exchange.connectMs = NaN;
  exchange.tlsMs = NaN;
  exchange.firstByteMs = NaN;
}

/** The context that every client gets: clock, target, limits, callbacks. */
export interface ClientContext {
  readonly clock: Clock;
  /** This worker's share of what the plan allows. */
  readonly limits: Limits;
  /** Where the requests go. */
  readonly url: TargetUrl;
  /**
   * Called exactly once for each exchange that `send` accepted, and never from
   * inside `send`. The exchange may be handed to `send` again from in here,
   * its times cleared.
   */
  readonly done: (exchange: Exchange, outcome: Outcome) => void;
  /**
   * Called for an answer that asks to back off for so many milliseconds from
   * now: by `retry-after` with HTTP 429 or 503, or in gRPC's own ways. Absent =
   * not wanted.
   */
  readonly retryAfter?: (ms: number) => void;
  /**
   * Asked at the head of an HTTP answer of which nothing is kept: where its
   * body goes; null = nowhere. Kar's own clients ask. Absent = nowhere.
   */
  readonly bodyFor?: (exchange: Exchange, code: number) => KeptAnswer | null;
  /** Certificates and the gRPC call; absent = Mozilla's roots, and no gRPC. */
  readonly resolved?: ResolvedTarget;
}

/**
 * Sends the requests of one target. A failure of the network is a value, never
 * a throw. What it sends is made elsewhere (`src/request`): it frames a request
 * for its protocol, once for all the times that it is sent.
 */
export interface Client<Framed = unknown> {
  /**
   * Frames a request.
   *
   * @throws {KarError} (config) for one that it cannot send
   */
  frame(request: Request): Framed;
  /**
   * Starts a request now, within the target's timeout, and writes those parts
   * of the exchange's time that exist before `done`: they come as NaN.
   *
   * @returns false when no connection is free and none may be opened, and
   *   always after `close`: then nothing was sent and `done` is not called
   */
  send(exchange: Exchange<Framed>): boolean;
  /**
   * Ends a request that is under way before its time: its `done` comes with
   * this outcome, perhaps before this returns.
   */
  cancel(exchange: Exchange<Framed>, outcome: Outcome): void;
  /**
   * Closes the connection of a lease; a request on it ends as `aborted`. Absent
   * = the client has no leases.
   */
  release?(lease: Lease): void;
  /**
   * Ends open requests as `aborted` and frees everything; safe to call twice.
   * Once it resolves, every accepted exchange has had its `done`.
   */
  close(): Promise<void>;
}

/** Opens a client; throws `KarError` for settings that cannot work. */
export type OpenClient = (
  target: TargetPlan,
  context: ClientContext,
) => Client;
