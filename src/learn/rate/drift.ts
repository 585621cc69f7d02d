import { sumOf } from "../fit/numbers.ts";
import type { Series } from "../fit/series.ts";

/** A slow drift: the rate times exp(a·g − a²/2), g with correlation e^(−t/τ). */
export interface Drift {
  readonly amplitude: number;
  readonly timeSec: number;
}

/** What slowly moves beside the typical week. */
export interface DriftFit {
  readonly drifts: readonly Drift[];
  /** Standard deviations that the correlation at the shortest lags is above chance. */
  readonly z: number;
  readonly why: string;
  /** Logarithm of 1 + covariance by lag, as it was and as it is fitted. */
  readonly lags: readonly {
    readonly sec: number;
    readonly seen: number;
    readonly fitted: number;
  }[];
}

const LAGS = 36;
const Z_MIN = 5;
const AMPLITUDE_MIN = 0.02;
const DRIFTS_MAX = 4;
const FIXED_TIMES_SEC = [0, 1, 2, 3, 4, 5, 6, 7].map((k) => 1200 * 3 ** k);
/** How much better several have to fit than one. */
const BETTER = 0.6;

/** A step of the typical week, which has taken a part of the drift for itself. */
export interface AbsorbingStep {
  readonly lengthSec: number;
  /** Days that its level is the mean of. */
  readonly days: number;
  /** Its share of the week. */
  readonly share: number;
}

/** How often what steps have absorbed is worked out from what was fitted. */
const ROUNDS = 6;

/**
 * Fits drifts to the autocovariance of counts over what was expected, at lags
 * of one bin and more, where a Poisson process has none:
 *
 *   ln(1 + C(t)) = Σ a² · e^(−t/τ)
 *
 * One drift where that fits; else up to four by non-negative least squares at
 * fixed times. A level that is the mean of some days lacks what those days
 * drifted together; that is added again.
 *
 * @param expected by bin, of the typical week
 */
export function fitDrift(
  series: Series,
  { expected, steps = [] }: {
    readonly expected: Float64Array;
    readonly steps?: readonly AbsorbingStep[];
  },
): DriftFit {
  const ratios = ratiosOf(series, expected);
  const { binSec } = series;
  const spanSec = ratios.length * binSec;
  if (ratios.length < 60) return none("the log is too short", 0, []);
  const lags = lagsOf(ratios.length / 4);
  const cov = lags.map((lag) => covariance(ratios, lag));
  const z = zOf(ratios, cov);
  let points: Point[] = [];
  let best: Tried = { drifts: [], badness: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    points = lags.map((lag, i) => {
      const sec = lag * binSec;
      const c = cov[i]! + absorbedBy(steps, best.drifts, sec);
      return { sec, y: Math.log(Math.max(1e-6, 1 + c)) };
    });
    if (z < Z_MIN) {
      return none("what differs from the typical week is chance", z, points);
    }
    const one = fitOne(points, spanSec);
    const several = fitSeveral(points, spanSec);
    best = several.badness < BETTER * one.badness ? several : one;
  }
  const drifts = best.drifts.filter(({ amplitude }) =>
    amplitude >= AMPLITUDE_MIN
  ).slice(0, DRIFTS_MAX);
  return {
    drifts: withinOne(drifts),
    z,
    why: drifts.length === 0 ? "it moves by less than 2 %" : "",
    lags: points.map(({ sec, y }) => ({
      ...{ sec, seen: y },
      fitted: valueAt(drifts, sec),
    })),
  };
}

/** The covariance that levels have lost: of the mean of a drift over a step, by its days. */
function absorbedBy(
  steps: readonly AbsorbingStep[],
  drifts: readonly Drift[],
  lagSec: number,
): number {
  return steps.reduce((sum, { lengthSec, days, share }) => {
    const near = Math.max(0, 1 - lagSec / lengthSec);
    const lost = drifts.reduce((all, { amplitude, timeSec }) => {
      const n = lengthSec / timeSec;
      return all + amplitude ** 2 * 2 / n * (1 - (1 - Math.exp(-n)) / n);
    }, 0);
    return sum + share * near * lost / Math.max(1, days);
  }, 0);
}

function none(
  why: string,
  z: number,
  points: readonly { readonly sec: number; readonly y: number }[],
): DriftFit {
  const lags = points.map(({ sec, y }) => ({ sec, seen: y, fitted: 0 }));
  return { drifts: [], z, why, lags };
}

/** Counts over expected ones, less their mean; NaN = cut out. */
function ratiosOf(
  { counts, isOk }: Series,
  expected: Float64Array,
): Float64Array {
  let [seen, due] = [0, 0];
  for (let i = 0; i < counts.length; i++) {
    if (isOk[i] === 0) continue;
    seen += counts[i]!;
    due += expected[i]!;
  }
  const scale = due / Math.max(1, seen);
  return counts.map((count, i) =>
    isOk[i] === 0 || expected[i]! < 1e-3
      ? NaN
      : count * scale / expected[i]! - 1
  );
}

/** Lags in bins: 1, 2, 3 …, ever further apart. */
function lagsOf(most: number): number[] {
  const ratio = Math.max(1.05, most ** (1 / LAGS));
  const lags = new Set<number>();
  for (let lag = 1; lag <= most; lag = Math.max(lag + 1, lag * ratio)) {
    lags.add(Math.round(lag));
  }
  return [...lags];
}

function covariance(ratios: Float64Array, lag: number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i + lag < ratios.length; i++) {
    const product = ratios[i]! * ratios[i + lag]!;
    if (Number.isNaN(product)) continue;
    sum += product;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

/** How far the covariance at the first lags is from that of white noise. */
function zOf(ratios: Float64Array, cov: readonly number[]): number {
  let [square, count] = [0, 0];
  for (const ratio of ratios) {
    if (Number.isNaN(ratio)) continue;
    square += ratio * ratio;
    count++;
  }
  const first = cov.slice(0, 3);
  const error = square / Math.max(1, count) / Math.sqrt(Math.max(1, count));
  return error === 0
    ? 0
    : sumOf(first) / first.length / (error / Math.sqrt(first.length));
}

interface Point {
  readonly sec: number;
  readonly y: number;
}

interface Tried {
  readonly drifts: readonly Drift[];
  readonly badness: number;
}

/** Lags far beyond a drift's time are chance: nearer ones count for more. */
function weightOf({ sec }: Point, spanSec: number): number {
  return 1 / (1 + 8 * sec / spanSec);
}

/** One drift: its time by search, its size in closed form. */
function fitOne(points: readonly Point[], spanSec: number): Tried {
  const first = points[0]!.sec;
  let best: Tried = { drifts: [], badness: Infinity };
  const top = Math.max(2 * first, spanSec / 4);
  for (let k = 0; k <= 80; k++) {
    const timeSec = first * (top / first) ** (k / 80);
    // What lies beyond five times is chance and would only draw the fit to it.
    const used = points.filter(({ sec }) => sec <= 5 * timeSec + 4 * first);
    let [top2, below] = [0, 0];
    for (const point of used) {
      const e = Math.exp(-point.sec / timeSec);
      const w = weightOf(point, spanSec);
      top2 += w * e * point.y;
      below += w * e * e;
    }
    const variance = Math.max(0, top2 / below);
    const drifts = [{ amplitude: Math.sqrt(variance), timeSec }];
    const badness = badnessOf(points, drifts, spanSec);
    if (badness < best.badness) best = { drifts, badness };
  }
  return best;
}

/** Several drifts at fixed times: non-negative least squares by coordinates. */
function fitSeveral(points: readonly Point[], spanSec: number): Tried {
  const times = FIXED_TIMES_SEC.filter((sec) =>
    sec >= points[0]!.sec && sec <= spanSec / 4
  );
  const variances = times.map(() => 0);
  for (let turn = 0; turn < 500; turn++) {
    times.forEach((time, k) => {
      let [top, below] = [0, 0];
      for (const point of points) {
        const e = Math.exp(-point.sec / time);
        const others = times.reduce(
          (sum, t, j) =>
            j === k ? sum : sum + variances[j]! * Math.exp(-point.sec / t),
          0,
        );
        const w = weightOf(point, spanSec);
        top += w * e * (point.y - others);
        below += w * e * e;
      }
      variances[k] = below === 0 ? 0 : Math.max(0, top / below);
    });
  }
  const drifts = times.map((timeSec, k) => ({
    timeSec,
    amplitude: Math.sqrt(variances[k]!),
  })).filter(({ amplitude }) => amplitude >= AMPLITUDE_MIN)
    .sort((a, b) => b.amplitude - a.amplitude).slice(0, DRIFTS_MAX);
  return { drifts, badness: badnessOf(points, drifts, spanSec) };
}

function badnessOf(
  points: readonly Point[],
  drifts: readonly Drift[],
  spanSec: number,
): number {
  return points.reduce((sum, point) => {
    const apart = point.y - valueAt(drifts, point.sec);
    return sum + weightOf(point, spanSec) * apart * apart;
  }, 0);
}

function valueAt(drifts: readonly Drift[], sec: number): number {
  return drifts.reduce(
    (sum, { amplitude, timeSec }) =>
      sum + amplitude ** 2 * Math.exp(-sec / timeSec),
    0,
  );
}

/** A plan takes drifts whose squares sum to 1 at most. */
function withinOne(drifts: readonly Drift[]): readonly Drift[] {
  const sum = drifts.reduce((all, { amplitude }) => all + amplitude ** 2, 0);
  if (sum <= 1) return drifts;
  const scale = 0.99 / Math.sqrt(sum);
  return drifts.map((drift) => ({
    ...drift,
    amplitude: drift.amplitude * scale,
  }));
}
