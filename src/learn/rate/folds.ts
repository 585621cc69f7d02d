import type { Series } from "../fit/series.ts";

/** Something that happens at the same place of each period. */
export interface Fold {
  readonly periodSec: number;
  /** Where in the period, counted from the whole of it in UTC. */
  readonly atSec: number;
  /** Its share of all requests. */
  readonly share: number;
  /** Standard deviations above chance. */
  readonly z: number;
  /** Seconds in which half of it comes. */
  readonly spreadSec: number;
}

const PERIODS_SEC = [60, 300, 3600];
const Z_MIN = 6;
/** A longer period that has as much in one place is the one: of a job each minute an hour has a sixtieth there. */
const WHOLE = 0.7;
const SHARE_MIN = 0.0005;
const FOLD_BINS_MAX = 3600;
const PERIODS_SEEN_MIN = 12;
/** Bins around a place whose middle is what is usual there. */
const AROUND_SEC = 60;

/**
 * Jobs that start by the clock: the mean count of each second of a period,
 * minus the median of the places around it, in units of its deviation by
 * chance. The longest period with as much of it in one place is told, so that
 * what happens each hour is not reported for minutes.
 */
export function findFold(series: Series): Fold | null {
  let best: Fold | null = null;
  for (const periodSec of PERIODS_SEC) {
    const fold = foldOf(series, periodSec);
    if (fold === null || fold.z < Z_MIN || fold.share < SHARE_MIN) continue;
    if (best === null || fold.share >= WHOLE * best.share) best = fold;
  }
  return best;
}

function foldOf(series: Series, periodSec: number): Fold | null {
  const { counts, isOk, fromSec, binSec } = series;
  const places = Math.round(periodSec / binSec);
  if (places < 6 || places > FOLD_BINS_MAX) return null;
  if (counts.length / places < PERIODS_SEEN_MIN) return null;
  const sums = new Float64Array(places);
  const times = new Float64Array(places);
  // A period with a spike in it would be all that is seen: each counts by its share.
  const first = Math.ceil(fromSec / periodSec) * periodSec;
  const skip = Math.round((first - fromSec) / binSec);
  for (let i = skip; i + places <= counts.length; i += places) {
    let sum = 0;
    for (let k = 0; k < places; k++) sum += counts[i + k]!;
    if (sum === 0) continue;
    for (let k = 0; k < places; k++) {
      if (isOk[i + k] === 0) continue;
      sums[k]! += Math.min(counts[i + k]!, sum);
      times[k]!++;
    }
  }
  return highest(sums, times, { periodSec, binSec });
}

function highest(
  sums: Float64Array,
  times: Float64Array,
  { periodSec, binSec }: {
    readonly periodSec: number;
    readonly binSec: number;
  },
): Fold | null {
  const places = sums.length;
  const means = sums.map((sum, k) => times[k] === 0 ? 0 : sum / times[k]!);
  const half = Math.max(2, Math.min(places / 3, AROUND_SEC / binSec)) | 0;
  const usual = means.map((_, k) => aroundOf(means, k, half));
  const excess = means.map((mean, k) => mean - usual[k]!);
  const sorted = excess.map(Math.abs).sort();
  const chance = Math.max(1e-9, 1.4826 * sorted[Math.floor(places / 2)]!);
  let top = 0;
  for (let k = 1; k < places; k++) if (excess[k]! > excess[top]!) top = k;
  // It began where the excess did.
  let begin = top;
  const before = (k: number) => (k - 1 + places) % places;
  while (
    excess[before(begin)]! > 3 * chance &&
    (top - begin + places) % places < half
  ) begin = before(begin);
  let sum = 0;
  let half50 = 0;
  const run: number[] = [];
  for (let k = 0; k < half; k++) {
    const value = excess[(begin + k) % places]!;
    if (value < 2 * chance && k > (top - begin + places) % places) break;
    run.push(value);
    sum += value;
  }
  let seen = 0;
  while (half50 < run.length && seen < sum / 2) seen += run[half50++]!;
  const all = means.reduce((a, b) => a + b, 0);
  if (all <= 0) return null;
  return {
    periodSec,
    atSec: begin * binSec,
    share: sum / all,
    z: excess[top]! / chance,
    spreadSec: Math.max(binSec, half50 * binSec),
  };
}

function aroundOf(means: Float64Array, at: number, half: number): number {
  const near: number[] = [];
  for (let k = -half; k <= half; k++) {
    near.push(means[(at + k + means.length) % means.length]!);
  }
  near.sort((a, b) => a - b);
  return near[half]!;
}

/** A series without what comes by the clock, so that it is not taken for spikes. */
export function withoutFold(series: Series, fold: Fold): Series {
  const { counts, fromSec, binSec } = series;
  const rest = counts.slice();
  const per = Math.max(1, Math.round(fold.periodSec / binSec));
  const width = Math.max(1, Math.ceil(4 * fold.spreadSec / binSec));
  const first = Math.round(
    (Math.ceil((fromSec - fold.atSec) / fold.periodSec) * fold.periodSec +
      fold.atSec - fromSec) / binSec,
  );
  for (let at = first; at < counts.length; at += per) {
    const from = Math.max(0, at - 1);
    const to = Math.min(counts.length, at + width);
    const level = meanAround(counts, from, to);
    for (let i = from; i < to; i++) rest[i] = Math.min(rest[i]!, level);
  }
  return { ...series, counts: rest };
}

function meanAround(counts: Float64Array, from: number, to: number): number {
  const before = counts.subarray(Math.max(0, from - 30), from);
  const after = counts.subarray(to, to + 30);
  const sum = before.reduce((a, b) => a + b, 0) +
    after.reduce((a, b) => a + b, 0);
  return Math.round(sum / Math.max(1, before.length + after.length));
}
