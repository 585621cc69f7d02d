import type { TargetHealth } from "../health/mod.ts";
import type { PickedPacing, Plan } from "../plan/mod.ts";
import { protocolOf } from "../protocol/mod.ts";
import type { Control, Forecast, RateParts } from "../pattern/mod.ts";
import {
  type BreakerSnapshot,
  type Collector,
  COUNTER,
  type Layout,
  Reading,
  type RecentWindow,
  type RunState,
  type Snapshot,
  type Steps,
  type TargetSnapshot,
  total,
} from "../stats/mod.ts";
import { Digest } from "../arrivals/mod.ts";

import type { ReasonLedger } from "./reason_ledger.ts";

/** The sums a snapshot is made of. */
interface Sums {
  readonly plan: Plan;
  readonly runId: string;
  readonly layout: Layout;
  readonly collector: Collector;
  readonly steps: Steps;
  readonly recent: RecentWindow;
  readonly reasons: ReasonLedger;
  /** What was counted before this process. */
  readonly before: Snapshot["before"];
}

/** What a snapshot says beside the sums. */
export interface Moment {
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
}

/** Puts sums and moment together. Reads, and changes nothing. */
export function composeSnapshot(sums: Sums, moment: Moment): Snapshot {
  const reading = new Reading(sums.collector, sums.layout);
  const run = reading.run();
  const { parts } = moment;
  const digest = new Digest();
  digest.lo = sums.collector.total(COUNTER.digestLo);
  digest.hi = sums.collector.total(COUNTER.digestHi);
  return {
    ...run,
    runId: sums.runId,
    plan: sums.plan,
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
    before: sums.before,
    inFlight: run.sent - run.completed,
    waiting: run.due - run.sent - total(run.missed),
    latency: reading.latency(),
    timing: reading.timing(),
    recent: sums.recent.read(),
    targets: sums.plan.targets.map((_, i) => targetOf(sums, moment, i)),
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
  { plan, collector, layout, reasons }: Sums,
  { health }: Moment,
  i: number,
): TargetSnapshot {
  const { name, protocol } = plan.targets[i]!;
  const sums = new Reading(collector, layout).target(i);
  const status = collector.codes(i);
  const { healthy, removedMs } = health[i]!;
  const isWell = !answersUnimplemented({ protocol, status, ok: sums.ok });
  return {
    ...sums,
    name,
    protocol,
    status,
    statusFailed: collector.failedCodes(i),
    begun: collector.begun(i),
    reasons: reasons.of(i),
    healthy: healthy && isWell,
    removedMs,
  };
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
