import type { BinnedCounts } from "../read/bins.ts";
import { medianOf } from "./numbers.ts";

/** Counts by time, with the bins that tell something. */
export interface Series {
  /** Seconds since the epoch at which the first bin begins. */
  readonly fromSec: number;
  readonly binSec: number;
  readonly counts: Float64Array;
  /** 0 = the bin is cut out: an outage, or a hole in the data. */
  readonly isOk: Uint8Array;
}

/** A stretch in which nothing was counted although much was due. */
export interface Outage {
  readonly fromSec: number;
  readonly toSec: number;
}

const HOUR_SEC = 3600;
const DAY_HOURS = 24;
/** Expected gaps in a silence, at the least. */
const EXPECTED_GAPS = 20;
const OUTAGE_SEC_MIN = 60;
/** With so many silences a day they belong to the traffic. */
const OUTAGES_A_DAY_MAX = 10;
const OUTAGES_TOLD_MAX = 1000;

/** Counts as a series; where nothing is known (NaN) it has a hole. */
export function seriesOf({ fromSec, binSec, counts }: BinnedCounts): Series {
  const isOk = new Uint8Array(counts.length).fill(1);
  const known = Float64Array.from(counts, (count, i) => {
    if (!Number.isNaN(count)) return count;
    isOk[i] = 0;
    return 0;
  });
  return { fromSec, binSec, counts: known, isOk };
}

/** Seconds from the first bin to the end of the last. */
export function spanOf({ counts, binSec }: Series): number {
  return counts.length * binSec;
}

/** How many requests, and the seconds of bins that count. */
export function totalOf(
  { counts, isOk, binSec }: Series,
): { readonly count: number; readonly seconds: number } {
  let count = 0;
  let bins = 0;
  for (let i = 0; i < counts.length; i++) {
    if (isOk[i] === 0) continue;
    count += counts[i]!;
    bins++;
  }
  return { count, seconds: bins * binSec };
}

/** The same with longer bins, that begin at multiples of their length; one with a hole is one. */
export function coarser(series: Series, binSec: number): Series {
  const { counts, isOk, fromSec } = series;
  const factor = Math.max(1, Math.round(binSec / series.binSec));
  if (factor === 1) return series;
  const long = factor * series.binSec;
  const first = Math.ceil(fromSec / long) * long;
  const skip = Math.round((first - fromSec) / series.binSec);
  const length = Math.max(0, Math.floor((counts.length - skip) / factor));
  const sums = new Float64Array(length);
  const ok = new Uint8Array(length).fill(1);
  for (let i = 0; i < length; i++) {
    for (let k = 0; k < factor; k++) {
      const at = skip + i * factor + k;
      sums[i]! += counts[at]!;
      if (isOk[at] === 0) ok[i] = 0;
    }
  }
  return { fromSec: first, binSec: long, counts: sums, isOk: ok };
}

/** The last seconds of a series. */
export function lastOf(series: Series, seconds: number): Series {
  const { counts, isOk, fromSec, binSec } = series;
  const skip = Math.max(0, counts.length - Math.floor(seconds / binSec));
  if (skip === 0) return series;
  return {
    fromSec: fromSec + skip * binSec,
    binSec,
    counts: counts.subarray(skip),
    isOk: isOk.subarray(skip),
  };
}

/**
 * Silences in which, by the rate of that hour of other days, more than 20
 * requests were due. They are cut out of the series that is given back. Where
 * there are many a day they are how the traffic is.
 */
export function withoutOutages(
  series: Series,
): { readonly series: Series; readonly outages: readonly Outage[] } {
  const { counts, isOk, fromSec, binSec } = series;
  const rateAt = hourRates(series);
  const outages: Outage[] = [];
  for (let from = 0; from < counts.length;) {
    if (counts[from]! > 0 || isOk[from] === 0) {
      from++;
      continue;
    }
    let to = from;
    let expected = 0;
    while (to < counts.length && counts[to] === 0 && isOk[to] === 1) {
      expected += rateAt(fromSec + to * binSec) * binSec;
      to++;
    }
    const isOutage = expected > EXPECTED_GAPS && to - from > 1 &&
      (to - from) * binSec >= OUTAGE_SEC_MIN;
    if (isOutage) {
      outages.push({
        fromSec: fromSec + from * binSec,
        toSec: fromSec + to * binSec,
      });
    }
    from = to;
  }
  const days = Math.max(1, spanOf(series) / 86_400);
  if (
    outages.length > OUTAGES_A_DAY_MAX * days ||
    outages.length > OUTAGES_TOLD_MAX
  ) {
    return { series, outages: [] };
  }
  const left = isOk.slice();
  for (const outage of outages) {
    const first = Math.round((outage.fromSec - fromSec) / binSec);
    const end = Math.round((outage.toSec - fromSec) / binSec);
    left.fill(0, first, end);
  }
  return { series: { ...series, isOk: left }, outages };
}

/** The usual rate of each hour of the day. */
function hourRates(series: Series): (sec: number) => number {
  const hours = coarser(series, HOUR_SEC);
  if (hours.counts.length === 0) {
    const { count, seconds } = totalOf(series);
    return () => seconds === 0 ? 0 : count / seconds;
  }
  const byHour = Array.from({ length: DAY_HOURS }, () => [] as number[]);
  hours.counts.forEach((count, i) => {
    const sec = hours.fromSec + i * hours.binSec;
    byHour[hourOf(sec)]!.push(count / hours.binSec);
  });
  const rates = byHour.map((values) =>
    values.length === 0 ? 0 : medianOf(Float64Array.from(values))
  );
  return (sec) => rates[hourOf(sec)]!;
}

function hourOf(sec: number): number {
  return Math.floor(sec / HOUR_SEC) % DAY_HOURS;
}
