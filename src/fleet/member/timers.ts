import type { Cancel, Clock } from "../../base/mod.ts";

/** What a member does again and again, or in a moment, each under a name. */
export class Timers {
  readonly #clock: Clock;
  readonly #cancels = new Map<string, Cancel>();
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Does something again and again, the first time after the interval. */
  every(name: string, intervalMs: number, task: () => void): void {
    if (this.#isOver) return;
    const cancel = this.#clock.after(intervalMs, () => {
      this.every(name, intervalMs, task);
      task();
    });
    this.#cancels.set(name, cancel);
  }

  /** Does something once, unless that is ahead already. */
  once(name: string, delayMs: number, task: () => void): void {
    if (this.#isOver || this.#cancels.has(name)) return;
    const cancel = this.#clock.after(delayMs, () => {
      this.#cancels.delete(name);
      task();
    });
    this.#cancels.set(name, cancel);
  }

  /** Keeps what ends something else, too. */
  keep(name: string, cancel: Cancel): void {
    this.#cancels.set(name, cancel);
  }

  /** Ends all of them. */
  close(): void {
    this.#isOver = true;
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
