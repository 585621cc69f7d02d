import type { Phase } from "../pattern/mod.ts";
import type { ClientName } from "../plan/mod.ts";
import type { ProtocolName } from "../protocol/mod.ts";
import type {
  Counts,
  MissedReason,
  ProofSnapshot,
  RunState,
} from "../stats/mod.ts";
import type {
  DoubleV1,
  HoleV1,
  NoiseFloorV1,
  PartV1,
  RecoveryV1,
  ThresholdV1,
  VerdictV1,
} from "./judged/mod.ts";
import type { FailureKind } from "../transport/mod.ts";
import type { LimitReason } from "../verdict/mod.ts";

/**
 * The report for machines, version 1: a contract. Within a version keys are
 * only ever added. Instants are ISO 8601 in UTC, durations milliseconds.
 *
 * It always holds that due = sent + all of `missed` + `waiting`,
 * sent = completed + `inFlight`, and completed = ok + all of `failed`.
 */
export interface ReportV1 extends TallyV1 {
  readonly version: 1;
  readonly runId: string;
  /** Hash of what decides arrivals. */
  readonly planId: string;
  readonly seed: number;
  readonly state: RunState;
  /** Plan time at which the run began. */
  readonly start: string;
  /** The same instant by the wall clock: another one with `--start` only. */
  readonly begun: string;
  readonly durationMs: number;
  /** Hash of all arrivals that were due, equal to that of `kar simulate --digest`. */
  readonly arrivalsDigest: string;
  /**
   * Of all counts and latencies, what processes before this one had counted;
   * start, duration, steps and cost are this one's. 0 without `--resume`.
   */
  readonly before: { readonly due: number; readonly sent: number };
  /** Due and neither sent nor missed yet; 0 at the end. */
  readonly waiting: number;
  /** Sent and not completed yet; 0 at the end. */
  readonly inFlight: number;
  /** Answers by code. A code that its protocol does not have counts as `other`. */
  readonly status: Readonly<Record<string, number>>;
  /** Intended to done, sent to done, intended to sent. */
  readonly latency: {
    readonly response: LatencyV1;
    readonly service: LatencyV1;
    readonly sendLag: LatencyV1;
  };
  /** Parts of the service time, where the client can tell them apart. */
  readonly timing: {
    readonly connect: LatencyV1;
    readonly tls: LatencyV1;
    readonly firstByte: LatencyV1;
  };
  /** Requests sent: those of targets, and those of all steps of journeys. Without journeys it is `sent`. */
  readonly requests: number;
  readonly targets: readonly TargetV1[];
  /** Absent without journeys. */
  readonly journeys?: readonly JourneyV1[];
  readonly phases: readonly PhaseV1[];
  /** Scenarios that had an arrival; absent where the plan has none. */
  readonly scenarios?: readonly ScenarioV1[];
  /** Length of a step: 1000, doubled each time the run passes 3,600 steps. */
  readonly stepMs: number;
  readonly steps: readonly StepV1[];
  readonly cost: CostV1;
  /**
   * Requests kept as examples: of each target and kind the first twenty
   * failures and twenty drawn from all, in the order of their instants; then
   * the twenty slowest of all requests.
   */
  readonly samples: readonly SampleV1[];
  /** What the circuit breaker did; null = there is none. */
  readonly breaker: BreakerV1 | null;
  /** Why kar itself was the limit; empty when it was not. */
  readonly limitedBy: readonly LimitReason[];
  /** What this machine adds to every duration; null = not known. */
  readonly noiseFloor: NoiseFloorV1 | null;
  /** What is proved of the sending; of this process, without `--resume`'s earlier ones. */
  readonly proof: ProofSnapshot;
  /** How targets came back from spikes. */
  readonly recovery: RecoveryV1;
  /** What the run comes to; of several that hold, the first of `RunOutcome`. */
  readonly verdict: VerdictV1;
  /** What was asked of the run, in the order of the file; empty = nothing. */
  readonly thresholds: readonly ThresholdV1[];
  readonly warnings: readonly string[];
  /** With `kar merge` only: whose records these are, in the order of parts and time. */
  readonly parts?: readonly PartV1[];
  /** With `kar merge` only: what of the plan is in none of them; due and all `due` of these are the plan's. */
  readonly holes?: readonly HoleV1[];
  /** Requests of holes that were perhaps sent: nobody has written it down. */
  readonly notConfirmed?: number;
  /** With `kar merge` only: what members of a fleet that were cut off have sent beside others; due less these, and with the holes, is the plan's. */
  readonly doubled?: readonly DoubleV1[];
}

/** What was counted. A reason or kind that never occurred is absent. */
export interface TallyV1 {
  readonly due: number;
  readonly sent: number;
  readonly missed: Counts<MissedReason>;
  readonly completed: number;
  readonly ok: number;
  /** By kind; `status` is an answer that says no, `generator` kar's own fault. */
  readonly failed: Counts<FailureKind>;
}

/**
 * One distribution. A percentile with fewer than ten samples beyond it is
 * null, since it would be a guess; everything but `count` is null when empty.
 */
export interface LatencyV1 {
  readonly count: number;
  readonly minMs: number | null;
  readonly meanMs: number | null;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly maxMs: number | null;
}

/** Response and service time of a part of the traffic. */
export interface PartLatencyV1 {
  readonly response: LatencyV1;
  readonly service: LatencyV1;
}

/** One target's share. */
export interface TargetV1 extends TallyV1 {
  readonly name: string;
  /** As it is sent: percent-encoded where it must be; variables of the environment stand as `${NAME}`. */
  readonly url: string;
  /** Of HTTP; of gRPC as `package.Service/Method`. */
  readonly method: string;
  readonly protocol: ProtocolName;
  readonly client: ClientName;
  readonly status: Readonly<Record<string, number>>;
  readonly latency: PartLatencyV1;
  /**
   * Why requests failed: of each kind the first five reasons. Their counts
   * come to the kind's count in `failed`, or to less where there were more
   * reasons, or none is known.
   */
  readonly reasons: readonly ReasonV1[];
  /** The last health check's answer; null when there was none. */
  readonly healthy: boolean | null;
  /** For how long it was taken out of the traffic. */
  readonly removedMs: number;
  /** Its client sends a request again when a kept connection closes without an answer. */
  readonly may_resend: boolean;
  /** TLS was not verified. */
  readonly insecure: boolean;
  /** It has left the run: a reload or a restart did not name it any more. */
  readonly gone: boolean;
}

/** One request, kept as an example. */
export interface SampleV1 {
  readonly why: "failure" | "slow";
  /** Name of its target; of a step, `journey/step`. */
  readonly target: string;
  /** Plan time at which its arrival was due: `--start` sends it again. */
  readonly intended: string;
  readonly responseMs: number;
  readonly serviceMs: number;
  /** Why it failed; null = it did not. */
  readonly kind: FailureKind | null;
  /** The answer's code; null = there was none. */
  readonly code: number | null;
  /** One line, as in `reasons`. */
  readonly reason: string;
  /** The first 512 bytes of the answer's body, escaped; null = they were not kept. */
  readonly body: string | null;
  /** The trace that it was sent with (W3C Trace Context); null = none. */
  readonly trace: string | null;
}

/**
 * One journey: due = started + all of `missed` + waiting, and started =
 * finished + all of `failed` + `cancelled` + `open`.
 */
export interface JourneyV1 {
  readonly name: string;
  readonly due: number;
  readonly missed: Counts<MissedReason>;
  /** Its first request was sent. */
  readonly started: number;
  readonly finished: number;
  /** By what ended it. */
  readonly failed: Counts<FailureKind>;
  /** Cut off at a stop, or left by a worker that was lost. */
  readonly cancelled: number;
  readonly open: number;
  /** Of finished ones, from their instants to their last answers: all of it, and without thinking. */
  readonly latency: {
    readonly duration: LatencyV1;
    readonly active: LatencyV1;
  };
  readonly reasons: readonly ReasonV1[];
  /** Each with the figures of a target. */
  readonly steps: readonly TargetV1[];
  readonly gone: boolean;
}

/** Why requests of one target failed. */
export interface ReasonV1 {
  readonly kind: FailureKind;
  /** The answer's code where the kind is `status`; else null. */
  readonly code: number | null;
  /** One line of at most 200 characters; what no terminal should obey stands there by its code. */
  readonly reason: string;
  readonly count: number;
}

/** One phase's share. */
export interface PhaseV1 extends TallyV1 {
  readonly phase: Phase;
  readonly latency: PartLatencyV1;
}

/** One scenario's share. */
export interface ScenarioV1 extends TallyV1 {
  readonly scenario: string;
  readonly latency: PartLatencyV1;
}

/** One step of the run. */
export interface StepV1 {
  /** Milliseconds since the start. */
  readonly t: number;
  readonly planned: number;
  readonly due: number;
  readonly sent: number;
  readonly completed: number;
  readonly ok: number;
  readonly failed: number;
  readonly missed: number;
  /** The phase that most of the step had. */
  readonly phase: Phase;
}

/** What the circuit breaker did. */
export interface BreakerV1 {
  /** How often it tripped, failed probes included. */
  readonly trips: number;
  /** From each trip to the end of the way back. */
  readonly heldMs: number;
  /** Share of the traffic that it lets through: 1 = all of it. */
  readonly level: number;
  /** Why it tripped last; null = it never did. */
  readonly reason: string | null;
}

/** What kar itself cost. */
export interface CostV1 {
  /** CPU seconds of the process, user and system. */
  readonly cpuSec: number;
  /** CPU microseconds for each request that it sent; null when none was. */
  readonly cpuUsPerRequest: number | null;
  readonly rssBytes: number;
  /** CPU milliseconds spent waiting for the next instant. */
  readonly pollMs: number;
  /** How hard kar tried to be on time; what `auto` came to. */
  readonly pacing: "exact" | "normal" | "eco";
}
