/** Bins that are kept; beyond, two become one: 2^23 seconds are 97 days. */
export const BINS_MAX = 2 ** 23;
const BINS_FIRST = 2 ** 16;

/** Counts by time: bin i begins at `fromSec + i · binSec`. */
export interface BinnedCounts {
  /** Seconds since the epoch. */
  readonly fromSec: number;
  readonly binSec: number;
  readonly counts: Float64Array | Uint32Array;
}

/** Counts by second, in bounded memory: a span too long for it gets longer bins. */
export class TimeBins {
  /** Seconds of a bin: a power of two. */
  binSec: number;
  #counts = new Uint32Array(BINS_FIRST);
  /** Number of the first bin, in bins since the epoch. */
  #first = NaN;
  #last = NaN;

  constructor(binSec = 1) {
    this.binSec = binSec;
  }

  /** Counts an instant in microseconds since the epoch. */
  add(us: number, count = 1): void {
    const sec = us / 1e6;
    let bin = Math.floor(sec / this.binSec);
    if (!Number.isFinite(bin)) return;
    if (Number.isNaN(this.#first)) this.#first = this.#last = bin;
    while (
      Math.max(bin, this.#last) - Math.min(bin, this.#first) >= BINS_MAX - 1
    ) {
      this.#halve();
      bin = Math.floor(sec / this.binSec);
    }
    if (bin < this.#first || bin - this.#first >= this.#counts.length) {
      this.#makeRoom(bin);
    }
    if (bin > this.#last) this.#last = bin;
    this.#counts[bin - this.#first]! += count;
  }

  /** The counts so far; an empty log has none. */
  read(): BinnedCounts {
    const { binSec } = this;
    if (Number.isNaN(this.#first)) {
      return { fromSec: 0, binSec, counts: new Uint32Array(0) };
    }
    let first = 0;
    const end = this.#last - this.#first + 1;
    while (first < end && this.#counts[first] === 0) first++;
    const counts = this.#counts.subarray(first, end);
    return { fromSec: (this.#first + first) * binSec, binSec, counts };
  }

  /** A span that begins earlier gets room before its first bin, too. */
  #makeRoom(bin: number): void {
    const isBefore = bin < this.#first;
    const spare = isBefore ? Math.min(this.#counts.length, 4096) : 0;
    const first = isBefore ? bin - spare : this.#first;
    const needed = Math.max(bin, this.#last) - first + 1;
    let size = this.#counts.length;
    while (size < needed) size *= 2;
    const counts = new Uint32Array(Math.min(size, 2 * BINS_MAX));
    const used = this.#counts.subarray(0, this.#last - this.#first + 1);
    counts.set(used, this.#first - first);
    this.#counts = counts;
    this.#first = first;
  }

  #halve(): void {
    const first = Math.floor(this.#first / 2);
    const last = Math.floor(this.#last / 2);
    const counts = new Uint32Array(this.#counts.length);
    const end = this.#last - this.#first + 1;
    for (let i = 0; i < end; i++) {
      counts[Math.floor((this.#first + i) / 2) - first]! += this.#counts[i]!;
    }
    this.#counts = counts;
    this.#first = first;
    this.#last = last;
    this.binSec *= 2;
  }
}
