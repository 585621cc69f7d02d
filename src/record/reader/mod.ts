/**
 * Reading a record, and nothing of what reports are made of: whoever shows its
 * columns loads this alone.
 *
 * @module
 */
export type { AnswerRow, StepRow } from "../store/mod.ts";
export type { TimelineRow } from "../interval/mod.ts";
export type { Level, TimeSpan } from "../ladder/mod.ts";
export {
  type RecordColumn,
  RecordReader,
  type SpanMeasures,
} from "./reader.ts";
