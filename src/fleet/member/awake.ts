/** A timer that comes later than this was not late: the process did not run. */
const STEP_MS_MAX = 100;

/**
 * Time that passes while this process runs. A process that was stopped must not
 * believe that the bus was silent meanwhile.
 */
export class AwakeTime {
  #lastMs: number;
  #sumMs = 0;

  constructor(nowMs: number) {
    this.#lastMs = nowMs;
  }

  /** Notes that a timer has come; meant for every 50 ms. */
  tick(nowMs: number): void {
    this.#sumMs += Math.min(Math.max(0, nowMs - this.#lastMs), STEP_MS_MAX);
    this.#lastMs = nowMs;
  }

  /** Milliseconds so far. */
  get ms(): number {
    return this.#sumMs;
  }
}
