import type { Cancel, Clock } from "../base/mod.ts";

/** Timers of this length or more would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * The system's clocks. A worker's monotonic clock has an origin of its own;
 * `offsetMs` moves it onto the main thread's.
 */
export class RealClock implements Clock {
  offsetMs = 0;
  /** Present where a keeper serves. */
  wake?: NonNullable<Clock["wake"]>;

  now(): number {
    return performance.now() + this.offsetMs;
  }

  wall(): number {
    return Date.now();
  }

  after(delayMs: number, task: () => void): Cancel {
    const timer = setTimeout(task, Math.min(delayMs, TIMER_MS_MAX));
    return () => clearTimeout(timer);
  }

  soon(task: () => void): Cancel {
    const immediate = setImmediate(task);
    return () => clearImmediate(immediate);
  }
}
