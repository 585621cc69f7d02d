import { cellMidUs, cellOf, type Geometry } from "./geometry.ts";

/** A percentile is shown only when at least this many samples lie beyond it. */
export const SAMPLES_BEYOND = 10;

/** What a histogram knows of its samples besides its cells, in milliseconds. */
export interface Moments {
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Counted durations as a value: it never changes, and has room only for the
 * cells that hold samples. Snapshots are made of these.
 *
 *   cells     212   213   240   241      cells with samples, rising
 *   upTo        3    11    12    40      samples in them and all before
 */
export class Distribution implements Moments {
  readonly count: number;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** The shape of its cells. */
  readonly shape: Geometry;
  readonly #cells: Uint16Array;
  readonly #upTo: Float64Array;

  /** @param counts samples in each cell of the shape; copied */
  constructor(shape: Geometry, counts: Float64Array, moments: Moments) {
    const used = usedCells(counts);
    const cells = new Uint16Array(used);
    const upTo = new Float64Array(used);
    let sum = 0;
    let i = 0;
    for (let cell = 0; i < used; cell++) {
      if (counts[cell] === 0) continue;
      sum += counts[cell]!;
      cells[i] = cell;
      upTo[i++] = sum;
    }
    this.shape = shape;
    this.#cells = cells;
    this.#upTo = upTo;
    this.count = sum;
    this.sumMs = moments.sumMs;
    this.minMs = moments.minMs;
    this.maxMs = moments.maxMs;
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
    const rank = rankOf(share, this.count);
    if (rank === null) return null;
    const cell = this.#cells[firstAtLeast(this.#upTo, rank)]!;
    const ms = cellMidUs(this.shape, cell) / 1000;
    return Math.min(Math.max(ms, this.minMs), this.maxMs);
  }

  /** How many samples are at most `ms`, to the width of one cell. */
  countUpTo(ms: number): number {
    const before = firstAtLeast(this.#cells, cellOf(this.shape, ms * 1000));
    return before === 0 ? 0 : this.#upTo[before - 1]!;
  }

  /** Each cell that holds samples, with their number. */
  *cells(): Generator<readonly [cell: number, count: number]> {
    for (let i = 0; i < this.#cells.length; i++) {
      yield [this.#cells[i]!, this.#upTo[i]! - (this.#upTo[i - 1] ?? 0)];
    }
  }
}

/** A plain loop: a callback for each of 13,000 cells took most of a snapshot's time. */
function usedCells(counts: Float64Array): number {
  let used = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    if (counts[cell]! > 0) used++;
  }
  return used;
}

/**
 * Which of some sorted samples is a percentile, counted from 1; null when fewer
 * than `SAMPLES_BEYOND` lie beyond it.
 */
export function rankOf(share: number, count: number): number | null {
  // The epsilon keeps 0.9 of 100 samples at ten beyond, not nine.
  if (count * (1 - share) + 1e-9 < SAMPLES_BEYOND) return null;
  return Math.max(1, Math.ceil(count * share - 1e-9));
}

/** Index of the first of some rising values that is at least `wanted`. */
function firstAtLeast(
  rising: Uint16Array | Float64Array,
  wanted: number,
): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
