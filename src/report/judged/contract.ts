import type {
  RecoverySnapshot,
  TargetRecovery,
  ThresholdAction,
  UnknownReason,
  WindowCounts,
} from "../../threshold/mod.ts";
import type { RunOutcome } from "../../verdict/mod.ts";

/** What a run comes to. */
export interface VerdictV1 {
  readonly outcome: RunOutcome;
  /** The threshold that has ended the run; null = none. */
  readonly stoppedBy: string | null;
  /** Seconds that were judged, and those in which kar itself was the limit. */
  readonly seconds: number;
  readonly untrustedSeconds: number;
  /** Share of them that is tolerated. */
  readonly tolerate: number;
}

/** How targets came back from spikes. */
export interface RecoveryV1 {
  /** The last thousand, the oldest first. */
  readonly spikes: readonly {
    readonly start: string;
    /** As planned: the multiplier is back at 1. */
    readonly end: string;
    readonly factor: number;
    readonly targets: readonly TargetRecovery[];
  }[];
  /** By target (Kaplan–Meier); null = not known. */
  readonly medians: RecoverySnapshot["medians"];
}

/** One threshold. */
export interface ThresholdV1 {
  /** As it was written. */
  readonly threshold: string;
  readonly action: ThresholdAction;
  readonly result: "pass" | "fail" | "unknown";
  /** Why it is unknown; else null. */
  readonly why: UnknownReason | null;
  /** Of the whole run, or of the worst window; null = not known. */
  readonly value: number | string | null;
  readonly limit: number | string;
  /** Of value and limit; a share is 0 to 1. */
  readonly unit: "ms" | "share" | "count" | "perSec" | "proof";
  /** When it was first not kept; null = it always was. */
  readonly breachedAt: string | null;
  /** Null = it looks at the whole run. */
  readonly windows: WindowCounts | null;
}
