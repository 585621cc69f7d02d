import {
  type CountsProof,
  type Dispersion,
  LANE_CELLS,
  laneCell,
  MINUTE_ROWS,
  minuteOf,
} from "../../stats/mod.ts";

/**
 * Compares what workers sent or missed with the plan, whose arrivals are made
 * again afterwards: lane by lane, minute by minute of plan time. Counts are
 * sums, so the row of one minute may later serve another.
 */
export class CountsAgain {
  readonly #planned = new Float64Array(LANE_CELLS);
  /** Minutes that are under way, or ended too recently to be compared. */
  readonly #open = new Set<number>();
  #all = 0;
  #wrongLanes = 0;
  #hasCompared = false;

  /** Adds one arrival of the plan. */
  plan(slot: number, lane: number): void {
    this.#planned[laneCell(slot, lane)]!++;
    this.#all++;
  }

  /** Says that a slot was made again. */
  made(slot: number): void {
    this.#open.add(minuteOf(slot));
  }

  /**
   * Compares the minutes that are over since a while; all of them at the end.
   *
   * @param handled what workers sent or missed, by the same cells
   * @param slot where the run is now
   * @param lost arrivals that went with a worker: their lanes are not known
   */
  compare(handled: ArrayLike<number>, slot: number, lost: number): void {
    const now = minuteOf(slot);
    for (const minute of this.#open) {
      if (minute < now - 1) this.#compareRow(minute, handled, lost);
    }
  }

  /** Compares everything. */
  end(handled: ArrayLike<number>, lost: number): void {
    for (const minute of this.#open) this.#compareRow(minute, handled, lost);
  }

  /** What is known so far. */
  read(handled: ArrayLike<number>, lost: number): CountsProof {
    let sum = lost;
    for (let i = 0; i < LANE_CELLS; i++) sum += handled[i]!;
    const isWrong = this.#wrongLanes > 0;
    return {
      result: isWrong ? "refuted" : this.#hasCompared ? "proved" : "not_yet",
      planned: this.#all,
      handled: sum,
      wrongLanes: this.#wrongLanes,
    };
  }

  #compareRow(
    minute: number,
    handled: ArrayLike<number>,
    lost: number,
  ): void {
    this.#open.delete(minute);
    this.#hasCompared = true;
    const lanes = LANE_CELLS / MINUTE_ROWS;
    const first = (minute % MINUTE_ROWS) * lanes;
    let less = 0;
    let more = 0;
    let wrong = 0;
    for (let cell = first; cell < first + lanes; cell++) {
      const off = handled[cell]! - this.#planned[cell]!;
      if (off !== 0) wrong++;
      if (off < 0) less -= off;
      else more += off;
    }
    // What a lost worker left is compared by its sum, and not by lanes.
    const isLoss = more === 0 && less <= lost;
    if (!isLoss) this.#wrongLanes += wrong;
  }
}

/** Lengths of the windows in which counts are compared with the plan. */
const DISPERSION_SECS = [1, 10, 60] as const;
const WINDOWS_MIN = 10;

/** How much the counts of a run vary, window by window. */
export class DispersionSums {
  readonly #sums = DISPERSION_SECS.map((windowSec) => ({
    ...{ windowSec, windows: 0, index: 0 },
    ...{ seconds: 0, planned: 0, sent: 0 },
  }));

  /** Takes a second: what was planned for it, and what was sent of it. */
  take(planned: number, sent: number): void {
    for (const sum of this.#sums) {
      sum.planned += planned;
      sum.sent += sent;
      if (++sum.seconds < sum.windowSec) continue;
      if (sum.planned > 0) {
        sum.index += (sum.sent - sum.planned) ** 2 / sum.planned;
        sum.windows++;
      }
      sum.seconds = sum.planned = sum.sent = 0;
    }
  }

  read(): Dispersion[] {
    return this.#sums.map(({ windowSec, windows, index }) => ({
      windowSec,
      windows,
      index: windows < WINDOWS_MIN ? null : index / windows,
    }));
  }
}
