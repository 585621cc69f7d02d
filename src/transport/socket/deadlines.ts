import type { Cancel, Clock } from "../../base/mod.ts";

/** A timer is never set for a shorter time than this: it would only fire late. */
const MIN_DELAY_MS = 1;

/** What can be late: a node of the list that `Deadlines` keeps. */
export interface Timed<T> {
  /** Monotonic milliseconds; set by `Deadlines`. */
  deadlineMs: number;
  /** Neighbours in the order of deadlines; set by `Deadlines`. */
  before: T | null;
  after: T | null;
}

/**
 * Deadlines of everything that one transport has under way, behind one timer.
 *
 * All have the same timeout, so the order in which they were added is the order
 * in which they expire. A linked list is therefore enough, and an item that
 * ends in time costs neither a timer nor an allocation. The timer is set for
 * the oldest item, and again only after it has fired. As a timer of Deno's it
 * is 1–2 ms late.
 */
export class Deadlines<T extends Timed<T>> {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #expire: (item: T) => void;
  #oldest: T | null = null;
  #newest: T | null = null;
  #cancelTimer: Cancel | null = null;

  /** @param expire ends an item, which removes it from here */
  constructor(clock: Clock, timeoutMs: number, expire: (item: T) => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#expire = expire;
  }

  /** Begins the time of an item. */
  add(item: T): void {
    item.deadlineMs = this.#clock.now() + this.#timeoutMs;
    item.before = this.#newest;
    item.after = null;
    if (this.#newest === null) this.#oldest = item;
    else this.#newest.after = item;
    this.#newest = item;
    if (this.#cancelTimer === null) this.#arm(this.#timeoutMs);
  }

  /** Forgets an item that is over; exactly once for each `add`. */
  remove(item: T): void {
    const { before, after } = item;
    if (before === null) this.#oldest = after;
    else before.after = after;
    if (after === null) this.#newest = before;
    else after.before = before;
    item.before = item.after = null;
  }

  /** Stops the timer. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #arm(delayMs: number): void {
    const delay = Math.max(MIN_DELAY_MS, delayMs);
    this.#cancelTimer = this.#clock.after(delay, this.#onTimer);
  }

  readonly #onTimer = (): void => {
    const now = this.#clock.now();
    while (this.#oldest !== null && this.#oldest.deadlineMs <= now) {
      this.#expire(this.#oldest);
    }
    // Set only now, so that what the ends of expired items started sets no
    // timer.
    this.#cancelTimer = null;
    if (this.#oldest !== null) this.#arm(this.#oldest.deadlineMs - now);
  };
}
