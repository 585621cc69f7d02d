import type { Threshold } from "./threshold.ts";
import type { ProofResult } from "./words.ts";

/** What came of holding something against its limit. */
export const RESULTS = ["pass", "fail", "unknown"] as const;
/** One of `RESULTS`. */
export type Result = typeof RESULTS[number];

/** Why a threshold could not be judged. */
export type UnknownReason =
  /** Nothing was counted in what it selects. */
  | "no_data"
  /** Too few for the statistic, or for a share. */
  | "too_few"
  /** The run was shorter than a window. */
  | "too_short"
  /** A record has kept longer intervals only than the window. */
  | "too_coarse"
  /** kar itself was the limit in every window. */
  | "generator";

/** What the windows of a threshold came to. */
export interface WindowCounts {
  readonly kept: number;
  readonly breached: number;
  readonly unknown: number;
}

/** One threshold as it stands. */
export interface ThresholdSnapshot {
  readonly threshold: Threshold;
  readonly result: Result;
  /**
   * In the limit's unit: of the whole run, or of the window that is furthest
   * from being right; null = nothing is known yet.
   */
  readonly value: number | ProofResult | null;
  /** Present where the result is unknown. */
  readonly why: UnknownReason | null;
  /** Plan time at which it was first not kept; null = it always was. */
  readonly breachedMs: number | null;
  /** Null = it looks at the whole run. */
  readonly windows: WindowCounts | null;
}

/** What is asked of a run, as it stands. */
export interface VerdictSnapshot {
  readonly thresholds: readonly ThresholdSnapshot[];
  /** Seconds that were judged, and those of them in which kar itself was the limit. */
  readonly seconds: number;
  readonly untrustedSeconds: number;
  /** Share of them that is tolerated. */
  readonly tolerate: number;
  readonly allowUnknown: boolean;
  /** The threshold that has ended the run; null = none. */
  readonly stoppedBy: string | null;
  /** It is of a part of a run, which the run's end says nothing of; absent = of the run. */
  readonly isOfPart?: true;
}

/** Nothing was asked, and nothing judged. */
export const NO_VERDICT: VerdictSnapshot = {
  thresholds: [],
  seconds: 0,
  untrustedSeconds: 0,
  tolerate: 1,
  allowUnknown: false,
  stoppedBy: null,
};

/** What came of one target after one spike. */
export type RecoveryResult =
  | "recovered"
  /** The next spike, or the end of the run, came first. */
  | "censored"
  /** There was no baseline before it, or too few requests to compare. */
  | "unknown";

/** How one target came back after a spike. */
export interface TargetRecovery {
  readonly target: string;
  readonly result: RecoveryResult;
  /** From the planned end of the spike: until all was as before, or as long as it was watched. */
  readonly ms: number | null;
  /** 95th percentile before it, with the band that it had to come back to; null = unknown. */
  readonly baselineP95Ms: number | null;
}

/** A spike, and what came after it. */
export interface SpikeRecovery {
  /** Plan time, milliseconds since the epoch. */
  readonly startMs: number;
  readonly endMs: number;
  /** By how much it multiplied the rate at its top, as it was seen second by second. */
  readonly factor: number;
  readonly targets: readonly TargetRecovery[];
}

/** How a run came back from its spikes. */
export interface RecoverySnapshot {
  /** The last ones, the oldest first. */
  readonly spikes: readonly SpikeRecovery[];
  /** By target, the time within which half of the spikes were over; null = not known. */
  readonly medians: readonly {
    readonly target: string;
    readonly medianMs: number | null;
    readonly spikes: number;
  }[];
}

/** No spike so far. */
export const NO_RECOVERY: RecoverySnapshot = { spikes: [], medians: [] };
