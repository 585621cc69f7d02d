/**
 * What is counted, and how it is read.
 *
 * ```
 *  worker: Recorder ─▶ shared memory (Layout) ◀─ Collector ─▶ Reading ─▶ Snapshot
 * ```
 *
 * Each worker writes its own region without locks or allocation; the main
 * thread sums regions about ten times a second. Every sink reads the
 * Snapshot made from that, so they cannot disagree. Reading never writes.
 *
 * @module
 */
export * from "./collector.ts";
export * from "./distribution.ts";
export * from "./geometry.ts";
export * from "./histogram.ts";
export { COUNTER, createRegion, GAUGE, Layout } from "./layout.ts";
export { Reading, total } from "./reading.ts";
export { RecentWindow } from "./recent.ts";
export * from "./reasons.ts";
export { Recorder } from "./recorder.ts";
export { loadTotals, type SavedTotals, saveTotals } from "./saved.ts";
export { readTotals } from "./saved_check.ts";
export * from "./snapshot.ts";
export * from "./steps.ts";
export * from "./worker_reading.ts";
