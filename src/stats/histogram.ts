/*
 * Log-linear histogram, the layout of HdrHistogram (Gil Tene): values below
 * 2·S fall into cells 1 µs wide; above, each doubling of the value is cut into
 * S equal cells, so a cell is never wider than 1/S of its value.
 *
 *   value (µs)  0 ……… 2S ……… 4S ……… 8S
 *   cell width     1      2      4
 *
 * FINE has S = 1024 (three significant digits), COARSE S = 128.
 */

/** Largest value that is told apart; larger ones are counted there. 60 s in µs. */
export const MAX_US = 60_000_000;

/** Shape of a histogram's cells. */
export interface Geometry {
  /** Cells per doubling of the value, a power of two. */
  readonly half: number;
  /** log2 of `half`. */
  readonly bits: number;
  /** Cells in all. */
  readonly cells: number;
}

/** Three significant digits: for the run's totals. */
export const FINE: Geometry = geometry(10);
/** Under one percent of the value: for each target and phase. */
export const COARSE: Geometry = geometry(7);

function geometry(bits: number): Geometry {
  const half = 1 << bits;
  const shape = { half, bits, cells: 0 };
  return { ...shape, cells: cellOf(shape, MAX_US) + 1 };
}

/** The cell that counts a value in microseconds. */
export function cellOf(shape: Geometry, us: number): number {
  if (!(us > 0)) return 0;
  const value = us >= MAX_US ? MAX_US : us | 0;
  const shift = Math.max(0, 31 - Math.clz32(value) - shape.bits);
  return shift * shape.half + (value >>> shift);
}

/** The smallest value of a cell, in microseconds. */
export function cellStartUs(shape: Geometry, cell: number): number {
  if (cell < 2 * shape.half) return cell;
  const shift = Math.floor(cell / shape.half) - 1;
  return (cell - shift * shape.half) * 2 ** shift;
}

/** The value that stands for a cell: its middle, in microseconds. */
export function cellMidUs(shape: Geometry, cell: number): number {
  const start = cellStartUs(shape, cell);
  return (start + cellStartUs(shape, cell + 1)) / 2;
}

/** A percentile is shown only when at least this many samples lie beyond it. */
export const SAMPLES_BEYOND = 10;

/**
 * Counts of durations. Histograms of one geometry merge: associative,
 * commutative, with the empty one as identity. Counts are exact to 2^53.
 */
export class Histogram {
  readonly counts: Float64Array;
  count = 0;
  sumMs = 0;
  minMs = Infinity;
  maxMs = 0;

  constructor(readonly shape: Geometry) {
    this.counts = new Float64Array(shape.cells);
  }

  /** Counts one duration in milliseconds. */
  record(ms: number): void {
    this.counts[cellOf(this.shape, ms * 1000)]! += 1;
    this.count++;
    this.sumMs += ms;
    if (ms < this.minMs) this.minMs = ms;
    if (ms > this.maxMs) this.maxMs = ms;
  }

  /** Adds everything that another histogram of the same geometry holds. */
  add(other: Histogram): void {
    for (let i = 0; i < this.counts.length; i++) {
      this.counts[i]! += other.counts[i]!;
    }
    this.count += other.count;
    this.sumMs += other.sumMs;
    this.minMs = Math.min(this.minMs, other.minMs);
    this.maxMs = Math.max(this.maxMs, other.maxMs);
  }

  /** Forgets everything. */
  clear(): void {
    this.counts.fill(0);
    this.count = 0;
    this.sumMs = 0;
    this.minMs = Infinity;
    this.maxMs = 0;
  }

  /** Mean in milliseconds; null when empty. */
  get meanMs(): number | null {
    return this.count === 0 ? null : this.sumMs / this.count;
  }

  /**
   * The value below which a share of the samples lies, in milliseconds.
   *
   * @param share within (0, 1): 0.99 is the 99th percentile
   * @returns null when fewer than `SAMPLES_BEYOND` samples lie beyond it: then
   *   it would be a guess
   */
  percentile(share: number): number | null {
    // The epsilon keeps 0.9 of 100 samples at ten beyond, not nine.
    if (this.count * (1 - share) + 1e-9 < SAMPLES_BEYOND) return null;
    const rank = Math.max(1, Math.ceil(this.count * share - 1e-9));
    let seen = 0;
    for (let cell = 0; cell < this.counts.length; cell++) {
      seen += this.counts[cell]!;
      if (seen >= rank) {
        return this.#clamped(cellMidUs(this.shape, cell) / 1000);
      }
    }
    return this.maxMs;
  }

  /** How many samples are at most `ms`, to the width of one cell. */
  countUpTo(ms: number): number {
    const last = cellOf(this.shape, ms * 1000);
    let seen = 0;
    for (let cell = 0; cell < last; cell++) seen += this.counts[cell]!;
    return seen;
  }

  #clamped(ms: number): number {
    return Math.min(Math.max(ms, this.minMs), this.maxMs);
  }
}
