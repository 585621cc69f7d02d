import { robustDeviation } from "../fit/numbers.ts";
import type { Series } from "../fit/series.ts";
import { fitShape, formOf, type SpikeForm } from "./spike_shape.ts";

const CUSUM_DRIFT = 1;
const CUSUM_ALARM = 8;
const MATCH_MIN = 4.5;
export const SHAPE_BINS_MAX = 300;
export const LEAD_BINS = 5;
export const SEEDS_MIN = 4;

/** A series with what is expected of it, in units of its noise. */
export interface UsualSeries {
  readonly series: Series;
  readonly local: Float64Array;
  /** Deviation of a bin, in units of a Poisson count's. */
  readonly kappa: number;
}

/** A rise that is no chance, in bins. */
export interface Alarm {
  readonly from: number;
  readonly to: number;
}

/** Rises that a sum of excesses cannot be by chance. */
export function cusum(
  { series: { counts, isOk }, local, kappa }: UsualSeries,
): Alarm[] {
  const alarms: Alarm[] = [];
  let sum = 0;
  let zero = 0;
  let isOn = false;
  for (let i = 0; i < counts.length; i++) {
    const z = (counts[i]! - local[i]!) / Math.sqrt(local[i]!) / kappa;
    sum = isOk[i] === 0 ? 0 : Math.max(0, sum + z - CUSUM_DRIFT);
    if (!isOn && sum > CUSUM_ALARM) isOn = true;
    // A sum keeps what a spike was long after it: below expectation it is over.
    const isOver = z < CUSUM_DRIFT / 2 && isQuiet(i, { counts, local, kappa });
    if (isOn && (sum === 0 || isOver)) {
      alarms.push({ from: zero, to: i });
      isOn = false;
      sum = 0;
    }
    if (sum === 0) zero = i + 1;
  }
  return alarms;
}

/** Whether the last three bins were as expected. */
function isQuiet(
  i: number,
  { counts, local, kappa }: {
    readonly counts: Float64Array;
    readonly local: Float64Array;
    readonly kappa: number;
  },
): boolean {
  if (i < 3) return false;
  let [seen, due] = [0, 0];
  for (let k = i - 2; k <= i; k++) {
    seen += counts[k]!;
    due += local[k]!;
  }
  return seen - due < kappa * Math.sqrt(due) * 0.5;
}

export function isLone(
  alarms: readonly Alarm[],
  i: number,
  alarm: Alarm,
): boolean {
  const length = alarm.to - alarm.from;
  const room = Math.max(10, length);
  const before = alarms[i - 1];
  const after = alarms[i + 1];
  return (before === undefined || alarm.from - before.to > room) &&
    (after === undefined || after.from - alarm.to > room);
}

/** Starts with nothing near them. */
export function alone(starts: readonly number[], bins: number): number[] {
  const lone = starts.filter((start, i) =>
    start - (starts[i - 1] ?? -Infinity) > bins &&
    (starts[i + 1] ?? Infinity) - start > bins
  );
  return lone.length >= SEEDS_MIN ? lone : [...starts];
}

/** The shape of the mean excess behind some starts. */
export function shapeOf(
  { series: { counts, binSec }, local }: UsualSeries,
  starts: readonly number[],
  bins: number,
): SpikeForm {
  const excess = new Float64Array(bins);
  let used = 0;
  for (const start of starts) {
    const first = start - LEAD_BINS;
    if (first < 0 || first + bins > counts.length) continue;
    used++;
    for (let k = 0; k < bins; k++) {
      const i = first + k;
      excess[k]! += (counts[i]! - local[i]!) / local[i]!;
    }
  }
  for (let k = 0; k < bins; k++) excess[k]! /= Math.max(1, used);
  return fitShape(excess, { binSec, leadBins: LEAD_BINS });
}

/** Bins at which a spike of a shape starts, by a matched filter. */
export function matched(watched: UsualSeries, shape: SpikeForm): number[] {
  const { series: { counts, isOk, binSec }, local } = watched;
  const bins = Math.min(
    SHAPE_BINS_MAX,
    Math.max(2, Math.ceil((shape.riseSec + shape.decaySec) / binSec)),
  );
  const form = formOf(shape, { binSec, bins });
  const energy = form.reduce((sum, x) => sum + x * x, 0);
  const n = counts.length - bins;
  if (n <= 0) return [];
  const scores = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = 0; k < bins; k++) {
      const at = i + k;
      if (isOk[at] === 1) sum += form[k]! * (counts[at]! - local[at]!);
    }
    scores[i] = sum / Math.sqrt(energy * local[i]!);
  }
  const least = MATCH_MIN * robustDeviation(scores);
  return peaks(scores, least, Math.max(3, Math.round(bins / 2)));
}

/** The highest places above a height, none nearer than `apart` to a higher one. */
function peaks(scores: Float64Array, least: number, apart: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (score < least) continue;
    let isTop = true;
    const end = Math.min(scores.length - 1, i + apart);
    for (let k = Math.max(0, i - apart); k <= end && isTop; k++) {
      if (scores[k]! > score || (scores[k] === score && k < i)) isTop = false;
    }
    if (isTop) found.push(i);
  }
  return found;
}
