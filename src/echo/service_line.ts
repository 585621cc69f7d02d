/**
 * A server that works on one request at a time and takes the same time for
 * each: a queue with a fixed rate of service. Who comes while it works waits
 * behind all who came before.
 *
 *   arrival   ▼  ▼▼   ▼
 *   work      ████████████████      each 1/capacity
 *   answer       ▲   ▲   ▲   ▲
 */
export class ServiceLine {
  readonly #workMs: number;
  /** When the work on all that came is done; any clock, in milliseconds. */
  #doneMs = -Infinity;

  /** @param capacity requests a second; null = as many as come, at once */
  constructor(capacity: number | null) {
    this.#workMs = capacity === null ? 0 : 1000 / capacity;
  }

  /** How long a request waits for its answer that comes now. */
  join(nowMs: number): number {
    if (this.#workMs === 0) return 0;
    this.#doneMs = Math.max(this.#doneMs, nowMs) + this.#workMs;
    return this.#doneMs - nowMs;
  }
}
