import type { Series } from "./series.ts";

const WINDOW_SEC = 900;
const BLOCK_SEC = 10;

/** The expected count of each bin: the profile, corrected by what slowly differs from it. */
export interface UsualCounts {
  /** Counts of the profile alone. */
  readonly profile: Float64Array;
  /** The same times the running median of the quarter of an hour around. */
  readonly local: Float64Array;
}

/** The expected counts of a series. */
export function expectedOf(
  { counts, isOk, fromSec, binSec }: Series,
  rateAt: (sec: number) => number,
): UsualCounts {
  const n = counts.length;
  const profile = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    profile[i] = Math.max(1e-9, rateAt(fromSec + i * binSec) * binSec);
  }
  const per = Math.max(1, Math.round(BLOCK_SEC / binSec));
  const blocks = Math.max(1, Math.ceil(n / per));
  const ratios = new Float64Array(blocks);
  for (let b = 0; b < blocks; b++) {
    let [seen, due] = [0, 0];
    for (let i = b * per; i < Math.min(n, (b + 1) * per); i++) {
      if (isOk[i] === 0) continue;
      seen += counts[i]!;
      due += profile[i]!;
    }
    ratios[b] = due > 0 ? seen / due : NaN;
  }
  const half = Math.max(1, Math.round(WINDOW_SEC / 2 / (per * binSec)));
  const medians = runningMedian(ratios, half);
  const local = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    local[i] = profile[i]! * Math.max(0.01, medians[Math.floor(i / per)]!);
  }
  return { profile, local };
}

/** Medians of the values from `half` before to `half` after; NaN counts as none. */
function runningMedian(values: Float64Array, half: number): Float64Array {
  const sorted: number[] = [];
  const medians = new Float64Array(values.length).fill(1);
  const place = (value: number) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const add = (i: number) => {
    const value = values[i];
    if (value === undefined || Number.isNaN(value)) return;
    sorted.splice(place(value), 0, value);
  };
  const drop = (i: number) => {
    const value = values[i];
    if (value === undefined || Number.isNaN(value)) return;
    sorted.splice(place(value), 1);
  };
  for (let i = 0; i < half; i++) add(i);
  for (let i = 0; i < values.length; i++) {
    add(i + half);
    drop(i - half - 1);
    const n = sorted.length;
    if (n === 0) continue;
    medians[i] = n % 2 === 1
      ? sorted[(n - 1) / 2]!
      : (sorted[n / 2 - 1]! + sorted[n / 2]!) / 2;
  }
  return medians;
}
