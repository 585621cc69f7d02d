import { dueIn } from "../merge/mod.ts";
import type { Snapshot } from "../stats/mod.ts";
import {
  MEASURES,
  type ProofName,
  PROOFS,
  type ThresholdSnapshot,
} from "../threshold/mod.ts";
import { type Bound, judgeOne } from "./judge.ts";

/** The result of a run; the first one that applies counts. */
const RUN_OUTCOMES = [
  /** Not to be trusted: kar fell short, whatever the target did. */
  "invalid",
  /** Ended by a threshold, or held by the circuit breaker when it ended. */
  "stopped",
  "failed",
  /** Something could not be judged. */
  "unknown",
  "passed",
] as const;
/** One of `RUN_OUTCOMES`. */
export type RunOutcome = typeof RUN_OUTCOMES[number];

/** The result of a run, and why. */
export interface RunVerdict {
  readonly outcome: RunOutcome;
  /** Everything in `RUN_OUTCOMES` that applies, the worst first. */
  readonly all: readonly RunOutcome[];
  /** Whether the user required anything. */
  readonly isAsked: boolean;
  /**
   * Thresholds that have failed and are required; those that kar itself has
   * failed are in `ofKar`.
   */
  readonly failed: readonly ThresholdSnapshot[];
  readonly ofKar: readonly ThresholdSnapshot[];
  readonly warned: readonly ThresholdSnapshot[];
  readonly unknown: readonly ThresholdSnapshot[];
  /** Proofs that have failed. */
  readonly refuted: readonly ProofName[];
  /** kar was the limit for longer than is tolerated. */
  readonly isUntrusted: boolean;
  /** More of the plan than is tolerated is in no record that was merged. */
  readonly hasHoles: boolean;
  /** Not one answer was a success. */
  readonly hasNoOk: boolean;
  /** Something was required of a run in which nothing was due: it has tested nothing. */
  readonly hasNothingDue: boolean;
}

/** Of requests that say something of the targets, all failed. */
const NONE_OK: Bound<Snapshot> = {
  name: "none ok",
  measure: ({ completed, ok, failed }) => {
    const { generator = 0, aborted = 0 } = failed;
    return completed - generator - aborted === 0 ? null : ok;
  },
  operator: ">",
  limit: 0,
};

/**
 * What a run comes to. Without thresholds one is implied: a run with no ok
 * answer at all has failed.
 */
export function verdictOf(snapshot: Snapshot): RunVerdict {
  const { verdict, breaker } = snapshot;
  const isAsked = verdict.thresholds.length > 0;
  const isOfPart = verdict.isOfPart === true;
  const broken = verdict.thresholds.filter(({ result }) => result === "fail");
  const isWarning = ({ threshold }: ThresholdSnapshot) =>
    threshold.action === "warn";
  const strict = broken.filter((each) => !isWarning(each));
  const ofKar = strict.filter(isOfKar);
  const failed = strict.filter((each) => !isOfKar(each));
  const unknown = verdict.thresholds.filter((each) =>
    each.result === "unknown" && !isWarning(each)
  );
  const isUntrusted = isAsked &&
    verdict.untrustedSeconds > verdict.tolerate * verdict.seconds;
  // A user who tolerates all of kar's lateness does not need its proof; a
  // request that was never sent is another matter.
  const judgedProofs = PROOFS.filter((name) =>
    name === "counts" || verdict.tolerate < 1
  );
  const refuted = judgedProofs.filter((name) =>
    snapshot.proof[name].result === "refuted"
  );
  const hasHoles = isAsked && holesShare(snapshot) > verdict.tolerate;
  const hasNoOk = judgeOne(NONE_OK, snapshot).result === "fail";
  const hasNothingDue = isAsked && snapshot.due === 0;
  const isLacking = ofKar.length > 0 || isUntrusted || hasHoles;
  const holds: Readonly<Record<RunOutcome, boolean>> = {
    invalid: isAsked && (isLacking || refuted.length > 0),
    stopped: verdict.stoppedBy !== null || (!isOfPart && breaker.level < 1),
    failed: failed.length > 0 || (!isAsked && hasNoOk),
    unknown: (hasNothingDue || unknown.length > 0) && !verdict.allowUnknown,
    passed: true,
  };
  const all = RUN_OUTCOMES.filter((outcome) => holds[outcome]);
  return {
    ...{ outcome: all[0]!, all, isAsked, failed, ofKar, unknown },
    ...{ warned: broken.filter(isWarning), isUntrusted, hasHoles },
    ...{ hasNoOk, hasNothingDue, refuted },
  };
}

/** Share of the plan that is in none of the records that were merged. */
export function holesShare({ due, merged }: Snapshot): number {
  const missing = dueIn(merged?.holes ?? []);
  return missing <= 0 ? 0 : missing / (due + missing);
}

/** Whether kar failed the threshold, and not the target. */
function isOfKar({ threshold }: ThresholdSnapshot): boolean {
  return MEASURES[threshold.measure.name].isOfKar;
}
