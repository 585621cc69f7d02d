/**
 * What a record holds, as the values that reports are made of.
 *
 * @module
 */
export { snapshotOf } from "./snapshot.ts";
export { RecordReader, type SpanMeasures } from "./reader.ts";
