import { expectedOf } from "../fit/levels.ts";
import { ManyDraws, medianOf, robustDeviation } from "../fit/numbers.ts";
import { coarser, lastOf, type Series } from "../fit/series.ts";
import {
  alone,
  cusum,
  isLone,
  LEAD_BINS,
  matched,
  SEEDS_MIN,
  SHAPE_BINS_MAX,
  shapeOf,
  type UsualSeries,
} from "./spike_search.ts";
import { formOf, type SpikeForm } from "./spike_shape.ts";

/** What was found of random spikes. */
export interface SpikeFit {
  /**
   * `fitted`; `atLeast`: there are more that are hidden; `none`: nothing was
   * seen; `cannotTell`: what moves as they do hides them.
   */
  readonly verdict: "fitted" | "atLeast" | "none" | "cannotTell";
  readonly why: string;
  readonly shape: SpikeForm | null;
  /** Starts a second, as far as they can be told. */
  readonly lambda: number;
  readonly found: number;
  /** Share of injected spikes that the same search finds. */
  readonly power: number;
  /** Height of a spike over the noise, matched. */
  readonly snr: number;
  readonly binSec: number;
  /** Seconds since the epoch. */
  readonly starts: readonly number[];
}

const DAY_SEC = 86_400;
/** Stretches that are examined: more would cost more and tell no more. */
const SPAN_SEC_MAX = 28 * DAY_SEC;
const SPAN_SEC_MIN = 1800;
/** Expected counts of a bin, at the least. */
const COUNT_MIN = 4;
const BIN_SEC_MAX = 20;
const INJECTED = 400;
/**
 * If more than this share of the first pass's starts is lost, what was seen
 * there are not spikes.
 */
const LOST_MAX = 0.3;
/** If so few of the injected spikes are found, what was found may be anything. */
const POWER_MIN = 0.3;

/** Finds random spikes in two passes: strong ones give the shape, by which weak ones are found. */
export function fitSpikes(
  given: Series,
  rateAt: (sec: number) => number,
): SpikeFit {
  const watched = watch(given, rateAt);
  if (typeof watched === "string") return nothing("cannotTell", watched, 0);
  const { binSec } = watched.series;
  const alarms = cusum(watched);
  const lone = alarms.filter((alarm, i) => isLone(alarms, i, alarm));
  if (lone.length < SEEDS_MIN) {
    return nothing("none", `${alarms.length} rises stand out`, binSec);
  }
  const lengths = Float64Array.from(lone, ({ from, to }) => to - from);
  const bins = Math.min(
    SHAPE_BINS_MAX,
    LEAD_BINS + Math.ceil(3 * medianOf(lengths)) + 4,
  );
  let shape: SpikeForm = shapeOf(watched, lone.map(({ from }) => from), bins);
  let starts = matched(watched, shape);
  if (starts.length >= SEEDS_MIN) {
    shape = shapeOf(watched, alone(starts, bins), bins);
    starts = matched(watched, shape);
  }
  return judged(watched, { shape, starts, alarms: alarms.map((a) => a.from) });
}

function judged(
  watched: UsualSeries,
  { shape, starts, alarms }: {
    readonly shape: SpikeForm;
    readonly starts: readonly number[];
    readonly alarms: readonly number[];
  },
): SpikeFit {
  const { series: { fromSec, binSec, isOk }, local, kappa } = watched;
  const spanBins = (shape.riseSec + shape.decaySec) / binSec;
  const near = Math.max(3, spanBins / 2);
  const lost =
    alarms.filter((alarm) =>
      !starts.some((start) => Math.abs(start - alarm) <= near)
    ).length;
  const form = formOf(shape, { binSec, bins: Math.ceil(spanBins) });
  const energy = form.reduce((sum, x) => sum + x * x, 0);
  const level = medianOf(local.slice());
  const snr = (shape.factor - 1) * Math.sqrt(level * energy) / kappa;
  const power = powerOf(watched, shape, starts);
  let bins = 0;
  for (const ok of isOk) bins += ok;
  const open = Math.max(binSec, (bins - starts.length * near) * binSec);
  const lambda = starts.length / Math.max(0.05, power) / open;
  const base = {
    ...{ shape, lambda, found: starts.length, power, snr, binSec },
    starts: starts.map((i) => fromSec + i * binSec),
  };
  if (starts.length === 0) {
    return { ...base, verdict: "none", why: "no spike stands out" };
  }
  const why = hiddenWhy({ snr, power, lost, rises: alarms.length });
  if (why !== null) return { ...base, verdict: "cannotTell", why };
  return snr < 6
    ? { ...base, verdict: "atLeast", why: "lower ones are hidden" }
    : { ...base, verdict: "fitted", why: "" };
}

/** Why what was found may be anything; null = they are spikes. */
function hiddenWhy(
  { snr, power, lost, rises }: {
    readonly snr: number;
    readonly power: number;
    readonly lost: number;
    readonly rises: number;
  },
): string | null {
  if (snr < 3) {
    return `they are ${
      snr.toFixed(1)
    } deviations high, too low to be told from chance`;
  }
  if (lost > LOST_MAX * rises) {
    return `${lost} of ${rises} rises are not spikes of one form: something else moves as fast`;
  }
  return power >= POWER_MIN
    ? null
    : `of spikes put in, only ${
      Math.round(power * 100)
    } % are found: something else moves as fast`;
}

function nothing(
  verdict: "none" | "cannotTell",
  why: string,
  binSec: number,
): SpikeFit {
  return {
    ...{ verdict, why, shape: null, lambda: 0, found: 0 },
    ...{ power: 0, snr: 0, binSec, starts: [] },
  };
}

function watch(
  given: Series,
  rateAt: (sec: number) => number,
): UsualSeries | string {
  const recent = lastOf(given, SPAN_SEC_MAX);
  let [count, bins] = [0, 0];
  for (let i = 0; i < recent.counts.length; i++) {
    if (recent.isOk[i] === 0) continue;
    count += recent.counts[i]!;
    bins++;
  }
  if (bins * recent.binSec < SPAN_SEC_MIN) return "the log is too short";
  const rate = count / (bins * recent.binSec);
  let binSec = recent.binSec;
  while (rate * binSec < COUNT_MIN && binSec < BIN_SEC_MAX) binSec *= 2;
  if (binSec > BIN_SEC_MAX) {
    return recent.binSec > BIN_SEC_MAX
      ? `counts of ${recent.binSec} s hide them`
      : "there are too few requests";
  }
  const series = coarser(recent, binSec);
  const { local } = expectedOf(series, rateAt);
  const z = new Float64Array(series.counts.length);
  for (let i = 0; i < z.length; i++) {
    z[i] = (series.counts[i]! - local[i]!) / Math.sqrt(local[i]!);
  }
  const kappa = Math.max(0.7, robustDeviation(z));
  return { series, local, kappa };
}

/** The share of spikes of a shape, put into the data itself, that the search finds. */
function powerOf(
  watched: UsualSeries,
  shape: SpikeForm,
  starts: readonly number[],
): number {
  const { series, local } = watched;
  const { counts, binSec } = series;
  const draws = new ManyDraws();
  const bins = Math.ceil((shape.riseSec + shape.decaySec) / binSec);
  const form = formOf(shape, { binSec, bins });
  const changed = counts.slice();
  const taken = new Set(starts.map((start) => Math.floor(start / (3 * bins))));
  const injected: number[] = [];
  const cells = Math.floor((counts.length - bins) / (3 * bins));
  for (let k = 0; k < 4 * INJECTED && injected.length < INJECTED; k++) {
    const cell = Math.floor(draws.unit() * cells);
    if (taken.has(cell) || taken.has(cell + 1)) continue;
    taken.add(cell);
    const start = cell * 3 * bins + bins;
    injected.push(start);
    for (let b = 0; b < bins; b++) {
      const more = (shape.factor - 1) * form[b]! * local[start + b]!;
      changed[start + b]! += draws.poisson(more);
    }
  }
  if (injected.length === 0) return 1;
  const found = matched({
    ...watched,
    series: { ...series, counts: changed },
  }, shape);
  const near = Math.max(3, bins / 3);
  const hits = injected.filter((start) =>
    found.some((at) => Math.abs(at - start) <= near)
  );
  return hits.length / injected.length;
}
