import type { Cancel, Clock } from "../base/mod.ts";
import type { Pacing } from "../plan/mod.ts";

/** Timers are late by 1–2 ms; what is nearer than this is polled for. */
const POLL_WITHIN_MS = 2.5;
/** Share of a core that `normal` may spend on polling. */
const NORMAL_SHARE = 0.25;
/** Polling that may be saved up for a burst, in milliseconds. */
const SAVED_MS_MAX = 25;
/**
 * Looks at the clock in one turn of the event loop, about 5 µs, for which input
 * and output wait. A look costs 0.1 µs; a turn costs 0.9 µs and 700 bytes of
 * garbage.
 */
const LOOKS_PER_TURN = 50;
/** A longer pause between two polls was work, or another program, and not polling. */
const POLL_PASS_MS_MAX = 0.5;

/**
 * Arranges for a task to run at an instant.
 *
 * - `exact` polls the last 2.5 ms: on time to some microseconds, up to a core.
 * - `normal` does the same while it stays under a quarter of a core; beyond
 *   that, timers take over and requests leave in small batches.
 * - `eco` uses timers only.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #pacing: Pacing;
  readonly #task: () => void;
  readonly #onPolled: (ms: number) => void;
  #cancel: Cancel = () => {};
  #savedMs = SAVED_MS_MAX;
  #earnedAt: number;
  #pollingSince = NaN;
  /** The instant that is polled for. */
  #atMs = NaN;

  constructor(
    clock: Clock,
    pacing: Pacing,
    on: { readonly due: () => void; readonly polled: (ms: number) => void },
  ) {
    this.#clock = clock;
    this.#pacing = pacing;
    this.#earnedAt = clock.now();
    this.#onPolled = on.polled;
    this.#task = () => {
      if (!Number.isNaN(this.#pollingSince)) this.#poll();
      on.due();
    };
  }

  /** Runs the task at about `atMs`, or as soon as input and output allow. */
  wait(nowMs: number, atMs: number): void {
    const restMs = atMs - nowMs;
    if (restMs <= 0) {
      this.#cancel = this.#clock.soon(this.#task);
    } else if (this.#pacing === "eco" || !this.#mayPoll(nowMs)) {
      this.#cancel = this.#clock.after(restMs, this.#task);
    } else if (restMs > POLL_WITHIN_MS) {
      this.#cancel = this.#clock.after(restMs - POLL_WITHIN_MS, this.#task);
    } else {
      this.#pollingSince = nowMs;
      this.#atMs = atMs;
      this.#cancel = this.#clock.soon(this.#task);
    }
  }

  /** Forgets the task. */
  stop(): void {
    this.#cancel();
  }

  #mayPoll(nowMs: number): boolean {
    if (this.#pacing === "exact") return true;
    const earned = (nowMs - this.#earnedAt) * NORMAL_SHARE;
    this.#earnedAt = nowMs;
    this.#savedMs = Math.min(SAVED_MS_MAX, this.#savedMs + earned);
    return this.#savedMs > 0;
  }

  /** Looks at the clock up to the instant, or for as long as may be, and counts what that took. */
  #poll(): void {
    let nowMs = this.#clock.now();
    for (let i = 1; i < LOOKS_PER_TURN && nowMs < this.#atMs; i++) {
      nowMs = this.#clock.now();
    }
    const ms = Math.min(POLL_PASS_MS_MAX, nowMs - this.#pollingSince);
    this.#pollingSince = NaN;
    this.#savedMs -= ms;
    this.#onPolled(ms);
  }
}
