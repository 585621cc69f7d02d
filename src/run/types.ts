import type { PlanSources } from "../transport/mod.ts";
import type { Clock } from "../base/mod.ts";
import type {
  Change,
  Explanation,
  Forecast,
  ForecastSpan,
  Pattern,
  TrafficEvent,
} from "../pattern/mod.ts";
import type { HeldPlan, Plan } from "../plan/mod.ts";
import type {
  LawCounts,
  PartState,
  RequestSample,
  SecondCounts,
  Snapshot,
  Totals,
} from "../stats/mod.ts";
import type { Threshold } from "../threshold/mod.ts";
import type { ReadyPlan } from "./reloads.ts";
import type { Moment } from "./compose_snapshot.ts";

export type { ReadyPlan };

/** What an operator can ask of a run. Each becomes an event dated to a slot edge. */
export type Action =
  | { readonly kind: "fire" }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  /** Requests per second; null goes back to the plan's value. */
  | { readonly kind: "base"; readonly value: number | null }
  | { readonly kind: "max"; readonly value: number | null }
  /** Multiplies the rate; 1 = as planned. */
  | { readonly kind: "scale"; readonly value: number }
  | {
    readonly kind: "spike";
    /** Absent = the height of the plan's own. */
    readonly factor?: number | undefined;
    /** Rise and decay together; absent = 10 s. */
    readonly durationMs?: number | undefined;
  };

/**
 * What a run hands to its successor: state, changes by operators and totals.
 * Plain JSON; only this folder reads its content.
 */
export interface SavedRun {
  readonly version: 1;
  readonly planId: string;
  /** Plan time at which it was saved, milliseconds since the epoch. */
  readonly savedMs: number;
  /** Everything else. */
  readonly body: unknown;
}

/** How a run is started. */
export interface RunOptions {
  readonly plan: Plan;
  /** Value of each of `plan.variables`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Data and files that its requests are made of; absent = none. */
  readonly sources?: PlanSources;
  /** Plan time at which the run begins; absent = now, and plan time follows the wall clock. */
  readonly startMs?: number;
  /**
   * Wall instant at which the run begins, milliseconds since the epoch; absent
   * = now. Plan time then follows the wall clock from there. If the instant has
   * passed, the run joins at the slot that is due now: what was due before is
   * not sent.
   */
  readonly atMs?: number;
  /**
   * Ends this many milliseconds after it began, or was fired where it began
   * armed; rounded up to whole slots; absent = runs until told.
   */
  readonly durationMs?: number;
  /** Starts in state `armed` instead of firing at once. */
  readonly armed?: boolean;
  /** Sends only part `index` (from 1) of `count` equal parts of the traffic. */
  readonly stripe?: { readonly index: number; readonly count: number };
  /** Receives one log line for each event, clock jump and lost worker. */
  readonly log?: (line: string, level: "info" | "warn") => void;
  /** Notes from before the start, kept in every snapshot. */
  readonly warnings?: readonly string[];
  /** Continues a run of the same plan from the state that it has saved. */
  readonly restore?: SavedRun;
  /** Aborted = the start is cancelled: a setup under way ends at once. */
  readonly cancel?: AbortSignal;
  /** Set where others date its events and say how far it may go. */
  readonly steered?: SteeredStart;
}

/** How a run begins that others steer. */
export interface SteeredStart {
  /** The clock that plan time goes by. */
  readonly clock: Clock;
  /**
   * The changes of the plan since its fire, in the order of the slots; those in
   * `restore` do not count.
   */
  readonly events: readonly TrafficEvent[];
  /**
   * Patterns of plans that were in force before this one, by their numbers from
   * 0: that of the plan follows them. Absent = it is the first. The run begins
   * no sooner than `BEHIND_SLOTS` after the slot from which this one holds.
   */
  readonly former?: readonly Pattern[];
  /** No slot begins before this instant of that clock. */
  readonly notBeforeMs: number;
  /** The first slot that may not be made yet. */
  readonly heldSlot: number;
}

/** One of the last seconds, with the plan time at which it began, in whole seconds since the epoch. */
export interface PlannedSecond extends SecondCounts {
  readonly t: number;
}

/** What a run has measured, as values that can be kept: a snapshot is made of the same values. */
export interface Measured {
  readonly totals: Totals;
  /** What another run had counted and `totals` include; null = nothing. */
  readonly former: Totals | null;
  /** What a report says besides the counts. */
  readonly moment: Moment;
  /** The last seconds of the timeline; the newest ones still grow. */
  readonly seconds: readonly PlannedSecond[];
  /** Requests that are kept as examples; the same list as long as nothing has changed. */
  readonly samples: readonly RequestSample[];
  /** The latest changes by operators and the breaker. */
  readonly changes: readonly Change[];
  /** Plans that this process has taken over, the last ones. */
  readonly plans: readonly HeldPlan[];
  /** Gaps between sends since this process began. */
  readonly law: LawCounts;
}

/** How far a run has come with its plan, at the last reading. */
export interface PartProgress {
  readonly fromSlot: number;
  /** The first slot that not all workers have made. */
  readonly madeUpTo: number;
  /** Arrivals of the slots from there on that are counted already. */
  readonly over: number;
}

/** How others steer a run whose plan time has no leaps. */
export interface Steering {
  /** The plan in force. */
  readonly plan: Plan;
  /**
   * Makes no slot from this one on; slots that may have been made are not taken
   * back. @returns the first slot that certainly was not made
   */
  holdFrom(slot: number): number;
  /** Takes an event; a `plan` has a number that `preparePlan` gave. @returns the slot from which it holds */
  applyAt(event: TrafficEvent): number;
  /**
   * Makes a plan ready in all workers; nothing of it is sent.
   *
   * @throws {KarError} for one that cannot take the place of the plan in force
   */
  preparePlan(
    plan: Plan,
    variables: Readonly<Record<string, string>>,
    sources?: PlanSources,
  ): Promise<ReadyPlan>;
  /** Ends before a slot, or before the first one that certainly was not made. */
  endBefore(slot: number): void;
  /** Notes that a threshold, judged by others, is the reason for its end. */
  stoppedBy(threshold: Threshold): void;
  progress(): PartProgress;
}

/** A run that others can steer. */
export interface SteeredRun extends Run {
  readonly steering: Steering;
}

/** All parts of a fleet's run. */
export interface AllParts {
  /** Which of them this process sends; 0 = none. */
  readonly part: number;
  /** What is known of them together, now. Never rejects. */
  look(): Promise<{
    readonly snapshot: Snapshot;
    readonly parts: readonly PartState[];
  }>;
}

/** A run under way. Reading it never changes it. */
export interface Run {
  readonly runId: string;
  /** What is known now. */
  snapshot(): Snapshot;
  /** The same as values that can be kept, at the last reading; meant for once a second. */
  measured(): Measured;
  /** Adds a line to the warnings of every snapshot from now on. */
  warn(line: string): void;
  /**
   * What this run will send in a span that lies ahead if nothing changes any
   * more: plan and events as they are now.
   */
  forecast(span: ForecastSpan): Forecast;
  /**
   * Why the whole traffic has its rate, now or at a plan time that lies ahead
   * if nothing changes any more.
   *
   * @throws {KarError} `usage` for an instant that has passed
   */
  explain(atMs?: number): Explanation;
  /**
   * Applies an operator's change.
   *
   * @returns the plan time from which it holds, milliseconds since the epoch
   * @throws {KarError} when the state does not allow it
   */
  apply(action: Action): Promise<number>;
  /**
   * Takes another plan over; what does not change goes on.
   *
   * @returns the plan time from which it holds
   * @throws {KarError} when the new plan needs a restart; the old one stays
   */
  reload(
    plan: Plan,
    variables: Readonly<Record<string, string>>,
    sources?: PlanSources,
  ): Promise<number>;
  /** Present where it is a fleet's run, or a part of one. */
  readonly parts?: AllParts;
  /** `; not confirmed by part 2 (b)`: who of a fleet has not confirmed what holds from a plan time; empty = all have. Absent = it sends no part of one. */
  unconfirmedAt?(heldMs: number): string;
  /**
   * Ends a fleet's run, at one slot for all parts. Absent = it sends no part of
   * one.
   *
   * @returns the plan time from which nothing more is due
   * @throws {KarError} when it cannot be asked for
   */
  endAll?(): Promise<number>;
  /**
   * State and changes by operators, including promised ones that do not hold
   * yet; totals at the last reading.
   */
  save(): SavedRun;
  /** No new requests from the second slot edge on; open ones may end within the shutdown timeout. */
  drain(): void;
  /** Ends everything at once: what is open is counted as `aborted`. */
  stop(): void;
  /** The final snapshot, once the run has ended and freed everything. */
  readonly finished: Promise<Snapshot>;
}
