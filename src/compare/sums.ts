import { cellStartUs, COARSE, SAMPLES_BEYOND } from "../stats/mod.ts";
import type { Pairs } from "../stats/hdr/mod.ts";
import type { CompareBlock } from "./types.ts";

const TIMES = ["response", "service", "lag"] as const;
const COUNTS = ["due", "sent", "ok", "failed", "missed"] as const;

type TimesName = typeof TIMES[number];

/** Some blocks of a run added up, each as often as it was drawn. */
export class BlockSums {
  readonly #cells: Readonly<Record<TimesName, Float64Array>> = {
    response: new Float64Array(COARSE.cells),
    service: new Float64Array(COARSE.cells),
    lag: new Float64Array(COARSE.cells),
  };
  readonly #counts = { due: 0, sent: 0, ok: 0, failed: 0, missed: 0 };

  clear(): this {
    for (const name of TIMES) this.#cells[name].fill(0);
    for (const name of COUNTS) this.#counts[name] = 0;
    return this;
  }

  add(block: CompareBlock, times = 1): void {
    if (times === 0) return;
    for (const name of TIMES) addPairs(this.#cells[name], block[name], times);
    for (const name of COUNTS) this.#counts[name] += times * block[name];
  }

  /** Requests that failed, of those that came to an end. */
  get errors(): number | null {
    const { ok, failed } = this.#counts;
    return ok + failed === 0 ? null : failed / (ok + failed);
  }

  /** Requests that were not sent, of those that were due. */
  get missed(): number | null {
    const { due, missed } = this.#counts;
    return due === 0 ? null : missed / due;
  }

  /**
   * The value below which a share of the samples lies, in milliseconds, between
   * the edges of its cell as far as its samples reach: to whole cells, a small
   * change would be none, or too large.
   *
   * @returns null with fewer than ten samples beyond it
   */
  quantile(name: TimesName, share: number): number | null {
    const counts = this.#cells[name];
    const count = counts.reduce((sum, n) => sum + n, 0);
    if (count * (1 - share) + 1e-9 < SAMPLES_BEYOND) return null;
    const rank = share * count;
    let before = 0;
    for (let cell = 0; cell < counts.length; cell++) {
      const here = counts[cell]!;
      if (before + here >= rank && here > 0) {
        const from = cellStartUs(COARSE, cell);
        const to = cellStartUs(COARSE, cell + 1);
        return (from + (to - from) * (rank - before) / here) / 1000;
      }
      before += here;
    }
    return null;
  }
}

function addPairs(counts: Float64Array, pairs: Pairs, times: number): void {
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    counts[pairs[i]!]! += times * pairs[i + 1]!;
  }
}
