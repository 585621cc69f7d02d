import type { Phase } from "../pattern/mod.ts";
import type { ProofName, ProofResult } from "../threshold/mod.ts";
import { FINE, type Growth, type SeriesGrowth } from "../stats/mod.ts";
import { limitsOf, type OwnDoing } from "./limits.ts";
import { DurationSum } from "./duration_sum.ts";

/** One second of a run, with what judging needs to know of it. */
export interface JudgedSecond extends Growth {
  /** Plan time of its end, milliseconds since the epoch. */
  readonly atMs: number;
  /** Its length: more than 1 where nobody could look in between. */
  readonly seconds: number;
  /** The phase that it ended in. */
  readonly phase: Phase;
  /** The scenario that it ended in; null = none. */
  readonly scenario: string | null;
  /** What spikes multiply the rate by at its end; 1 = none is under way. */
  readonly spike: number;
  /** What was proved up to its end. */
  readonly proofs: Readonly<Record<ProofName, ProofResult>>;
  /** Names of the plan's scenarios. */
  readonly scenarios: readonly string[];
}

/** Says of each second whether kar itself was the limit. Its memory is taken once. */
export class Trust {
  readonly #lag = new DurationSum(FINE);

  /** Whether kar itself was the limit in a second. */
  isLacking(second: JudgedSecond): boolean {
    this.#lag.clear();
    this.#lag.add(second.sendLag);
    return limitsOf(ownDoingOf(second, this.#lag)).length > 0;
  }
}

function ownDoingOf({ parts }: JudgedSecond, sendLag: DurationSum): OwnDoing {
  const sum = (count: (part: SeriesGrowth) => number) =>
    parts.reduce((sum, part) => sum + count(part), 0);
  return {
    due: sum(({ sent, missed }) => sent + missed),
    late: sum((part) => part.late),
    workerLost: sum((part) => part.workerLost),
    generator: sum((part) => part.generator),
    sendLag,
  };
}
