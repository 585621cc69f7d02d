import { absorb, finish } from "../../base/mod.ts";
import { LocalTime } from "../fit/local_time.ts";
import { fitProfile, type Profile, rateIn } from "../fit/profile.ts";
import { coarser, type Series, spanOf } from "../fit/series.ts";
import type { ExactStretch } from "../read/instants.ts";
import { type BurstFit, fitBursts } from "./bursts.ts";
import { type DriftFit, fitDrift } from "./drift.ts";
import { findFold, withoutFold } from "./folds.ts";
import { excessAt } from "./spike_shape.ts";
import { fitSpikes, type SpikeFit } from "./spikes.ts";
import { fitSpring } from "./spring.ts";

/** Bins in which drifts are looked for, and for how long a log. */
const DRIFT_BIN_SEC = 60;
const SHORT_BIN_SEC = 10;
const SHORT_SPAN_SEC = 6 * 3600;
/** From this share on, the fuller half of a cell varies as spikes do. */
const BURST_HIDES = 0.57;
/** The longest stretch that bursts divide, and more. */
const BURST_SEC = 1200;
/** Slower than visits are. */
const SLOW_SEC = 1800;

/** What is fitted. */
export interface RateFitOptions {
  readonly whole: Series;
  readonly stretches: readonly ExactStretch[];
  readonly tickUs: number;
  /** First requests of visits; null = they are not planned, or not all were followed. */
  readonly visits: Series | null;
  readonly hasVisits: boolean;
  readonly time: LocalTime;
}

/** Everything that moves the rate, each step without what the ones before have found. */
export function fitRates(
  { whole, stretches, tickUs, visits, hasVisits, time }: RateFitOptions,
) {
  // Requests of one visit follow one another: what moves the rate moves visits.
  const arrivals = visits ?? whole;
  const fold = findFold(arrivals);
  const series = fold === null ? arrivals : withoutFold(arrivals, fold);
  const raw = fitProfile(series, time);
  const bursty = fitBursts(stretches.map(({ us }) => us), tickUs);
  const spikes = hiddenBy(bursty, fitSpikes(series, rateIn(raw, time)));
  const factorAt = factorOf(spikes);
  const ofArrivals = levelled(raw, arrivals, { time, factorAt });
  const rateAt = rateIn(ofArrivals, time);
  const hides = hasVisits && visits === null;
  const drift = slowerThan(
    driftOf(series, ofArrivals, { rateAt, spikes }),
    isStrong(bursty) ? BURST_SEC : hides ? SLOW_SEC : 0,
  );
  const rest = spikes.starts.length === 0
    ? stretches.map(({ us }) => us)
    : thinned(stretches, factorAt);
  const bursts = fitBursts(rest, tickUs, varianceOf(drift));
  return {
    ...{ fold, spikes, bursts },
    profile: visits === null
      ? ofArrivals
      : levelled(ofArrivals, whole, { time, factorAt }),
    drift,
    spring: hides ? 0 : fitSpring(series, { rateAt, factorAt }),
  };
}

/** Of drifts only those that are slower than what moves within so long. */
function slowerThan(drift: DriftFit, leastSec: number): DriftFit {
  const drifts = drift.drifts.filter(({ timeSec }) => timeSec >= leastSec);
  if (drifts.length === drift.drifts.length) return drift;
  const why = leastSec === SLOW_SEC
    ? "what moves within half an hour cannot be told from visits"
    : "what moves within some minutes is bursts";
  return { ...drift, drifts, why };
}

/** Variance of the factor of some drifts. */
function varianceOf({ drifts }: DriftFit): number {
  return Math.expm1(
    drifts.reduce((sum, { amplitude }) => sum + amplitude ** 2, 0),
  );
}

/** Whether arrivals come in bursts that move as spikes and drifts do. */
function isStrong({ isBursty, slow, mid }: BurstFit): boolean {
  return isBursty && Math.max(slow ?? 0.5, mid ?? 0.5) >= BURST_HIDES;
}

/** If arrivals come in strong bursts, nothing as high as they are is a spike. */
function hiddenBy(bursts: BurstFit, spikes: SpikeFit): SpikeFit {
  if (!isStrong(bursts) || spikes.verdict === "none") return spikes;
  const why = "arrivals come in bursts, which look like them";
  return { ...spikes, verdict: "cannotTell", why, starts: [] };
}

/** By how much spikes lift the rate at an instant; 1 = by nothing. */
function factorOf(
  { verdict, shape, starts }: SpikeFit,
): (sec: number) => number {
  const isKnown = verdict === "fitted" || verdict === "atLeast";
  if (!isKnown || shape === null || starts.length === 0) return () => 1;
  const spanSec = shape.riseSec + shape.decaySec;
  return (sec) => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= sec) low = middle + 1;
      else high = middle;
    }
    let most = 0;
    for (let i = low - 1; i >= 0 && sec - starts[i]! < spanSec; i--) {
      most = Math.max(most, excessAt(shape, sec - starts[i]!));
    }
    return 1 + (shape.factor - 1) * most;
  };
}

/** The profile with the level that all counts outside of spikes have: its steps come from medians. */
function levelled(
  profile: Profile,
  series: Series,
  { time, factorAt }: {
    readonly time: LocalTime;
    readonly factorAt: (sec: number) => number;
  },
): Profile {
  const rateAt = rateIn(profile, time);
  const { counts, isOk, fromSec, binSec } = series;
  let [seen, due] = [0, 0];
  for (let i = 0; i < counts.length; i++) {
    const sec = fromSec + (i + 0.5) * binSec;
    if (isOk[i] === 0 || factorAt(sec) > 1) continue;
    seen += counts[i]!;
    due += rateAt(sec) * binSec;
  }
  const scale = due > 0 && seen > 0 ? seen / due : 1;
  const types = profile.types.map((type) => ({
    ...type,
    steps: type.steps.map((step) => ({ ...step, rate: step.rate * scale })),
  }));
  return { ...profile, types };
}

function driftOf(
  series: Series,
  profile: Profile,
  { rateAt, spikes }: {
    readonly rateAt: (sec: number) => number;
    readonly spikes: SpikeFit;
  },
): DriftFit {
  const isShort = spanOf(series) < SHORT_SPAN_SEC;
  const minutes = coarser(series, isShort ? SHORT_BIN_SEC : DRIFT_BIN_SEC);
  const { fromSec, binSec, counts } = minutes;
  const isOk = minutes.isOk.slice();
  const isKnown = spikes.verdict === "fitted" || spikes.verdict === "atLeast";
  const { shape } = spikes;
  for (const start of isKnown && shape !== null ? spikes.starts : []) {
    const first = Math.floor((start - fromSec - 5) / binSec);
    const end = start + shape!.riseSec + shape!.decaySec + 5;
    isOk.fill(0, Math.max(0, first), Math.ceil((end - fromSec) / binSec));
  }
  const expected = new Float64Array(counts.length);
  for (let i = 0; i < counts.length; i++) {
    expected[i] = rateAt(fromSec + i * binSec) * binSec;
  }
  const steps = profile.types.flatMap(({ days, steps, count }) =>
    steps.map(({ fromMin, toMin }) => ({
      lengthSec: (toMin - fromMin) * 60,
      days: count,
      share: days.length / 7 * (toMin - fromMin) / 1440,
    }))
  );
  return fitDrift({ ...minutes, isOk }, { expected, steps });
}

/** Instants as they would be without spikes: of a rate that is twice as high every second one goes. */
function thinned(
  instants: readonly ExactStretch[],
  factorAt: (sec: number) => number,
): Float64Array[] {
  return instants.map(({ fromSec, us }) =>
    us.filter((at, i) => {
      const factor = factorAt(fromSec + at / 1e6);
      return factor <= 1 ||
        finish(absorb(absorb(0x9e3779b1, i), at)) / 2 ** 32 * factor < 1;
    })
  );
}
