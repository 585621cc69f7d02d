import type { TraceReader } from "../trace/mod.ts";
import type { SlotSpan } from "../merge/mod.ts";
import type { Traffic } from "../pattern/mod.ts";
import type { Plan } from "../plan/mod.ts";
import type { LawProof } from "../stats/mod.ts";
import type { ProofResult } from "../threshold/mod.ts";

/** Stretches in which a log and a plan disagree that a result names at most; their lines count on. */
export const FAULTS_MAX = 100;

/** A stretch of plan time in which some lanes were sent. */
export interface SentSpan extends SlotSpan {
  readonly lanes: readonly number[];
  /** Its process was killed: what it sent after `to` was not written down. */
  readonly isKilled: boolean;
}

/** What a record says that a server must have seen. */
export interface Expected {
  /** The trace of a replay; absent = it is none. */
  readonly trace?: TraceReader | undefined;
  readonly plan: Plan;
  readonly traffic: Traffic;
  readonly spans: readonly SentSpan[];
  /** Wall clock less plan time. */
  readonly offsetMs: number;
  /** Numbers of the targets whose requests are in the log; null = all. */
  readonly targets: ReadonlySet<number> | null;
  /** Of their arrivals, those that the record has counted. */
  readonly due: number;
  /** Those that were never sent. */
  readonly missed: number;
  /** Those that were sent and got no answer: the log may have them or not. */
  readonly unanswered: number;
  /** Longest time from a request's intended instant to its line. */
  readonly latencyMs: number;
  /** How far the clocks of kar and the server may be apart. */
  readonly slackMs: number;
}

/** A stretch in which a log has fewer or more lines than the plan. */
export interface LogFault {
  readonly kind: "missing" | "surplus";
  readonly lines: number;
  /** Wall clock; the lines are missing or surplus somewhere between. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Whether a log has a line for each request. */
export interface LogCounts {
  readonly result: ProofResult;
  /** Planned again; the others as the record tells. */
  readonly planned: number;
  readonly due: number;
  readonly missed: number;
  readonly unanswered: number;
  /** Checks of kar's own that may be among the lines; as many more, or missing ones in their place, are not seen. */
  readonly healthChecks: number;
  /** Lines that were held against them. */
  readonly lines: number;
  readonly missing: number;
  readonly surplus: number;
  /** The first `FAULTS_MAX` of them, by time. */
  readonly faults: readonly LogFault[];
}

/** What became of the lines of a log. */
export interface LogLines {
  readonly read: number;
  /** Of other paths than those that were asked for. */
  readonly otherPaths: number;
  /** Before or after the run. */
  readonly outside: number;
  readonly unreadable: number;
  /** The first of them; null = all could be read. */
  readonly firstUnreadable: {
    readonly line: number;
    readonly text: string;
  } | null;
  /** So late that they count, but have no part in the law. */
  readonly unordered: number;
  /** The finest stamp; null = there was none. */
  readonly tickMs: number | null;
}

/** What a server's log proves. */
export interface VerifyResult {
  readonly counts: LogCounts;
  readonly law: LawProof;
  /** Why the law was not taken; null = it was. */
  readonly lawNotTaken: string | null;
  readonly lines: LogLines;
}
