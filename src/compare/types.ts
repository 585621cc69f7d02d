import type { Pairs } from "../stats/hdr/mod.ts";

/** What was counted in a stretch of a run: one draw of the comparison. */
export interface CompareBlock {
  readonly due: number;
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  readonly missed: number;
  /** Durations by the cells of COARSE. */
  readonly response: Pairs;
  readonly service: Pairs;
  readonly lag: Pairs;
}

/** One of two runs. */
export interface CompareSide {
  /** As the user named it. */
  readonly name: string;
  readonly planId: string;
  readonly seed: number;
  /** Plan time, milliseconds since the epoch. */
  readonly startMs: number;
  /** In the order of time, all of one length; empty = only figures are known. */
  readonly blocks: readonly CompareBlock[];
  /** Figures of a report, where there are no blocks. */
  readonly figures: Readonly<Record<string, number | null>>;
}

/** What can be said of a measure. */
const COMPARE_WORDS = [
  "better",
  "worse",
  "no difference seen",
  "cannot tell",
] as const;

/** One of `COMPARE_WORDS`. */
export type CompareWord = typeof COMPARE_WORDS[number];

/** One measure of both runs. */
export interface ComparedMeasure {
  readonly measure: string;
  /** Milliseconds, or a share of 1; null = nobody knows. */
  readonly a: number | null;
  readonly b: number | null;
  readonly unit: "ms" | "share";
  /**
   * Of a duration B/A − 1, of a share B − A, with the bounds between which it
   * lies in 99 of 100 cases; null = nobody knows.
   */
  readonly change: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly word: CompareWord;
}

/** Two runs compared. */
export interface Comparison {
  readonly a: string;
  readonly b: string;
  /** Whether both sent the same traffic, second by second. */
  readonly isPaired: boolean;
  /** What is not the same, one line each. */
  readonly differences: readonly string[];
  readonly measures: readonly ComparedMeasure[];
}
