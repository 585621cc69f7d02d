import type { Distribution } from "./distribution.ts";
import { cellMidUs, type Geometry } from "./geometry.ts";
import { Histogram } from "./histogram.ts";

/** How far back *now* reaches, in readings of one second each. */
const WINDOW = 10;

/**
 * The samples of about the last ten seconds: the difference between a total
 * and that of ten readings ago. Percentiles of now come from here; percentiles
 * are never averaged.
 *
 * It allocates its memory once: one discarded total a second would add up to
 * tens of megabytes before it is collected.
 */
export class RecentWindow {
  /** The last totals, the oldest first; unused ones stand before it. */
  readonly #totals: Histogram[];
  #kept = 1;
  readonly #difference: Histogram;

  constructor(shape: Geometry) {
    this.#totals = Array.from(
      { length: WINDOW + 1 },
      () => new Histogram(shape),
    );
    this.#difference = new Histogram(shape);
  }

  /** Takes the current total; meant for once a second. */
  push(total: (empty: Histogram) => void): void {
    const oldest = this.#totals.shift()!;
    oldest.clear();
    total(oldest);
    this.#totals.push(oldest);
    this.#kept = Math.min(this.#kept + 1, this.#totals.length);
  }

  /** The samples since the oldest total that is kept. */
  read(): Distribution {
    const now = this.#totals.at(-1)!;
    const before = this.#totals.at(-this.#kept)!;
    const rest = this.#difference;
    rest.clear();
    rest.sumMs = now.sumMs - before.sumMs;
    for (let cell = 0; cell < rest.counts.length; cell++) {
      const count = now.counts[cell]! - before.counts[cell]!;
      if (count === 0) continue;
      rest.counts[cell] = count;
      // The extremes of a difference are known to the width of a cell.
      rest.maxMs = cellMidUs(rest.shape, cell) / 1000;
      rest.minMs = Math.min(rest.minMs, rest.maxMs);
    }
    return rest.distribution();
  }
}
