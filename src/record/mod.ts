/**
 * The record: one SQLite file of a run, written while it runs, from which
 * reports, pages and comparisons are made. It holds differences by second,
 * series and phase, and rolls them up:
 *
 * ```
 *  Run.measured() ─▶ differences ─▶ thread ─▶ 1 s ─▶ 10 s ─▶ 1 min ─▶ 10 min ─▶ 1 h
 *                                              └──────── RecordReader ────────┘
 *                                                 span ─▶ Totals ─▶ Snapshot
 * ```
 *
 * Merging is exact: histograms are added cell by cell, percentiles never.
 *
 * @module
 */
export type { Interval, Load, TimelineRow } from "./interval/mod.ts";
export {
  COLUMNS_MAX,
  type Level,
  LEVELS,
  type Rung,
  type TimeSpan,
} from "./ladder/mod.ts";
export {
  type MergedFile,
  mergedMoment,
  mergeRecords,
  type MomentOfPart,
  proofOf,
} from "./merge/mod.ts";
export { momentOf, momentText, planOf } from "./meta.ts";
export type {
  Ending,
  Machine,
  RunMeta,
  StoredMoment,
  StoredSample,
} from "./meta.ts";
export {
  type RecordColumn,
  recordHdrLog,
  RecordReader,
  snapshotOf,
  type SpanMeasures,
} from "./read/mod.ts";
export { readingOf } from "./store/mod.ts";
export type {
  AnswerRow,
  Note,
  RunRow,
  StepRow,
  WholeRow,
} from "./store/mod.ts";
export { type SentTraffic, sentTraffic } from "./sent.ts";
export * from "./write/mod.ts";
