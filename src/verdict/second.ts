import type { Phase } from "../pattern/mod.ts";
import type { ProofName, ProofResult } from "../threshold/mod.ts";
import {
  cellMidUs,
  type DurationGrowth,
  FINE,
  type Growth,
  rankOf,
  type SeriesGrowth,
} from "../stats/mod.ts";
import { limitsOf, type OwnDoing, SEND_LAG_LIMIT_MS } from "./limits.ts";
import { DurationSum } from "./duration_sum.ts";

/** One second of a run, with what judging needs to know of it. */
export interface JudgedSecond extends Growth {
  /** Plan time of its end, milliseconds since the epoch. */
  readonly atMs: number;
  /** Its length: more than 1 where nothing could be read in between. */
  readonly seconds: number;
  /** The phase that it ended in. */
  readonly phase: Phase;
  /** The scenario that it ended in; null = none. */
  readonly scenario: string | null;
  /** What spikes and irregularities multiply the rate by at its end; 1 = none is under way. */
  readonly spike: number;
  /** What was proved up to its end. */
  readonly proofs: Readonly<Record<ProofName, ProofResult>>;
  /** Names of the plan's scenarios. */
  readonly scenarios: readonly string[];
}

/** A percentile of the send lag that is judged. */
const LAG_SHARE = 0.99;

/** What is known of kar's own part in a run, after another second. */
export interface Lacking {
  /** Whether kar itself was the limit in that second. */
  readonly now: boolean;
  /** Seconds before it of which that is known only now. */
  readonly beforeSec: number;
}

/**
 * Says of each second whether kar itself was the limit.
 *
 * A second with few sends has no percentile of its own: its lag is judged with
 * that of the seconds before it, as many as it takes. Where that is too late,
 * only seconds are blamed in which as large a share was late.
 */
export class Trust {
  readonly #lag = new DurationSum(FINE);
  /** What `#lag` holds, the oldest first: as many as there must be sends, at most. */
  readonly #seconds: DurationGrowth[] = [];
  /** Late seconds from before there was enough to judge; null = there is. */
  #openSec: number | null = 0;

  /** Takes the next second. */
  take(second: JudgedSecond): Lacking {
    this.#gather(second.sendLag);
    const reasons = limitsOf(ownDoingOf(second, this.#lag));
    const isSpanLate = reasons.includes("send_lag");
    const isOwnLate = lateShareOf(second.sendLag) > 1 - LAG_SHARE;
    const others = isSpanLate ? reasons.length - 1 : reasons.length;
    const now = others > 0 || (isSpanLate && isOwnLate);
    const beforeSec = this.#settle(isSpanLate);
    if (this.#openSec !== null && isOwnLate && !now) {
      this.#openSec += second.seconds;
    }
    return { now, beforeSec };
  }

  #gather(durations: DurationGrowth): void {
    if (durations.cells.length === 0) return;
    this.#seconds.push(durations);
    this.#lag.add(durations);
    while (this.#isEnough(this.#lag.count - countOf(this.#seconds[0]!))) {
      this.#lag.addCells(this.#seconds.shift()!.cells, -1);
    }
  }

  /** @returns the seconds that were open, where there is enough to judge for the first time */
  #settle(isSpanLate: boolean): number {
    if (this.#openSec === null || !this.#isEnough(this.#lag.count)) return 0;
    const open = this.#openSec;
    this.#openSec = null;
    return isSpanLate ? open : 0;
  }

  #isEnough(sends: number): boolean {
    return rankOf(LAG_SHARE, sends) !== null;
  }
}

function countOf({ cells }: DurationGrowth): number {
  let count = 0;
  for (let i = 1; i < cells.length; i += 2) count += cells[i]!;
  return count;
}

/** Share of the sends that were later than kar may be. */
function lateShareOf(durations: DurationGrowth): number {
  const { cells, shape } = durations;
  let late = 0;
  for (let i = 0; i + 1 < cells.length; i += 2) {
    const isLate = cellMidUs(shape, cells[i]!) / 1000 > SEND_LAG_LIMIT_MS;
    if (isLate) late += cells[i + 1]!;
  }
  const all = countOf(durations);
  return all === 0 ? 0 : late / all;
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
