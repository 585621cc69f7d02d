import type { Result, WindowCounts } from "./snapshot.ts";
import type { ProofResult } from "./words.ts";

/**
 * What came of one threshold, as a run hands it over: what the totals cannot
 * tell any more.
 */
export interface SavedThreshold {
  /** As it was written: the successor's is the same where its text is. */
  readonly text: string;
  readonly result: Result;
  readonly value: number | ProofResult | null;
  readonly breachedMs: number | null;
  readonly windows: WindowCounts | null;
  /** What was gathered of the whole run, second by second. */
  readonly part: number;
  readonly whole: number;
}

/** What a run had been judged by when it was handed over. */
export interface SavedVerdict {
  readonly seconds: number;
  readonly untrustedSeconds: number;
  readonly thresholds: readonly SavedThreshold[];
}

/** Nothing was judged, or by a kar that did not hand it over. */
export const NOTHING_SAVED: SavedVerdict = {
  seconds: 0,
  untrustedSeconds: 0,
  thresholds: [],
};
