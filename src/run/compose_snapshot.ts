import type { TargetHealth } from "../health/mod.ts";
import {
  type JourneyPlan,
  journeySeries,
  type PickedPacing,
  type Plan,
} from "../plan/mod.ts";
import { protocolOf } from "../protocol/mod.ts";
import {
  type Control,
  type Forecast,
  type RateParts,
  scenarioNames,
} from "../pattern/mod.ts";
import {
  type BreakerSnapshot,
  type Collector,
  type JourneySnapshot,
  type MachineNoise,
  type OwnCounts,
  type ProofSnapshot,
  Reading,
  type RecentWindow,
  type RunState,
  type Snapshot,
  type Steps,
  type TargetSnapshot,
  total,
} from "../stats/mod.ts";
import type { MergedParts } from "../merge/mod.ts";
import type { RecoverySnapshot, VerdictSnapshot } from "../threshold/mod.ts";
import { Digest } from "../arrivals/mod.ts";

import type { RunReasons } from "./run_reasons.ts";

/** Health of a series that is never checked: a step of a journey. */
const UNASKED: TargetHealth = { healthy: null, removedMs: 0 };

/** The sums a snapshot is made of. */
export interface SnapshotSources {
  readonly runId: string;
  readonly collector: Pick<Collector, "all" | "own">;
  readonly steps: Pick<Steps, "stepMs" | "list" | "sentIn">;
  readonly recent: Pick<RecentWindow, "read">;
  readonly reasons:
    & Pick<RunReasons, "of" | "newest">
    & { readonly samples: Pick<RunReasons["samples"], "list"> };
  /** What was counted before this process. */
  readonly before: Snapshot["before"];
}

/** What a snapshot says besides the sums. */
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
  /** The state that all events lead to. */
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
  readonly verdict: VerdictSnapshot;
  readonly proof: ProofSnapshot;
  readonly recovery: RecoverySnapshot;
  /** How late the machine wakes a thread; absent = not known. */
  readonly noise?: MachineNoise;
  /** How often the circuit breaker tripped in this process. */
  readonly ownTrips: number;
  /** The parts that it was merged from; absent = it was not merged. */
  readonly merged?: MergedParts;
}

/** What is known of the run besides its counts. */
function judgedOf({ verdict, proof, recovery, noise, merged }: Moment) {
  const known = { ...(noise && { noise }), ...(merged && { merged }) };
  return { verdict, proof, recovery, ...known };
}

/** Puts sums and moment together. Reads, and changes nothing. */
export function composeSnapshot(
  sums: SnapshotSources,
  moment: Moment,
): Snapshot {
  const { all } = sums.collector;
  const reading = new Reading(all);
  const read = { ...sums, reading };
  const run = reading.run();
  const requests = reading.requests().sent;
  const latency = reading.latency();
  const { targets, journeys } = seriesOf(
    moment.plan,
    (i) => targetOf(read, moment, i),
    (i, steps) => journeyOf(read, moment.plan.journeys![i]!, { i, steps }),
  );
  const { parts } = moment;
  const names = scenarioNames(moment.plan.pattern);
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
      ? {
        ...{ ...run, requests, latency, targets, journeys },
        scenarios: reading.scenarios(names),
        breaker: { trips: moment.ownTrips },
      }
      : ownCounts(sums, moment),
    before: sums.before,
    inFlight: run.sent - run.completed,
    waiting: run.due - run.sent - total(run.missed),
    latency,
    timing: reading.timing(),
    recent: sums.recent.read(),
    targets,
    journeys,
    requests,
    ...toldIn(sums),
    phases: reading.phases(),
    scenario: names[parts?.scenarioIndex ?? -1] ?? null,
    scenarios: reading.scenarios(names),
    stepMs: sums.steps.stepMs,
    steps: sums.steps.list(),
    arrivalsDigest: digest.toString(),
    ...{ workersUp: moment.workersUp, workersWanted: moment.workersWanted },
    cost: {
      cpuSec: moment.cpuSec,
      rssBytes: moment.rssBytes,
      pollMs: moment.pollMs,
      pacing: moment.pacing,
    },
    warnings: moment.warnings,
    breaker: moment.breaker,
    ...judgedOf(moment),
  };
}

/** The same, from the result of one look at all sums. */
interface WithReading extends SnapshotSources {
  readonly reading: Reading;
}

/** What workers reported of single requests. */
function toldIn(
  { reasons: { newest, samples } }: SnapshotSources,
): Pick<Snapshot, "newestReason" | "samples"> {
  return { newestReason: newest, samples: samples.list };
}

function targetOf(
  { collector: { all }, reasons, reading }: WithReading,
  { plan, health }: Moment,
  i: number,
): TargetSnapshot {
  const { name, protocol } = plan.targets[i]!;
  const sums = reading.series(i);
  const status = all.codes(i);
  const { healthy, removedMs } = health[i] ?? UNASKED;
  const isWell = !answersUnimplemented({ protocol, status, ok: sums.ok });
  return {
    ...sums,
    name,
    series: i,
    protocol,
    status,
    statusFailed: all.failedCodes(i),
    begun: all.begun(i),
    reasons: reasons.of(i),
    healthy: healthy && isWell,
    removedMs,
  };
}

function journeyOf(
  { reasons, reading }: WithReading,
  { name, gone }: JourneyPlan,
  { i, steps }: { readonly i: number; readonly steps: TargetSnapshot[] },
): JourneySnapshot {
  const series = journeySeries(i);
  const { response, service, ...tally } = reading.series(series);
  return {
    ...{ name, series, steps, ...tally },
    gone: gone === true,
    open: tally.sent - tally.completed,
    duration: response,
    active: service,
    reasons: reasons.of(series),
  };
}

/** The targets of a plan, and its journeys, each with its steps. */
function seriesOf<T, J>(
  { targets, journeys = [] }: Plan,
  targetOf: (target: number) => T,
  journeyOf: (journey: number, steps: T[]) => J,
): { readonly targets: T[]; readonly journeys: J[] } {
  const all = targets.map(({ step }, i) => ({ step, one: targetOf(i) }));
  const of = (journey: string | undefined) =>
    all.filter(({ step }) => step?.journey === journey).map(({ one }) => one);
  return {
    targets: of(undefined),
    journeys: journeys.map(({ name }, i) => journeyOf(i, of(name))),
  };
}

function ownCounts(
  { collector: { own } }: SnapshotSources,
  { plan, ownTrips }: Moment,
): OwnCounts {
  const reading = new Reading(own);
  const { sent, missed } = reading.run();
  return {
    sent,
    missed,
    requests: reading.requests().sent,
    latency: { sendLag: reading.sendLag() },
    breaker: { trips: ownTrips },
    scenarios: reading.scenarios(scenarioNames(plan.pattern)),
    ...seriesOf(
      plan,
      (i) => ({
        name: plan.targets[i]!.name,
        protocol: plan.targets[i]!.protocol,
        failed: reading.tally(i).failed,
        status: own.codes(i),
        statusFailed: own.failedCodes(i),
        response: reading.response(i),
      }),
      (i, steps) => {
        const series = journeySeries(i);
        const { sent, ok, failed } = reading.tally(series);
        const { name } = plan.journeys![i]!;
        const duration = reading.response(series);
        return { name, sent, ok, failed, duration, steps };
      },
    ),
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
