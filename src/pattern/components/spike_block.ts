/** What the starts of a block of time are drawn from. */
export interface SpikeBlockOptions {
  /** The block's ends, milliseconds since the epoch: `[fromMs, toMs)`. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Starts that it has at most. */
  readonly countMax: number;
  /** Milliseconds from start k − 1 (or the block's own start) to start k. */
  readonly gapMs: (k: number) => number;
}

/**
 * The starts of spikes in a block of time, in order. They are drawn one after
 * the other, and only as far as somebody has asked: the many of a whole day
 * would stop a worker for 100 ms.
 */
export class SpikeBlock {
  readonly #o: SpikeBlockOptions;
  #starts = new Float64Array(64);
  #count = 0;
  /** The start that was drawn last and lies beyond what was asked. */
  #next: number;

  constructor(options: SpikeBlockOptions) {
    this.#o = options;
    this.#next = options.fromMs + options.gapMs(0);
  }

  /** One of the starts that were counted. */
  start(i: number): number {
    return this.#starts[i]!;
  }

  /** How many of the starts lie before an instant. */
  countUpTo(ms: number): number {
    this.#drawTo(ms);
    return this.#search((start) => start < ms);
  }

  /** How many of the starts are at least this old at an instant. */
  countAged(ms: number, ageMs: number): number {
    this.#drawTo(ms);
    return this.#search((start) => ms - start >= ageMs);
  }

  /** Draws all starts up to an instant, and no further. */
  #drawTo(ms: number): void {
    const { toMs, countMax, gapMs } = this.#o;
    while (this.#next <= ms && this.#next < toMs && this.#count < countMax) {
      if (this.#count === this.#starts.length) this.#grow();
      this.#starts[this.#count++] = this.#next;
      this.#next += gapMs(this.#count);
    }
  }

  #grow(): void {
    const larger = new Float64Array(this.#starts.length * 2);
    larger.set(this.#starts);
    this.#starts = larger;
  }

  /** How many of the sorted starts, from the first on, have a property. */
  #search(has: (start: number) => boolean): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (has(this.#starts[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
