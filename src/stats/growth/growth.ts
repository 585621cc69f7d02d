import type { Pairs } from "../hdr/mod.ts";
import type { Phase } from "../../pattern/mod.ts";
import type { Geometry } from "../geometry.ts";

/** Durations that came in a second: linear, so that seconds add up to spans. */
export interface DurationGrowth {
  readonly shape: Geometry;
  /** Cell and count in turns; a cell may occur more than once. */
  readonly cells: Pairs;
  readonly sumMs: number;
  /**
   * Least and greatest: exact where it is a new extreme of the run, otherwise
   * to the width of a cell.
   */
  readonly minMs: number;
  readonly maxMs: number;
}

/** What one second added to one target in one phase. */
export interface SeriesGrowth {
  /** The target's number. */
  readonly target: number;
  readonly phase: Phase;
  /** The scenario's number; −1 = none. */
  readonly scenario: number;
  readonly sent: number;
  /** Without those that were left over when the run stopped. */
  readonly missed: number;
  readonly late: number;
  readonly workerLost: number;
  /** Without what kar itself broke (`generator`) or ended (`aborted`). */
  readonly completed: number;
  /** Those of them that were not a success. */
  readonly failed: number;
  readonly generator: number;
  readonly response: DurationGrowth;
  readonly service: DurationGrowth;
}

/** Answers of one target by code. */
export interface CodeGrowth {
  readonly target: number;
  /** Code, answers, and those of them that were not a success. */
  readonly codes: readonly (readonly [number, number, number])[];
}

/** How much the counts of a run have grown since they were last read. */
export interface Growth {
  readonly parts: readonly SeriesGrowth[];
  readonly codes: readonly CodeGrowth[];
  readonly sendLag: DurationGrowth;
  readonly connect: DurationGrowth;
  readonly firstByte: DurationGrowth;
}
