/**
 * What is counted, and how it is read.
 *
 * ```
 *  worker: Recorder ─▶ region (Layout) ◀─ Collector ─▶ Sums ─▶ Reading ─▶ Snapshot
 *  before: Totals ─▶ region ◀────────────────┘           └─▶ Totals
 * ```
 *
 * Each worker writes its own region without locks or allocation; the main
 * thread sums regions about ten times a second. What a predecessor counted is
 * one more region, which nobody writes any more. Every observer reads the
 * Snapshot made from that, so they cannot disagree. Reading never writes.
 *
 * @module
 */
export * from "./collector.ts";
export * from "./distribution.ts";
export * from "./geometry.ts";
export * from "./histogram.ts";
export {
  COUNTER,
  createRegion,
  GAUGE,
  Layout,
  RUN_HISTOGRAMS,
  type RunHistogram,
  shapeOf,
  TALLY,
  unsettled,
} from "./layout.ts";
export { Reading, total } from "./reading.ts";
export { RecentWindow } from "./recent.ts";
export * from "./reasons.ts";
export * from "./proof/mod.ts";
export { ProofWriter } from "./proof_writer.ts";
export { Recorder } from "./recorder.ts";
export * from "./samples/mod.ts";
export * from "./snapshot.ts";
export * from "./steps.ts";
export * from "./growth/mod.ts";
export { Sums } from "./sums.ts";
export * from "./totals/mod.ts";
export * from "./worker_reading.ts";
