import type { Clock } from "../base/mod.ts";
import type { PickedPacing } from "../plan/mod.ts";
import type { MissedReason, Recorder } from "../stats/mod.ts";
import type { Call, Outcome } from "../transport/mod.ts";
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
  readonly failed: (call: Call, outcome: Outcome) => void;
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
  readonly #free: Call[] = [];
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
      const call = this.#call(nowMs);
      this.#miss(call, "stopped", nowMs);
    }
  }

  /** Stops as a thread that dies: nothing is counted from here on. */
  kill(): void {
    this.#isHalted = true;
    this.#isDead = true;
    this.#pacer.stop();
  }

  /** Takes what came of a call back from its transport. */
  done(call: Call, outcome: Outcome): void {
    if (this.#isDead) return;
    const nowMs = this.#o.clock.now();
    const isOk = this.#o.recorder.done(call, outcome, {
      nowMs,
      second: this.#o.secondAt(nowMs),
    });
    if (!isOk) this.#o.failed(call, outcome);
    this.#open--;
    this.#o.shared.leave(1);
    this.#free.push(call);
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
    const call = this.#call(intendedMs);
    const reason = this.#reasonAgainst(call, nowMs);
    if (reason !== null) return this.#miss(call, reason, nowMs);
    if (!shared.enter(plan.limits.inFlight)) {
      return this.#miss(call, "in_flight_limit", nowMs);
    }
    call.sentMs = nowMs;
    if (!plan.transports[call.target]!.send(call)) {
      shared.leave(1);
      return this.#miss(call, "no_connection", nowMs);
    }
    this.#open++;
    recorder.sent(call, this.#o.secondAt(nowMs));
  }

  #reasonAgainst(call: Call, nowMs: number): MissedReason | null {
    const { shared, feed: { plan } } = this.#o;
    const latenessMs = nowMs - call.intendedMs;
    if (latenessMs > plan.limits.maxLatenessMs) return "late";
    return shared.isRemoved(call.target) ? "unhealthy" : null;
  }

  #miss(call: Call, reason: MissedReason, nowMs: number): void {
    this.#o.recorder.missed(call, reason, this.#o.secondAt(nowMs));
    this.#free.push(call);
  }

  /** The arrival at hand as a call. */
  #call(intendedMs: number): Call {
    const call = this.#free.pop() ?? blankCall();
    call.target = this.#o.feed.take();
    call.phase = this.#o.feed.phase;
    call.intendedMs = intendedMs;
    call.sentMs = NaN;
    call.connectMs = NaN;
    call.tlsMs = NaN;
    call.firstByteMs = NaN;
    return call;
  }
}

function blankCall(): Call {
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
