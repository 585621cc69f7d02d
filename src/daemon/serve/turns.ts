import { KarError } from "../../base/mod.ts";

/** Changes that wait for their turn. */
const WAITING_MAX = 100;

/**
 * Lets a change begin only when the one before it holds, so that a pause and a
 * resume sent at once mean what they say, in that order.
 */
export class Turns {
  readonly #nowMs: () => number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @param nowMs plan time now */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * Makes a change when it is its turn.
   *
   * @param change gives the plan time from which it holds, as does this
   * @throws {KarError} when too many wait already
   */
  async take(change: () => Promise<number>): Promise<number> {
    if (this.#waiting >= WAITING_MAX) {
      throw new KarError(
        "usage",
        `Cannot take another change: ${WAITING_MAX} wait already; send fewer`,
      );
    }
    this.#waiting++;
    const made = this.#last.then(change);
    this.#last = made.then(
      (holdsFromMs) => pause(holdsFromMs - this.#nowMs()),
      () => {},
    );
    return await made.finally(() => this.#waiting--);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
