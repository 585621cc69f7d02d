import {
  cellMidUs,
  type Counts,
  ROUGH,
  SAMPLES_BEYOND,
} from "../../stats/mod.ts";

/**
 * Counted durations as a value: the cells of `ROUGH` that hold some, rising,
 * each followed by its count. No cell is wider than 3 % of its value, which is
 * less than a pixel of the heatmap.
 */
export class DurationCells {
  readonly pairs: Uint32Array;
  readonly total: number;
  /** Percentiles that were asked for: a column that is over is asked once a second. */
  readonly #known = new Map<number, number | null>();

  constructor(pairs: ArrayLike<number>) {
    this.pairs = pairs instanceof Uint32Array ? pairs : Uint32Array.from(pairs);
    let total = 0;
    for (let i = 1; i < this.pairs.length; i += 2) total += this.pairs[i]!;
    this.total = total;
  }

  static readonly NONE = new DurationCells([]);

  /** All of them together. */
  static sum(all: readonly DurationCells[]): DurationCells {
    const some = all.filter(({ total }) => total > 0);
    if (some.length < 2) return some[0] ?? DurationCells.NONE;
    const sums = new Float64Array(ROUGH.cells);
    for (const { pairs } of some) {
      for (let i = 0; i < pairs.length; i += 2) {
        sums[pairs[i]!]! += pairs[i + 1]!;
      }
    }
    const pairs: number[] = [];
    sums.forEach((count, cell) => {
      if (count > 0) pairs.push(cell, count);
    });
    return new DurationCells(pairs);
  }

  /** In milliseconds, three significant digits; null where it would be a guess. */
  percentile(share: number): number | null {
    if (!isBorne(this.total, share)) return null;
    let known = this.#known.get(share);
    if (known === undefined) {
      known = this.#percentile(share);
      this.#known.set(share, known);
    }
    return known;
  }

  #percentile(share: number): number | null {
    const rank = Math.max(1, Math.ceil(this.total * share - 1e-9));
    let upTo = 0;
    for (let i = 0; i < this.pairs.length; i += 2) {
      upTo += this.pairs[i + 1]!;
      if (upTo < rank) continue;
      const ms = cellMidUs(ROUGH, this.pairs[i]!) / 1000;
      return Number(ms.toPrecision(3));
    }
    return null;
  }
}

/** Whether ten of so many samples lie beyond a percentile. */
export function isBorne(total: number, share: number): boolean {
  return total * (1 - share) + 1e-9 >= SAMPLES_BEYOND;
}

/** Sum of counts by name. */
export function addCounts(
  a: Counts<string>,
  b: Counts<string>,
): Counts<string> {
  const sum: Record<string, number> = { ...(a as Record<string, number>) };
  for (const [name, n] of Object.entries(b)) {
    sum[name] = (sum[name] ?? 0) + (n ?? 0);
  }
  return sum;
}
