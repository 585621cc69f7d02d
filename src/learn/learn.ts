import { fitJourney, type JourneyFit } from "./visitors/journey.ts";
import { fitMix, type MixFit } from "./visitors/mix.ts";
import { LocalTime } from "./fit/local_time.ts";
import type { Profile } from "./fit/profile.ts";
import {
  coarser,
  type Outage,
  type Series,
  seriesOf,
  spanOf,
  totalOf,
  withoutOutages,
} from "./fit/series.ts";
import { type BurstFit, dispersionOf } from "./rate/bursts.ts";
import type { DriftFit } from "./rate/drift.ts";
import type { Fold } from "./rate/folds.ts";
import { fitRates } from "./rate/rates.ts";
import type { SpikeFit } from "./rate/spikes.ts";
import type { BinnedCounts } from "./read/bins.ts";
import type { LogFacts } from "./read/facts.ts";
import { type ExactStretch, STRETCH_SEC } from "./read/instants.ts";

/** What is learned from: counts by time, and what a log tells beside them. */
export interface LearnInput {
  readonly bins: BinnedCounts;
  /** Absent = counts alone. */
  readonly facts?: LogFacts | undefined;
  readonly instants: readonly ExactStretch[];
  /** How long an instant a stamp stands for; Infinity = there are no instants. */
  readonly tickUs: number;
}

/** How to learn. */
export interface LearnOptions {
  /** IANA zone in which days are days. */
  readonly zone: string;
  /** Whether words of paths are written that few clients asked for. */
  readonly keepPaths: boolean;
}

/** Everything that was learned; what cannot be told says so. */
export interface Learned {
  readonly zone: string;
  readonly fromSec: number;
  readonly toSec: number;
  readonly binSec: number;
  readonly requests: number;
  /** Requests a second over the time that counts. */
  readonly meanRate: number;
  /** The highest rate of ten seconds. */
  readonly topRate: number;
  readonly outages: readonly Outage[];
  readonly fold: Fold | null;
  readonly profile: Profile;
  readonly spikes: SpikeFit;
  /** Amplitude of noise that changes by the second; 0 = none. */
  readonly spring: number;
  readonly drift: DriftFit;
  readonly bursts: BurstFit;
  readonly mix: MixFit | null;
  readonly journey: JourneyFit | null;
  readonly facts: LogFacts | null;
  /** Exact instants that are known; 0 = counts only. */
  readonly instants: number;
  readonly tickUs: number;
  /** Variance over mean of counts, by the length of bins in seconds. */
  readonly dispersion: readonly {
    readonly sec: number;
    readonly idc: number;
  }[];
}

/** There is nothing to learn from. */
export class NothingToLearn extends Error {}

const REQUESTS_MIN = 100;
/**
 * Lengths of bins, in seconds, for which the dispersion is told, beyond those
 * that need exact instants.
 */
const SCALES_SEC = [10, 60, 300, 1800, 21_600, 86_400, 604_800];

/**
 * Learns what traffic was like. Each step removes what would mislead the next:
 * outages, jobs by the clock, the typical week, spikes, drifts, visits, bursts,
 * mix.
 *
 * @throws {NothingToLearn} where there are too few requests
 */
export function learn(
  { bins, facts, instants, tickUs }: LearnInput,
  { zone, keepPaths }: LearnOptions,
): Learned {
  const all = seriesOf(bins);
  const { count } = totalOf(all);
  if (count < REQUESTS_MIN) {
    throw new NothingToLearn(
      `${count} requests are too few: at least ${REQUESTS_MIN}, and days of them, make a plan`,
    );
  }
  const { series: whole, outages } = withoutOutages(all);
  const mix = facts === undefined ? null : fitMix(facts, { keepPaths });
  const journey = facts && mix ? journeyOf(facts, mix) : null;
  const stretches = wholeOnes(instants, whole);
  const fits = fitRates({
    ...{ whole, stretches, tickUs },
    visits: journey?.verdict === "fitted" ? startsOf(facts!, whole) : null,
    hasVisits: journey?.verdict === "fitted",
    time: new LocalTime(zone),
  });
  const total = totalOf(whole);
  return {
    ...{ zone, outages, mix, journey, tickUs, ...fits },
    fromSec: all.fromSec,
    toSec: all.fromSec + spanOf(all),
    binSec: all.binSec,
    requests: count,
    meanRate: total.count / Math.max(1, total.seconds),
    topRate: topOf(whole),
    facts: facts ?? null,
    instants: stretches.reduce((sum, { us }) => sum + us.length, 0),
    dispersion: dispersionIn(whole, stretches, tickUs),
  };
}

/** First requests of visits, with the outages of all requests cut out. */
function startsOf(facts: LogFacts, whole: Series): Series | null {
  const { halvings, starts } = facts.sessions;
  if (halvings > 0 || starts.binSec !== whole.binSec) return null;
  const skip = Math.round((starts.fromSec - whole.fromSec) / whole.binSec);
  const counts = new Float64Array(whole.counts.length);
  starts.counts.forEach((count, i) => {
    if (skip + i >= 0 && skip + i < counts.length) counts[skip + i] = count;
  });
  return { ...whole, counts };
}

/** Stretches that the series covers from end to end, without an outage in them. */
function wholeOnes(
  stretches: readonly ExactStretch[],
  { fromSec, binSec, counts, isOk }: Series,
): readonly ExactStretch[] {
  const bad = new Uint32Array(isOk.length + 1);
  isOk.forEach((ok, i) => bad[i + 1] = bad[i]! + 1 - ok);
  return stretches.filter((stretch) => {
    const first = Math.floor((stretch.fromSec - fromSec) / binSec);
    const end = Math.ceil((stretch.fromSec + STRETCH_SEC - fromSec) / binSec);
    return first >= 0 && end <= counts.length && bad[end] === bad[first];
  });
}

function journeyOf(facts: LogFacts, mix: MixFit): JourneyFit {
  const placeOf = new Map(mix.targets.map(({ row }, i) => [row, i] as const));
  const targetOf = (row: number) => {
    const known = facts.rowOf.get(row);
    return known === undefined ? -1 : placeOf.get(known) ?? -1;
  };
  return fitJourney(facts.sessions, { targets: mix.targets, targetOf });
}

function topOf(series: Series): number {
  const tens = coarser(series, 10);
  return tens.counts.reduce(
    (most, count) => Math.max(most, count / tens.binSec),
    0,
  );
}

/** The dispersion at all scales that the data tell. */
function dispersionIn(
  series: Series,
  instants: readonly ExactStretch[],
  tickUs: number,
): { readonly sec: number; readonly idc: number }[] {
  const fine = instants.length === 0
    ? []
    : dispersionOf(instants.map(({ us }) => us), tickUs)
      .filter(({ sec }) => sec < SCALES_SEC[0]!);
  const long = SCALES_SEC.filter((sec) =>
    sec >= series.binSec && spanOf(series) / sec >= 6
  ).map((sec) => ({ sec, idc: idcOf(coarser(series, sec)) }));
  return [...fine, ...long];
}

function idcOf({ counts, isOk }: Series): number {
  const whole = counts.filter((_, i) => isOk[i] === 1);
  if (whole.length < 2) return NaN;
  const mean = whole.reduce((a, b) => a + b, 0) / whole.length;
  const square = whole.reduce((sum, n) => sum + (n - mean) ** 2, 0);
  return mean === 0 ? NaN : square / (whole.length - 1) / mean;
}
