import type { Cancel, Clock } from "../../../src/base/mod.ts";
import { FakeClock } from "../../sim/fake_clock.ts";

/**
 * Simulated time in which somebody keeps time: wakes are as late as told, and
 * each look at the clock takes a tenth of a microsecond, so that waiting on
 * the spot comes to an end.
 */
export class WakingClock implements Clock {
  /** How much later than asked a wake comes; below 0 = earlier. */
  wakeLateMs: () => number = () => 0;
  /** What each ask was for. */
  readonly asks: number[] = [];
  readonly #clock = new FakeClock(0);
  static readonly LOOK_MS = 0.0001;
  /** What looks at the clock took beyond the simulated time. */
  #aheadMs = 0;

  constructor() {
    this.#clock.timerLateMs = () => 1.2;
    this.#clock.passMs = 0.001;
  }

  now(): number {
    this.#aheadMs += WakingClock.LOOK_MS;
    return this.#clock.now() + this.#aheadMs;
  }

  wall(): number {
    return this.#clock.wall();
  }

  after(delayMs: number, task: () => void): Cancel {
    return this.#clock.after(delayMs, () => this.#at(task));
  }

  soon(task: () => void): Cancel {
    return this.#clock.soon(() => this.#at(task));
  }

  readonly wake = (nowMs: number, atMs: number, task: () => void): boolean => {
    this.asks.push(atMs);
    if (atMs <= nowMs) return false;
    const inMs = Math.max(0, atMs + this.wakeLateMs() - this.now());
    this.#clock.timerLateMs = () => 0;
    this.#clock.after(inMs, () => this.#at(task));
    this.#clock.timerLateMs = () => 1.2;
    return true;
  };

  run(forMs: number): Promise<void> {
    return this.#clock.run(forMs);
  }

  /** What was looked at before is over. */
  #at(task: () => void): void {
    this.#clock.freeze(this.#aheadMs);
    this.#aheadMs = 0;
    task();
  }
}
