import { slotOf } from "../../base/mod.ts";
import { trafficOf } from "../../merge/mod.ts";
import {
  disturbanceOf,
  scenarioNames,
  type Traffic,
} from "../../pattern/mod.ts";
import { type JudgingPlan, type Plan, seriesNames } from "../../plan/mod.ts";
import {
  addTotals,
  growthOf,
  NO_TOTALS,
  type ProofSnapshot,
} from "../../stats/mod.ts";
import {
  type RecoverySnapshot,
  strideSec,
  type ThresholdSnapshot,
  type VerdictSnapshot,
} from "../../threshold/mod.ts";
import {
  type JudgedSecond,
  Judging,
  KnownRecovery,
} from "../../verdict/mod.ts";
import {
  COLUMNS_MAX,
  floorTo,
  levelFor,
  type Rung,
  type TimeSpan,
} from "../ladder/mod.ts";
import type { RecordReader } from "../reader/mod.ts";

/** Intervals in which windows of a span are judged, at most: a few seconds of reading. */
const WINDOW_INTERVALS_MAX = 12_000;

/** What judging a record needs. */
export interface JudgedRecord {
  readonly reader: RecordReader;
  readonly plan: Plan;
  readonly fireSlot: number;
  /** Which part of it; absent = all. */
  readonly span?: TimeSpan;
  /** Plan time at which sending ended, milliseconds since the epoch. */
  readonly endMs: number;
  /** What is proved of what was sent. */
  readonly proof: ProofSnapshot;
  /** How targets came back from spikes; absent = it is computed again. */
  readonly recovery?: RecoverySnapshot;
}

/** The result of a record. */
export interface JudgedOutcome {
  readonly verdict: VerdictSnapshot;
  readonly recovery: RecoverySnapshot;
}

/**
 * Compares a record with the thresholds of its plan, in the finest intervals
 * that it has, or that are not too many. What came in the last, incomplete
 * second, or later, counts for the whole run and for no window, as in a run. A
 * window that is shorter than an interval is unknown.
 */
export function judgeRecord(judged: JudgedRecord): JudgedOutcome {
  const { reader, plan, endMs, fireSlot } = judged;
  const { span = reader.extent() } = judged;
  const hasWindows = plan.judging?.thresholds.some(({ window }) => window);
  const most = hasWindows ? WINDOW_INTERVALS_MAX : COLUMNS_MAX;
  const finest = levelFor(span, reader.rungs(), most);
  const rungs = reader.rungs().filter(({ level }) => level >= finest);
  const spans = [...finestIn(span, rungs)];
  const longest = Math.max(1, ...spans.map(({ from, to }) => to - from));
  const known = judged.recovery && new KnownRecovery(judged.recovery);
  const judging = new Judging(() => plan.targets, known);
  const asked = plan.judging;
  judging.ask(asked && judgeableOf(asked, longest));
  const names = seriesNames(plan);
  const all = { from: -Infinity, to: Infinity };
  const changes = reader.changes(all);
  const traffic = trafficOf({
    ...{ plan, fireSlot, changes },
    plans: reader.plans(),
  });
  let rest = NO_TOTALS;
  let restSec = 0;
  for (const span of spans) {
    const { totals } = reader.measures(span);
    const atMs = span.to * 1000;
    if (atMs > endMs) {
      rest = addTotals(rest, totals);
      restSec += Math.max(0, endMs / 1000 - span.from);
      continue;
    }
    const where = whereIs(judged, traffic, atMs);
    // That a person paused all parts says nothing of the targets.
    if (traffic.events.at(slotOf(atMs) - 1).paused) continue;
    const seconds = span.to - span.from;
    judging.take({ ...growthOf(totals, names), ...where, seconds });
  }
  const where = whereIs(judged, traffic, endMs);
  judging.end({ ...growthOf(rest, names), ...where, seconds: restSec });
  const verdict = withTooCoarse(judging.read(), asked);
  return { verdict, recovery: judging.recovery() };
}

/** The thresholds that intervals of a length can tell of. */
function judgeableOf(asked: JudgingPlan, lengthSec: number): JudgingPlan {
  const thresholds = asked.thresholds.filter(({ window }) => {
    if (window === null) return true;
    const { lengthSec: needed, times } = window;
    // Windows in a row are counted by their strides.
    return lengthSec <= (times === 1 ? needed : strideSec(needed));
  });
  return { ...asked, thresholds };
}

/** Adds those that could not be judged, in the order of the plan. */
function withTooCoarse(
  verdict: VerdictSnapshot,
  asked: JudgingPlan | undefined,
): VerdictSnapshot {
  const judged = new Map(
    verdict.thresholds.map((each) => [each.threshold.text, each]),
  );
  const thresholds = asked?.thresholds.map((threshold): ThresholdSnapshot =>
    judged.get(threshold.text) ?? {
      ...{ threshold, result: "unknown", why: "too_coarse", value: null },
      ...{ breachedMs: null, windows: { kept: 0, breached: 0, unknown: 0 } },
    }
  );
  return { ...verdict, thresholds: thresholds ?? [] };
}

/** What the plan was doing when an interval ended. */
function whereIs(
  { plan, proof }: JudgedRecord,
  traffic: Traffic,
  atMs: number,
): Omit<JudgedSecond, keyof ReturnType<typeof growthOf> | "seconds"> {
  const parts = traffic.partsAt(slotOf(atMs) - 1);
  const { phase, scenarioIndex } = parts;
  const spike = disturbanceOf(parts);
  const scenarios = scenarioNames(plan.pattern);
  const { law, counts, lag } = proof;
  return {
    ...{ atMs, phase, spike, scenarios },
    scenario: scenarios[scenarioIndex] ?? null,
    proofs: { law: law.result, counts: counts.result, lag: lag.result },
  };
}

/** The shortest intervals that are kept, one after the other. */
function* finestIn(
  { from, to }: TimeSpan,
  rungs: readonly Rung[],
): Generator<TimeSpan> {
  for (let at = from; at < to;) {
    const rung = rungs.find(({ level, ...held }) => {
      const start = floorTo(at, level);
      return start >= held.from && start + level <= held.to;
    });
    const level = rung?.level ?? 1;
    const start = floorTo(at, level);
    yield { from: start, to: start + level };
    at = start + level;
  }
}
