import type { JudgingPlan } from "../plan/mod.ts";
import type {
  RecoverySnapshot,
  SavedVerdict,
  Threshold,
  VerdictSnapshot,
} from "../threshold/mod.ts";
import type { SeriesName } from "./gather.ts";
import { JudgedThreshold } from "./judged_threshold.ts";
import { RecoveryWatch } from "./recovery/mod.ts";
import { type JudgedSecond, Trust } from "./second.ts";
import type { Recoveries } from "./value.ts";

/** The default strictness. */
const NOTHING_ASKED: JudgingPlan = {
  thresholds: [],
  tolerate: 0.05,
  allowUnknown: false,
};

/**
 * Judges everything that is required of a run, second by second. It says what
 * is not kept; the run acts on it.
 */
export class Judging {
  readonly #series: () => readonly SeriesName[];
  #plan: JudgingPlan = NOTHING_ASKED;
  #judged: readonly JudgedThreshold[] = [];
  readonly #trust = new Trust();
  readonly #recovery: Recoveries;
  #seconds = 0;
  #untrusted = 0;
  #stoppedBy: string | null = null;

  /**
   * @param series names of targets and steps by number, as they are now
   * @param recovery who else knows of spikes; absent = they are watched here
   */
  constructor(
    series: () => readonly SeriesName[],
    recovery: Recoveries = new RecoveryWatch(),
  ) {
    this.#series = series;
    this.#recovery = recovery;
  }

  /** Takes over the requirements of another plan; those that stay the same go on. */
  ask(plan: JudgingPlan = NOTHING_ASKED): void {
    if (plan === this.#plan) return;
    const isAsStrict = plan.tolerate === this.#plan.tolerate;
    const before = new Map(
      this.#judged.map((judged) => [judged.threshold.text, judged]),
    );
    this.#plan = plan;
    this.#judged = plan.thresholds.map((threshold) =>
      (isAsStrict ? before.get(threshold.text) : undefined) ??
        new JudgedThreshold(threshold, {
          series: this.#series,
          recovery: this.#recovery,
          tolerate: plan.tolerate,
        })
    );
  }

  /** Goes on from what a predecessor had counted, and had made of it. */
  restore(counted: JudgedSecond, saved: SavedVerdict): void {
    this.#seconds += saved.seconds;
    this.#untrusted += saved.untrustedSeconds;
    const known = new Map(saved.thresholds.map((each) => [each.text, each]));
    for (const judged of this.#judged) {
      judged.restore(counted, known.get(judged.threshold.text) ?? null);
    }
  }

  /** What a successor needs to go on. */
  save(): SavedVerdict {
    return {
      seconds: this.#seconds,
      untrustedSeconds: this.#untrusted,
      thresholds: this.#judged.map((judged) => judged.save()),
    };
  }

  /**
   * Takes a second of the run.
   *
   * @returns the thresholds that have just been broken
   */
  take(second: JudgedSecond): Threshold[] {
    this.#recovery.take(second);
    const { now, beforeSec } = this.#trust.take(second);
    this.#seconds += second.seconds;
    this.#untrusted += beforeSec + (now ? second.seconds : 0);
    return this.#judged.filter((judged) => judged.take(second, now))
      .map(({ threshold }) => threshold);
  }

  /** Takes what came since the last second, and judges for the last time. */
  end(rest: JudgedSecond): void {
    for (const judged of this.#judged) judged.end(rest);
  }

  /** The circuit breaker has answered: its thresholds judge what comes from now on. */
  answered(): void {
    for (const judged of this.#judged) {
      if (judged.threshold.action === "breaker") judged.forget();
    }
  }

  /** A threshold ends the run. */
  stop({ text }: Threshold): void {
    this.#stoppedBy ??= text;
  }

  /** How targets came back from spikes so far. */
  recovery(): RecoverySnapshot {
    return this.#recovery.read(this.#series());
  }

  /** As it stands. */
  read(): VerdictSnapshot {
    const { tolerate, allowUnknown } = this.#plan;
    return {
      thresholds: this.#judged.map((judged) => judged.read()),
      seconds: this.#seconds,
      untrustedSeconds: this.#untrusted,
      tolerate,
      allowUnknown,
      stoppedBy: this.#stoppedBy,
    };
  }
}
