import type { Clock } from "../base/mod.ts";
import type { PickedPacing } from "../plan/mod.ts";
import type { MissedReason, Recorder } from "../stats/mod.ts";
import type { Exchange, Outcome } from "../transport/mod.ts";
import type { Feed } from "./feed.ts";
import { Pacer } from "./pacing/mod.ts";
import type { Shared } from "./shared.ts";

/**
 * Requests handled before input and output get their turn. From cold the
 * dispatcher is behind and each pass is full; with 64 in it, connections and
 * answers wait four times as long, and more connections are opened meanwhile.
 */
const BATCH_MAX = 16;

/** What a dispatcher needs. */
export interface DispatcherOptions {
  readonly clock: Clock;
  readonly pacing: PickedPacing;
  readonly shared: Shared;
  readonly recorder: Recorder;
  readonly feed: Feed;
  /** Told of each request that failed, and why. */
  readonly failed: (exchange: Exchange, outcome: Outcome) => void;
  /** Second of the run at a monotonic instant. */
  readonly secondAt: (monoMs: number) => number;
}

/**
 * Sends each arrival at its instant and never waits for an answer. What it
 * cannot send is missed, with the reason. There is one, in each worker.
 */
export class Dispatcher {
  readonly #o: DispatcherOptions;
  readonly #pacer: Pacer;
  /** Calls to use again; never more than were under way at once. */
  readonly #free: Exchange[] = [];
  #open = 0;
  #isHalted = false;
  #isDead = false;

  constructor(options: DispatcherOptions) {
    this.#o = options;
    this.#pacer = new Pacer(options.clock, options.pacing, {
      due: () => this.#pass(),
      polled: (ms) => options.recorder.polled(ms),
    });
  }

  /** Requests under way in this worker. */
  get open(): number {
    return this.#open;
  }

  /** Begins to send. */
  start(): void {
    this.#pass();
  }

  /** Sends nothing more: what is due already is missed as `stopped`. */
  halt(): void {
    this.#isHalted = true;
    this.#pacer.stop();
    const { feed } = this.#o;
    const nowMs = this.#o.clock.now();
    while (feed.hasArrival) {
      const exchange = this.#exchange(nowMs);
      this.#miss(exchange, "stopped", nowMs);
    }
  }

  /** Stops as a thread that dies: nothing is counted from here on. */
  kill(): void {
    this.#isHalted = true;
    this.#isDead = true;
    this.#pacer.stop();
  }

  /** Takes what came of an exchange back from its client. */
  done(exchange: Exchange, outcome: Outcome): void {
    if (this.#isDead) return;
    const nowMs = this.#o.clock.now();
    const isOk = this.#o.recorder.done(exchange, outcome, {
      nowMs,
      second: this.#o.secondAt(nowMs),
    });
    if (!isOk) this.#o.failed(exchange, outcome);
    this.#open--;
    this.#o.shared.leave(1);
    this.#free.push(exchange);
  }

  #pass(): void {
    if (this.#isHalted) return;
    const { clock, feed } = this.#o;
    let nowMs = clock.now();
    for (let i = 0; i < BATCH_MAX; i++) {
      const atMs = feed.nextMs(nowMs);
      if (atMs <= nowMs) this.#dispatch(atMs, nowMs);
      else if (!this.#waitFor(nowMs, atMs)) return;
      nowMs = clock.now();
    }
    this.#pacer.turn();
  }

  /** @returns whether to look again at once; else the next pass is arranged for */
  #waitFor(nowMs: number, atMs: number): boolean {
    if (this.#o.feed.hasArrival) return this.#pacer.wait(nowMs, atMs);
    // The next slot is made with milliseconds to spare.
    if (atMs !== Infinity) this.#pacer.rest(nowMs, atMs);
    return false;
  }

  #dispatch(intendedMs: number, nowMs: number): void {
    const { shared, recorder, feed: { plan } } = this.#o;
    const exchange = this.#exchange(intendedMs);
    const reason = this.#reasonAgainst(exchange, nowMs);
    if (reason !== null) return this.#miss(exchange, reason, nowMs);
    if (!shared.enter(plan.limits.inFlight)) {
      return this.#miss(exchange, "in_flight_limit", nowMs);
    }
    exchange.sentMs = nowMs;
    if (!plan.clients[exchange.target]!.send(exchange)) {
      shared.leave(1);
      return this.#miss(exchange, "no_connection", nowMs);
    }
    this.#open++;
    recorder.sent(exchange, this.#o.secondAt(nowMs));
  }

  #reasonAgainst(exchange: Exchange, nowMs: number): MissedReason | null {
    const { shared, feed: { plan } } = this.#o;
    const latenessMs = nowMs - exchange.intendedMs;
    if (latenessMs > plan.limits.maxLatenessMs) return "late";
    return shared.isRemoved(exchange.target) ? "unhealthy" : null;
  }

  #miss(exchange: Exchange, reason: MissedReason, nowMs: number): void {
    this.#o.recorder.missed(exchange, reason, this.#o.secondAt(nowMs));
    this.#free.push(exchange);
  }

  /** The arrival at hand as an exchange. */
  #exchange(intendedMs: number): Exchange {
    const exchange = this.#free.pop() ?? blankExchange();
    exchange.target = this.#o.feed.take();
    exchange.phase = this.#o.feed.phase;
    exchange.intendedMs = intendedMs;
    exchange.sentMs = NaN;
    exchange.connectMs = NaN;
    exchange.tlsMs = NaN;
    exchange.firstByteMs = NaN;
    return exchange;
  }
}

function blankExchange(): Exchange {
  return {
    target: 0,
    phase: 0,
    intendedMs: 0,
    sentMs: NaN,
    connectMs: NaN,
    tlsMs: NaN,
    firstByteMs: NaN,
  };
}
