import type { MergedParts } from "../merge/mod.ts";
import type { Control, Phase } from "../pattern/mod.ts";
import type { PickedPacing, Plan } from "../plan/mod.ts";
import type { FailureKind, ProtocolName } from "../protocol/mod.ts";
import type { RecoverySnapshot, VerdictSnapshot } from "../threshold/mod.ts";
import type { ProofSnapshot } from "./proof/mod.ts";
import type { Distribution } from "./distribution.ts";
import type { Reason, TargetReason } from "./reasons.ts";
import type { RequestSample } from "./samples/mod.ts";

/** Why a request that was due was not sent, from a closed set; new ones come at the end. */
export const MISSED_REASONS = [
  "late",
  "in_flight_limit",
  "no_connection",
  "unhealthy",
  "worker_lost",
  "stopped",
  "no_data",
  "journey_limit",
  "bad_value",
] as const;

/** One of `MISSED_REASONS`. */
export type MissedReason = typeof MISSED_REASONS[number];

/** Counts by name; a name that never occurred is absent. */
export type Counts<Name extends string> = Readonly<
  Partial<Record<Name, number>>
>;

/**
 * What was counted for the whole run, one target, or one phase.
 * sent = completed + in flight; completed = ok + all of `failed`.
 */
export interface Tally {
  readonly due: number;
  readonly sent: number;
  readonly missed: Counts<MissedReason>;
  readonly completed: number;
  readonly ok: number;
  readonly failed: Counts<FailureKind>;
}

/** Durations: intended to done, sent to done, intended to sent. */
export interface Latency {
  readonly response: Distribution;
  readonly service: Distribution;
  readonly sendLag: Distribution;
}

/** Parts of the service time where they exist. */
export interface Timing {
  readonly connect: Distribution;
  readonly tls: Distribution;
  readonly firstByte: Distribution;
}

/** One target's share, or that of a step of a journey. */
export interface TargetSnapshot extends Tally {
  readonly name: string;
  /** Its number among the plan's targets. */
  readonly series: number;
  readonly protocol: ProtocolName;
  /** Answers by code; 0 = outside 100–599 (HTTP). */
  readonly status: ReadonlyMap<number, number>;
  /** Those of them that were not a success by the rule in force. */
  readonly statusFailed: ReadonlyMap<number, number>;
  /** Requests without a valid answer of which a part had come. */
  readonly begun: number;
  /**
   * Why requests failed: the first `REASONS_MAX` reasons of each kind. The
   * counts of a kind's reasons add up to its count in `failed`, or less.
   */
  readonly reasons: readonly Reason[];
  readonly response: Distribution;
  readonly service: Distribution;
  readonly healthy: boolean | null;
  /** Milliseconds for which it was taken out of the traffic. */
  readonly removedMs: number;
}

/**
 * One journey's share. Its tally counts journeys: `sent` are those that
 * started, `ok` those that reached their end, `failed` the others by what ended
 * them; `aborted` means a stop.
 */
export interface JourneySnapshot extends Tally {
  readonly name: string;
  /** Its number, behind those of the targets. */
  readonly series: number;
  /** Started and not yet at their end. */
  readonly open: number;
  /** From the intended instant to the last answer, of those that reached their end. */
  readonly duration: Distribution;
  /** The same without their thinking. */
  readonly active: Distribution;
  readonly reasons: readonly Reason[];
  readonly steps: readonly TargetSnapshot[];
  /** It has left the run. */
  readonly gone: boolean;
}

/** One phase's share. */
export interface PhaseSnapshot extends Tally {
  readonly phase: Phase;
  readonly response: Distribution;
  readonly service: Distribution;
}

/** One scenario's share. */
export interface ScenarioSnapshot extends Tally {
  readonly scenario: string;
  readonly response: Distribution;
  readonly service: Distribution;
}

/** One step of the run's timeline. */
export interface Step {
  /** Milliseconds since the run's start. */
  readonly t: number;
  /** Requests that the plan says for this step. */
  readonly planned: number;
  readonly due: number;
  readonly sent: number;
  readonly completed: number;
  readonly ok: number;
  readonly failed: number;
  readonly missed: number;
  /** The phase that most slots of the step have. */
  readonly phase: Phase;
}

/** What a run is doing. */
export const RUN_STATES = [
  "armed",
  "firing",
  "paused",
  "tripped",
  "draining",
  "stopped",
] as const;

/** One of `RUN_STATES`. */
export type RunState = typeof RUN_STATES[number];

/** What kar itself cost so far, and whether it was the limit. */
export interface Cost {
  /** CPU seconds of the whole process, user and system. */
  readonly cpuSec: number;
  readonly rssBytes: number;
  /** CPU milliseconds that the dispatchers spent waiting for the next instant. */
  readonly pollMs: number;
  /** How hard kar tried to be on time; of `auto` the pacing that it chose. */
  readonly pacing: PickedPacing;
}

/**
 * How late this machine wakes a thread that only sleeps, in milliseconds:
 * shorter durations say nothing about a target. A percentile with fewer than
 * ten wakes beyond it is null.
 */
export interface MachineNoise {
  readonly wakes: number;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly maxMs: number;
}

/** What the circuit breaker did, and what it lets through now. */
export interface BreakerSnapshot {
  /** Share of the traffic that is sent: 1 = all of it, 0 = nothing. */
  readonly level: number;
  /** How often it tripped, failed probes included. */
  readonly trips: number;
  /** Milliseconds of each trip, until all traffic was let through again. */
  readonly heldMs: number;
  /** Why it tripped last; null = it never did. */
  readonly reason: string | null;
}

/** The counts of one target that Prometheus gets. */
export type TargetCounts = Pick<
  TargetSnapshot,
  "name" | "protocol" | "failed" | "status" | "statusFailed" | "response"
>;

/** The counts of one journey that Prometheus gets. */
export interface JourneyCounts
  extends
    Pick<JourneySnapshot, "name" | "sent" | "ok" | "failed" | "duration"> {
  readonly steps: readonly TargetCounts[];
}

/**
 * What one process counted. A resumed run continues its predecessor's totals,
 * up to a second less than were scraped. Prometheus takes a counter that goes
 * back for one that began again at 0, and would count all of it a second time,
 * so it gets these.
 */
export interface OwnCounts
  extends Pick<Tally, "sent" | "missed">, Pick<Snapshot, "requests"> {
  readonly latency: Pick<Latency, "sendLag">;
  readonly breaker: Pick<BreakerSnapshot, "trips">;
  readonly targets: readonly TargetCounts[];
  readonly journeys: readonly JourneyCounts[];
  readonly scenarios: readonly (
    & Pick<ScenarioSnapshot, "scenario">
    & Pick<Tally, "ok" | "failed">
  )[];
}

/** Everything known about a run at one instant: all observers read this and nothing else. */
export interface Snapshot extends Tally {
  readonly runId: string;
  readonly plan: Plan;
  readonly state: RunState;
  /** Plan time at which the run began, milliseconds since the epoch. */
  readonly startMs: number;
  /** The same instant by the wall clock. */
  readonly begunMs: number;
  /** Plan time now. */
  readonly nowMs: number;
  /** Plan time at which sending ends; null = not known yet. */
  readonly endMs: number | null;
  /** Rate that the plan says for the current slot, requests per second. */
  readonly plannedRate: number;
  /** Requests sent in the last full second. */
  readonly sentRate: number;
  readonly phase: Phase;
  /** Name of the scenario that goes on; null = none does. */
  readonly scenario: string | null;
  readonly spikeActive: boolean;
  /** What operator and breaker have changed, with what is promised for the next slots. */
  readonly control: Control;
  /** Share of the plan's traffic that this run sends; its rates are rates of this share. */
  readonly share: number;
  /** Whether the run was ended while it was still sending. */
  readonly isCutShort: boolean;
  /** What this process alone counted. */
  readonly own: OwnCounts;
  /** What was counted before this process; null where the run began with it. */
  readonly before: Pick<Tally, "due" | "sent"> | null;
  readonly inFlight: number;
  /** Due and not yet sent or missed. */
  readonly waiting: number;
  readonly latency: Latency;
  readonly timing: Timing;
  /** Response times of about the last ten seconds. */
  readonly recent: Distribution;
  readonly targets: readonly TargetSnapshot[];
  /** Journeys, each with its steps. */
  readonly journeys: readonly JourneySnapshot[];
  /** Requests sent: those of targets, and those of all steps of journeys. */
  readonly requests: number;
  /** Why the last failed request failed, as far as it is known now; null = none has failed. */
  readonly newestReason: TargetReason | null;
  /** Requests that are kept as examples: failures by target and kind, then the slowest. */
  readonly samples: readonly RequestSample[];
  readonly phases: readonly PhaseSnapshot[];
  /** Those that had an arrival. */
  readonly scenarios: readonly ScenarioSnapshot[];
  readonly stepMs: number;
  readonly steps: readonly Step[];
  /** 16 hexadecimal digits over all arrivals that were due so far. */
  readonly arrivalsDigest: string;
  readonly workersUp: number;
  readonly workersWanted: number;
  readonly cost: Cost;
  /** Without a circuit breaker everything is let through. */
  readonly breaker: BreakerSnapshot;
  /** What is proved of what this process sent. */
  readonly proof: ProofSnapshot;
  /** How targets came back from spikes. */
  readonly recovery: RecoverySnapshot;
  /** What was required of the run, and whether it holds. */
  readonly verdict: VerdictSnapshot;
  /** Of this process; absent = not known. */
  readonly noise?: MachineNoise;
  /** The parts that it was merged from; absent = it was not merged. */
  readonly merged?: MergedParts;
  /** Things the user should know, in the order in which they were noticed; bounded. */
  readonly warnings: readonly string[];
}

/** How a part of a fleet's run, counted from 1, is, as another one heard of it. */
export interface PartState {
  readonly part: number;
  /** Whether it has told something of late, and goes on. */
  readonly isTelling: boolean;
  /** Whether it goes on without the bus. */
  readonly isAlone: boolean;
  readonly due: number;
  readonly sent: number;
  /** How well its clock is known against the bus's; null = nothing was heard. */
  readonly clockErrorMs: number | null;
}
