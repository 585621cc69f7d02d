/**
 * What a record holds, as the values that reports are made of.
 *
 * @module
 */
export { recordHdrLog } from "./hdr_log.ts";
export { type JudgedOutcome, judgeRecord } from "./judge.ts";
export { samplesOf, snapshotOf, stepsOf } from "./snapshot.ts";
export { type RecordColumn, RecordReader } from "../reader/mod.ts";
