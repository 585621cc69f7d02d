import type { Clock } from "../base/mod.ts";
import type { PickedPacing } from "../plan/mod.ts";
import type { MissedReason, Recorder } from "../stats/mod.ts";
import {
  blankExchange,
  clearTimes,
  type Exchange,
  type Outcome,
} from "../transport/mod.ts";
import type { Due, OpenPlan } from "./due.ts";
import { Pacer } from "./pacing/mod.ts";
import type { Shared } from "./shared.ts";

/**
 * Requests handled before input and output get their turn. From cold the
 * dispatcher is behind and each pass is full; with 64 in it, connections and
 * answers wait four times as long, and more connections are opened meanwhile.
 */
const BATCH_MAX = 16;

/** Options of a `Dispatcher`. */
export interface DispatcherOptions {
  readonly clock: Clock;
  readonly pacing: PickedPacing;
  readonly shared: Shared;
  readonly recorder: Recorder;
  readonly due: Due;
  /** Called for each failed request, with the reason. */
  readonly failed: (exchange: Exchange, outcome: Outcome) => void;
  /** Second of the run at a monotonic instant. */
  readonly secondAt: (monoMs: number) => number;
}

/**
 * Sends each request at its instant and never waits for an answer. What it
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

  /** Stops sending: what is due already is missed as `stopped`. */
  halt(): void {
    this.#isHalted = true;
    this.#pacer.stop();
    const { due } = this.#o;
    const nowMs = this.#o.clock.now();
    while (due.hasNext) {
      const exchange = this.#blank();
      due.take(exchange);
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
    const { clock, due } = this.#o;
    let nowMs = clock.now();
    for (let i = 0; i < BATCH_MAX; i++) {
      const atMs = due.nextMs(nowMs);
      if (atMs <= nowMs) this.#dispatch(nowMs);
      else if (!this.#waitFor(nowMs, atMs)) return;
      nowMs = clock.now();
    }
    this.#pacer.turn();
  }

  /** @returns whether to look again at once; else the next pass is arranged for */
  #waitFor(nowMs: number, atMs: number): boolean {
    if (this.#o.due.hasNext) return this.#pacer.wait(nowMs, atMs);
    // The next slot is made with milliseconds to spare.
    if (atMs !== Infinity) this.#pacer.rest(nowMs, atMs);
    return false;
  }

  #dispatch(nowMs: number): void {
    const { shared, recorder, due } = this.#o;
    const exchange = this.#blank();
    const plan = due.take(exchange);
    const reason = this.#reasonAgainst(exchange, plan, nowMs);
    if (reason !== null) return this.#miss(exchange, reason, nowMs);
    if (!shared.enter(plan.limits.inFlight)) {
      return this.#miss(exchange, "in_flight_limit", nowMs);
    }
    exchange.sentMs = nowMs;
    if (!plan.targets[exchange.target]!.client.send(exchange)) {
      shared.leave(1);
      return this.#miss(exchange, "no_connection", nowMs);
    }
    this.#open++;
    recorder.sent(exchange, this.#o.secondAt(nowMs));
  }

  #reasonAgainst(
    { intendedMs, target }: Exchange,
    { limits }: OpenPlan,
    nowMs: number,
  ): MissedReason | null {
    if (nowMs - intendedMs > limits.maxLatenessMs) return "late";
    return this.#o.shared.isRemoved(target) ? "unhealthy" : null;
  }

  #miss(exchange: Exchange, reason: MissedReason, nowMs: number): void {
    this.#o.recorder.missed(exchange, reason, this.#o.secondAt(nowMs));
    this.#free.push(exchange);
  }

  #blank(): Exchange {
    const exchange = this.#free.pop();
    if (exchange === undefined) return blankExchange();
    clearTimes(exchange);
    return exchange;
  }
}
