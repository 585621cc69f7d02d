import type { TargetHealth } from "../health/mod.ts";
import type { PickedPacing, Plan } from "../plan/mod.ts";
import { protocolOf } from "../protocol/mod.ts";
import type { Control, Forecast, RateParts } from "../pattern/mod.ts";
import {
  type BreakerSnapshot,
  type Collector,
  MISSED_REASONS,
  type MissedReason,
  type OwnCounts,
  Reading,
  type RecentWindow,
  type RunState,
  type Snapshot,
  type Steps,
  type TargetSnapshot,
  total,
} from "../stats/mod.ts";
import { Digest } from "../arrivals/mod.ts";

import type { RunReasons } from "./run_reasons.ts";

/** The sums a snapshot is made of. */
interface SnapshotSources {
  readonly runId: string;
  readonly collector: Collector;
  readonly steps: Steps;
  readonly recent: RecentWindow;
  readonly reasons: RunReasons;
  /** What was counted before this process. */
  readonly before: Snapshot["before"];
}

/** What a snapshot says beside the sums. */
export interface Moment {
  /** The plan in force. */
  readonly plan: Plan;
  readonly state: RunState;
  readonly startMs: number;
  readonly begunMs: number;
  readonly nowMs: number;
  readonly endMs: number | null;
  /** The current slot's rate; null when nothing is planned any more. */
  readonly parts: RateParts | null;
  /** What all events come to. */
  readonly control: Control;
  /** Share of the traffic that this run sends. */
  readonly share: number;
  readonly isCutShort: boolean;
  /** The last second of the run that is over. */
  readonly lastFullSecond: number;
  readonly health: readonly TargetHealth[];
  readonly workersUp: number;
  readonly workersWanted: number;
  readonly cpuSec: number;
  readonly rssBytes: number;
  readonly pollMs: number;
  readonly pacing: PickedPacing;
  readonly warnings: readonly string[];
  readonly breaker: BreakerSnapshot;
  /** How often the circuit breaker tripped in this process. */
  readonly ownTrips: number;
}

/** Puts sums and moment together. Reads, and changes nothing. */
export function composeSnapshot(
  sums: SnapshotSources,
  moment: Moment,
): Snapshot {
  const { all } = sums.collector;
  const reading = new Reading(all);
  const run = reading.run();
  const latency = reading.latency();
  const targets = moment.plan.targets.map((_, i) => targetOf(sums, moment, i));
  const { parts } = moment;
  const digest = new Digest();
  [digest.lo, digest.hi] = all.digest();
  return {
    ...run,
    runId: sums.runId,
    plan: moment.plan,
    state: moment.state,
    startMs: moment.startMs,
    begunMs: moment.begunMs,
    nowMs: moment.nowMs,
    endMs: moment.endMs,
    plannedRate: parts === null ? 0 : parts.rate * moment.share,
    sentRate: sums.steps.sentIn(moment.lastFullSecond),
    phase: parts?.phase ?? "baseline",
    control: moment.control,
    share: moment.share,
    isCutShort: moment.isCutShort,
    spikeActive: parts !== null && parts.gate > 0 && parts.spike > 1,
    own: sums.before === null
      ? { ...run, latency, breaker: { trips: moment.ownTrips }, targets }
      : ownCounts(sums, moment),
    before: sums.before,
    inFlight: run.sent - run.completed,
    waiting: run.due - run.sent - total(run.missed),
    latency,
    timing: reading.timing(),
    recent: sums.recent.read(),
    targets,
    newestReason: sums.reasons.newest,
    phases: reading.phases(),
    stepMs: sums.steps.stepMs,
    steps: sums.steps.list(),
    arrivalsDigest: digest.toString(),
    workersUp: moment.workersUp,
    workersWanted: moment.workersWanted,
    cost: {
      cpuSec: moment.cpuSec,
      rssBytes: moment.rssBytes,
      pollMs: moment.pollMs,
      pacing: moment.pacing,
    },
    warnings: moment.warnings,
    breaker: moment.breaker,
  };
}

function targetOf(
  { collector: { all }, reasons }: SnapshotSources,
  { plan, health }: Moment,
  i: number,
): TargetSnapshot {
  const { name, protocol } = plan.targets[i]!;
  const sums = new Reading(all).target(i);
  const status = all.codes(i);
  const { healthy, removedMs } = health[i]!;
  const isWell = !answersUnimplemented({ protocol, status, ok: sums.ok });
  return {
    ...sums,
    name,
    protocol,
    status,
    statusFailed: all.failedCodes(i),
    begun: all.begun(i),
    reasons: reasons.of(i),
    healthy: healthy && isWell,
    removedMs,
  };
}

function ownCounts(
  { collector: { own } }: SnapshotSources,
  { plan, ownTrips }: Moment,
): OwnCounts {
  const reading = new Reading(own);
  const tallies = plan.targets.map((_, i) => reading.tally(i));
  return {
    sent: tallies.reduce((sum, { sent }) => sum + sent, 0),
    missed: sumOf(tallies.map(({ missed }) => missed)),
    latency: { sendLag: reading.sendLag() },
    breaker: { trips: ownTrips },
    targets: plan.targets.map(({ name, protocol }, i) => ({
      name,
      protocol,
      failed: tallies[i]!.failed,
      status: own.codes(i),
      statusFailed: own.failedCodes(i),
      response: reading.response(i),
    })),
  };
}

function sumOf(all: readonly OwnCounts["missed"][]): OwnCounts["missed"] {
  const sum: Partial<Record<MissedReason, number>> = {};
  for (const counts of all) {
    for (const reason of MISSED_REASONS) {
      const more = counts[reason] ?? 0;
      if (more > 0) sum[reason] = (sum[reason] ?? 0) + more;
    }
  }
  return sum;
}

/** Whether a server that can be reached has never known the method that it is asked for. */
function answersUnimplemented(
  { protocol, status, ok }: Pick<TargetSnapshot, "protocol" | "status" | "ok">,
): boolean {
  const { isUnknownMethod } = protocolOf(protocol).codes;
  return ok === 0 && status.size > 0 &&
    [...status.keys()].every(isUnknownMethod);
}

/** The part of a forecast that a run with a share of the traffic sends. */
export function forecastOf(whole: Forecast, share: number): Forecast {
  if (share === 1) return whole;
  const part = ({ rate, ...rest }: Forecast["peak"]) => ({
    ...rest,
    rate: rate * share,
  });
  return {
    ...whole,
    rows: whole.rows.map((row) => ({
      ...row,
      rate: row.rate * share,
      peakRate: row.peakRate * share,
      expected: row.expected * share,
    })),
    peak: part(whole.peak),
    trough: part(whole.trough),
    meanRate: whole.meanRate * share,
    total: whole.total * share,
  };
}
