import { slotOf } from "../../base/mod.ts";
import { trafficOf } from "../../merge/mod.ts";
import {
  disturbanceOf,
  scenarioNames,
  type Traffic,
} from "../../pattern/mod.ts";
import { type Plan, seriesNames } from "../../plan/mod.ts";
import {
  addTotals,
  growthOf,
  NO_TOTALS,
  type ProofSnapshot,
} from "../../stats/mod.ts";
import type { RecoverySnapshot, VerdictSnapshot } from "../../threshold/mod.ts";
import { type JudgedSecond, Judging } from "../../verdict/mod.ts";
import { floorTo, type Rung, type TimeSpan } from "../ladder/mod.ts";
import type { RecordReader } from "../read/mod.ts";

/** What is judged of a record. */
export interface JudgedRecord {
  readonly reader: RecordReader;
  readonly plan: Plan;
  readonly fireSlot: number;
  /** Plan time at which sending ended, milliseconds since the epoch. */
  readonly endMs: number;
  /** What is proved of what was sent. */
  readonly proof: ProofSnapshot;
}

/** What a record comes to. */
export interface JudgedOutcome {
  readonly verdict: VerdictSnapshot;
  readonly recovery: RecoverySnapshot;
}

/**
 * Holds what a record says against the thresholds of its plan, in the finest
 * intervals that it has. What came in the last, broken second, or later, counts
 * for the whole run and for no window, as in a run.
 */
export function judgeRecord(judged: JudgedRecord): JudgedOutcome {
  const { reader, plan, endMs, fireSlot } = judged;
  const judging = new Judging(() => plan.targets);
  judging.ask(plan.judging);
  const names = seriesNames(plan);
  const all = { from: -Infinity, to: Infinity };
  const changes = reader.changes(all);
  const traffic = trafficOf({ plan, fireSlot, changes });
  let rest = NO_TOTALS;
  let restSec = 0;
  for (const span of finestIn(reader.extent(), reader.rungs())) {
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
  return { verdict: judging.read(), recovery: judging.recovery() };
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
export function* finestIn(
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
