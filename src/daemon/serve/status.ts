import { create } from "@bufbuild/protobuf";
import { type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type BreakerStatus,
  BreakerStatusSchema,
  type Changes,
  ChangesSchema,
  type JourneyStatus,
  JourneyStatusSchema,
  PartStatusSchema,
  type StatusResponse,
  StatusResponseSchema,
  type TargetStatus,
  TargetStatusSchema,
  type ThresholdStatus,
  ThresholdStatusSchema,
  type Times,
  TimesSchema,
} from "../../gen/kar/v1/control_pb.ts";
import { foundText, hasBreaker, requestsOf } from "../../report/mod.ts";
import type { ThresholdSnapshot } from "../../threshold/mod.ts";
import type {
  Distribution,
  JourneySnapshot,
  PartState,
  Reason,
  Snapshot,
  TargetSnapshot,
} from "../../stats/mod.ts";

/** What serves a run. */
export interface About {
  readonly name: string;
  /** kar's own version. */
  readonly version: string;
  readonly pid: number;
  /** The config file. */
  readonly config: string;
  /** Where its log is; empty when it keeps none. */
  readonly logFile: string;
}

/** What there is to show of a run. */
export interface SeenRun {
  readonly snapshot: Snapshot;
  /** Which part of a fleet's run answers; 0 = it is none. */
  readonly part: number;
  /** Those of the run, where they are shown together. */
  readonly parts: readonly PartState[];
}

/** A run's snapshot, summed up. Reads, and changes nothing. */
export function statusOf(
  snapshot: Snapshot,
  about: About,
  warnings: readonly string[],
): StatusResponse {
  const { plan, latency } = snapshot;
  return create(StatusResponseSchema, {
    ...about,
    runId: snapshot.runId,
    planId: plan.planId,
    seed: plan.pattern.seed,
    state: snapshot.state,
    phase: snapshot.phase,
    scenario: snapshot.scenario ?? "",
    spikeActive: snapshot.spikeActive,
    startedAt: instantOf(snapshot.startMs),
    now: instantOf(snapshot.nowMs),
    plannedRate: snapshot.plannedRate,
    sentRate: snapshot.sentRate,
    ...tallyOf(snapshot),
    waiting: snapshot.waiting,
    inFlight: snapshot.inFlight,
    response: timesOf(latency.response),
    recent: timesOf(snapshot.recent),
    sendLag: timesOf(latency.sendLag),
    // Steps of journeys stand among them, as journey/step.
    targets: requestsOf(snapshot).map(targetOf),
    journeys: snapshot.journeys.map(journeyOf),
    requests: snapshot.requests,
    arrivalsDigest: snapshot.arrivalsDigest,
    workersUp: snapshot.workersUp,
    workersWanted: snapshot.workersWanted,
    cpuSec: snapshot.cost.cpuSec,
    rssBytes: snapshot.cost.rssBytes,
    warnings: [...snapshot.warnings, ...warnings],
    changes: changesOf(snapshot),
    ...(snapshot.endMs !== null && { endsAt: instantOf(snapshot.endMs) }),
    ...(hasBreaker(snapshot) && { breaker: breakerOf(snapshot) }),
    thresholds: snapshot.verdict.thresholds.map(thresholdOf),
  });
}

/** The same with the parts of the fleet's run that it is of. */
export function withParts(
  status: StatusResponse,
  { part, parts }: Pick<SeenRun, "part" | "parts">,
): StatusResponse {
  const all = parts.map(({ part, isTelling, isAlone, due, sent }) =>
    create(PartStatusSchema, { part, up: isTelling, alone: isAlone, due, sent })
  );
  return { ...status, part, parts: all };
}

function tallyOf({ due, sent, completed, ok, missed, failed }: TargetTally) {
  return {
    due,
    sent,
    completed,
    ok,
    missed: { ...missed },
    failed: { ...failed },
  };
}

type TargetTally = Pick<
  TargetSnapshot,
  "due" | "sent" | "completed" | "ok" | "missed" | "failed"
>;

function targetOf(target: TargetSnapshot): TargetStatus {
  const { name, protocol, healthy, removedMs, response, reasons } = target;
  return create(TargetStatusSchema, {
    name,
    protocol,
    ...tallyOf(target),
    response: timesOf(response),
    ...(healthy !== null && { healthy }),
    removedMs,
    reasons: reasons.map(reasonOf),
  });
}

function journeyOf(journey: JourneySnapshot): JourneyStatus {
  const { name, due, missed, sent, ok, open, duration, active } = journey;
  const { aborted = 0, ...failed } = journey.failed;
  return create(JourneyStatusSchema, {
    ...{ name, due, missed: { ...missed }, started: sent, finished: ok },
    ...{ failed, cancelled: aborted, open },
    duration: timesOf(duration),
    active: timesOf(active),
    reasons: journey.reasons.map(reasonOf),
  });
}

function reasonOf({ code, ...reason }: Reason) {
  return { ...reason, ...(code !== null && { code }) };
}

function changesOf({ control: { base, max, scale } }: Snapshot): Changes {
  return create(ChangesSchema, {
    scale,
    ...(!Number.isNaN(base) && { base }),
    ...(!Number.isNaN(max) && { max }),
  });
}

function breakerOf({ breaker }: Snapshot): BreakerStatus {
  const { level, trips, heldMs, reason } = breaker;
  return create(BreakerStatusSchema, {
    level,
    trips,
    heldMs: rounded(heldMs),
    reason: reason ?? "",
  });
}

function thresholdOf(judged: ThresholdSnapshot): ThresholdStatus {
  const { threshold: { text, action }, result, value } = judged;
  return create(ThresholdStatusSchema, {
    threshold: text,
    result,
    action,
    ...(typeof value === "number" && { value }),
    found: foundText(judged),
  });
}

function timesOf(durations: Distribution): Times {
  const { count, maxMs } = durations;
  const shares = { p50Ms: 0.5, p90Ms: 0.9, p95Ms: 0.95, p99Ms: 0.99 };
  const known = Object.entries(shares).flatMap(([name, share]) => {
    const ms = durations.percentile(share);
    return ms === null ? [] : [[name, rounded(ms)]];
  });
  return create(TimesSchema, {
    count,
    ...Object.fromEntries(known),
    ...(count > 0 && { maxMs: rounded(maxMs) }),
  });
}

/** Plan time has fractions of a millisecond, which the message cannot hold. */
function instantOf(ms: number): Timestamp {
  return timestampFromMs(Math.floor(ms));
}

/** To the microsecond, which is as far as a histogram goes. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
