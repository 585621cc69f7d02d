/*
 * How late the keeper wakes from its sleeps, in memory that the main thread
 * reads: counts of cells that grow by 9 %, then the longest of all. Only the
 * keeper writes. It sleeps in a thread that does nothing else, so its lateness
 * is how long the machine keeps a thread waiting that wants to run.
 */
const CELLS_PER_OCTAVE = 8;
const OCTAVES = 24;
const CELLS = CELLS_PER_OCTAVE * OCTAVES;
/** Upper end of the first cell, about a microsecond; the last one begins at 14 s. */
const LEAST_MS = 1 / 1024;
const LONGEST = CELLS;

/** A percentile needs so many wakes beyond it. */
const BEYOND = 10;

/** Memory for a keeper that has not woken yet. */
export function createLateness(): SharedArrayBuffer {
  return new SharedArrayBuffer((CELLS + 1) * 8);
}

/** Notes how late a wake was; allocates nothing. */
export function noteLateness(lateness: Float64Array, lateMs: number): void {
  const octaves = Math.log2(Math.max(lateMs, LEAST_MS) / LEAST_MS);
  const cell = Math.min(CELLS - 1, Math.ceil(octaves * CELLS_PER_OCTAVE));
  lateness[cell]!++;
  if (lateMs > lateness[LONGEST]!) lateness[LONGEST] = lateMs;
}

/** What a keeper noted so far. */
export class WakeLateness {
  readonly #cells: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Float64Array(memory).slice();
  }

  /** Wakes. */
  get count(): number {
    return this.#cells.subarray(0, CELLS).reduce((sum, n) => sum + n, 0);
  }

  get longestMs(): number {
    return this.#cells[LONGEST]!;
  }

  /** How late, in milliseconds, a share of the wakes was at most; null = fewer than ten were later. */
  percentile(share: number): number | null {
    const { count } = this;
    // Compared with a tolerance, since 1 - 0.99 is not exact.
    if (count * (1 - share) < BEYOND - 1e-6) return null;
    let below = 0;
    for (let cell = 0; cell < CELLS; cell++) {
      below += this.#cells[cell]!;
      if (below < count * share) continue;
      const upperMs = LEAST_MS * 2 ** (cell / CELLS_PER_OCTAVE);
      return Math.min(upperMs, this.longestMs);
    }
    return this.longestMs;
  }
}
