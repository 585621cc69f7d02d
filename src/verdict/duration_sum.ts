import {
  cellMidUs,
  type DurationGrowth,
  type Geometry,
  rankOf,
} from "../stats/mod.ts";

/**
 * Durations of some seconds, added and subtracted again: a histogram whose
 * percentiles cost no copy. Its extremes and sum come from outside, since they
 * cannot be subtracted.
 */
export class DurationSum {
  count = 0;
  sumMs = 0;
  minMs = Infinity;
  maxMs = 0;
  readonly #counts: Float64Array;

  constructor(readonly shape: Geometry) {
    this.#counts = new Float64Array(shape.cells);
  }

  /** Adds a second's durations. */
  add(durations: DurationGrowth): void {
    this.addCells(durations.cells, 1);
    this.sumMs += durations.sumMs;
    this.minMs = Math.min(this.minMs, durations.minMs);
    this.maxMs = Math.max(this.maxMs, durations.maxMs);
  }

  /** Adds cells (`sign` 1) or takes them away (−1): cell and count in turns. */
  addCells(cells: ArrayLike<number>, sign: 1 | -1): void {
    for (let i = 0; i + 1 < cells.length; i += 2) {
      const count = sign * cells[i + 1]!;
      this.#counts[cells[i]!]! += count;
      this.count += count;
    }
  }

  /** What it holds, as a value. */
  value(): DurationGrowth {
    const { shape, sumMs, minMs, maxMs } = this;
    const cells: number[] = [];
    for (let cell = 0; cell < this.#counts.length; cell++) {
      if (this.#counts[cell] !== 0) cells.push(cell, this.#counts[cell]!);
    }
    return { shape, cells, sumMs, minMs, maxMs };
  }

  /** Forgets everything. */
  clear(): void {
    this.#counts.fill(0);
    this.count = 0;
    this.sumMs = 0;
    this.minMs = Infinity;
    this.maxMs = 0;
  }

  get meanMs(): number | null {
    return this.count === 0 ? null : this.sumMs / this.count;
  }

  /** As `Distribution.percentile`. */
  percentile(share: number): number | null {
    const rank = rankOf(share, this.count);
    if (rank === null) return null;
    let before = 0;
    let cell = 0;
    while (before + this.#counts[cell]! < rank) before += this.#counts[cell++]!;
    const ms = cellMidUs(this.shape, cell) / 1000;
    return Math.min(Math.max(ms, this.minMs), this.maxMs);
  }
}
