import { isoTime, printableJson } from "../base/mod.ts";
import { type Plan, seriesName, type TargetPlan } from "../plan/mod.ts";
import { protocolOf } from "../protocol/mod.ts";
import { sentUrl } from "../request/mod.ts";
import type {
  Distribution,
  JourneySnapshot,
  PhaseSnapshot,
  Reason,
  ScenarioSnapshot,
  Snapshot,
  Tally,
  TargetSnapshot,
} from "../stats/mod.ts";
import {
  mergedV1,
  noiseFloorV1,
  type RecoveryV1,
  type ThresholdV1,
  type VerdictV1,
} from "./judged/mod.ts";
import type { ThresholdSnapshot } from "../threshold/mod.ts";
import { verdictOf } from "../verdict/mod.ts";
import { hasBreaker } from "./breaker_text.ts";
import type {
  BreakerV1,
  CostV1,
  JourneyV1,
  LatencyV1,
  PartLatencyV1,
  PhaseV1,
  ReasonV1,
  ReportV1,
  SampleV1,
  ScenarioV1,
  TallyV1,
  TargetV1,
} from "./contract.ts";
import { requestsOf, statusOf } from "./answers.ts";
import { limitReasons } from "./verdict.ts";

/** The report for machines: `ReportV1` as JSON with a final newline. */
export function renderJson(snapshot: Snapshot): string {
  return `${printableJson(buildReport(snapshot), 2)}\n`;
}

/** The report for machines as data. */
export function buildReport(snapshot: Snapshot): ReportV1 {
  const { plan, latency, timing } = snapshot;
  return {
    version: 1,
    runId: snapshot.runId,
    planId: plan.planId,
    seed: plan.pattern.seed,
    state: snapshot.state,
    start: isoTime(snapshot.startMs),
    begun: isoTime(snapshot.begunMs),
    durationMs: snapshot.nowMs - snapshot.startMs,
    arrivalsDigest: snapshot.arrivalsDigest,
    ...tallyOf(snapshot),
    before: {
      due: snapshot.before?.due ?? 0,
      sent: snapshot.before?.sent ?? 0,
    },
    waiting: snapshot.waiting,
    inFlight: snapshot.inFlight,
    status: statusOf(requestsOf(snapshot)),
    latency: {
      response: latencyOf(latency.response),
      service: latencyOf(latency.service),
      sendLag: latencyOf(latency.sendLag),
    },
    timing: {
      connect: latencyOf(timing.connect),
      tls: latencyOf(timing.tls),
      firstByte: latencyOf(timing.firstByte),
    },
    requests: snapshot.requests,
    targets: snapshot.targets.map((target) =>
      targetOf(target, plan.targets[target.series]!)
    ),
    ...(plan.journeys && {
      journeys: snapshot.journeys.map((journey) => journeyOf(journey, plan)),
    }),
    phases: snapshot.phases.map(phaseOf),
    ...(plan.pattern.scenarios &&
      { scenarios: snapshot.scenarios.map(scenarioOf) }),
    stepMs: snapshot.stepMs,
    steps: snapshot.steps.map((step) => ({
      ...step,
      planned: rounded(step.planned),
    })),
    samples: samplesOf(snapshot),
    cost: costOf(snapshot),
    breaker: breakerOf(snapshot),
    limitedBy: limitReasons(snapshot),
    noiseFloor: noiseFloorV1(snapshot),
    proof: snapshot.proof,
    recovery: recoveryV1(snapshot),
    verdict: verdictV1(snapshot),
    thresholds: snapshot.verdict.thresholds.map(thresholdV1),
    warnings: snapshot.warnings,
    ...(snapshot.merged && mergedV1(snapshot.merged)),
  };
}

/** Whether a target's client may send a request twice behind kar's back. */
export function mayResend({ client }: TargetPlan): boolean {
  return client === "fetch" || client === "connect";
}

function tallyOf(tally: Tally): TallyV1 {
  const { due, sent, missed, completed, ok, failed } = tally;
  return { due, sent, missed, completed, ok, failed };
}

function latencyOf(durations: Distribution): LatencyV1 {
  const { count } = durations;
  const percentile = (share: number) =>
    roundedOrNull(durations.percentile(share));
  return {
    count,
    minMs: count === 0 ? null : rounded(durations.minMs),
    meanMs: roundedOrNull(durations.meanMs),
    p50Ms: percentile(0.5),
    p90Ms: percentile(0.9),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
    p999Ms: percentile(0.999),
    maxMs: count === 0 ? null : rounded(durations.maxMs),
  };
}

function partLatencyOf(part: {
  readonly response: Distribution;
  readonly service: Distribution;
}): PartLatencyV1 {
  return {
    response: latencyOf(part.response),
    service: latencyOf(part.service),
  };
}

function targetOf(target: TargetSnapshot, plan: TargetPlan): TargetV1 {
  return {
    name: target.name,
    url: sentUrl(plan.url),
    method: protocolOf(plan.protocol).methodOf(plan),
    protocol: plan.protocol,
    client: plan.client,
    ...tallyOf(target),
    status: statusOf([target]),
    latency: partLatencyOf(target),
    reasons: target.reasons.map(reasonOf),
    healthy: target.healthy,
    removedMs: target.removedMs,
    may_resend: mayResend(plan),
    insecure: plan.insecure === true,
    gone: plan.gone === true,
  };
}

function reasonOf({ kind, code, reason, count }: Reason): ReasonV1 {
  return { kind, code, reason, count };
}

function journeyOf(journey: JourneySnapshot, { targets }: Plan): JourneyV1 {
  const { aborted: cancelled = 0, ...failed } = journey.failed;
  return {
    name: journey.name,
    due: journey.due,
    missed: journey.missed,
    started: journey.sent,
    finished: journey.ok,
    failed,
    cancelled,
    open: journey.open,
    latency: {
      duration: latencyOf(journey.duration),
      active: latencyOf(journey.active),
    },
    reasons: journey.reasons.map(reasonOf),
    steps: journey.steps.map((step) => {
      const plan = targets[step.series]!;
      return { ...targetOf(step, plan), name: plan.step!.name };
    }),
    gone: journey.gone,
  };
}

function phaseOf(phase: PhaseSnapshot): PhaseV1 {
  return {
    phase: phase.phase,
    ...tallyOf(phase),
    latency: partLatencyOf(phase),
  };
}

function scenarioOf(scenario: ScenarioSnapshot): ScenarioV1 {
  return {
    scenario: scenario.scenario,
    ...tallyOf(scenario),
    latency: partLatencyOf(scenario),
  };
}

function samplesOf({ samples, plan }: Snapshot): SampleV1[] {
  return samples.map(({ rank: _, target, intendedMs, ...sample }) => ({
    why: sample.why,
    target: seriesName(plan, target),
    intended: isoTime(intendedMs),
    responseMs: rounded(sample.responseMs),
    serviceMs: rounded(sample.serviceMs),
    kind: sample.kind,
    code: sample.code,
    reason: sample.reason,
    body: sample.body,
    trace: sample.trace,
  }));
}

function breakerOf(snapshot: Snapshot): BreakerV1 | null {
  const { trips, heldMs, level, reason } = snapshot.breaker;
  if (!hasBreaker(snapshot)) return null;
  return { trips, heldMs: rounded(heldMs), level, reason };
}

function costOf({ cost, own: { sent } }: Snapshot): CostV1 {
  return {
    ...cost,
    pollMs: rounded(cost.pollMs),
    cpuUsPerRequest: sent === 0 ? null : rounded(cost.cpuSec * 1e6 / sent),
  };
}

function recoveryV1({ recovery: { spikes, medians } }: Snapshot): RecoveryV1 {
  return {
    spikes: spikes.map(({ startMs, endMs, factor, targets }) => ({
      start: isoTime(startMs),
      end: isoTime(endMs),
      factor,
      targets,
    })),
    medians,
  };
}

function verdictV1(snapshot: Snapshot): VerdictV1 {
  const { stoppedBy, seconds, untrustedSeconds, tolerate } = snapshot.verdict;
  const { outcome } = verdictOf(snapshot);
  return { outcome, stoppedBy, seconds, untrustedSeconds, tolerate };
}

function thresholdV1(
  { threshold, result, why, value, breachedMs, windows }: ThresholdSnapshot,
): ThresholdV1 {
  const { text, action, limit } = threshold;
  return {
    threshold: text,
    action,
    result,
    why,
    value: typeof value === "number" ? Number(value.toFixed(6)) : value,
    limit: limit.value,
    unit: limit.unit,
    breachedAt: breachedMs === null ? null : isoTime(breachedMs),
    windows,
  };
}

/** To a microsecond: further digits would be noise. */
function rounded(value: number): number {
  return Number(value.toFixed(3));
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}
