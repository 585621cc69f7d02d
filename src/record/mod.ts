/**
 * The record: one SQLite file of a run, written while it runs, from which
 * reports, pages and comparisons are made. It holds differences by second,
 * series and phase, and rolls them up:
 *
 * ```
 *  Run.measured() ─▶ differences ─▶ thread ─▶ 1 s ─▶ 10 s ─▶ 1 min ─▶ 10 min ─▶ 1 h ─▶ 1 d
 *                                              └──────────── RecordReader ───────────┘
 *                                                 span ─▶ Totals ─▶ Snapshot
 * ```
 *
 * Merging is exact: histograms are added cell by cell, percentiles never.
 *
 * @module
 */
export type { Interval } from "./interval/mod.ts";
export { LEVELS, type TimeSpan } from "./ladder/mod.ts";
export {
  mergedMoment,
  mergeRecords,
  type MomentOfPart,
  proofOf,
} from "./merge/mod.ts";
export { momentFrom, planOf } from "./meta.ts";
export type { RunMeta, StoredMoment, StoredSample } from "./meta.ts";
export {
  type RecordColumn,
  recordHdrLog,
  RecordReader,
  snapshotOf,
} from "./read/mod.ts";
export { readingOf } from "./store/mod.ts";
export { sentTraffic } from "./sent.ts";
export * from "./write/mod.ts";
