/**
 * Writes a record beside a run, in a thread of its own.
 *
 * @module
 */
export type {
  Entry,
  FromWriter,
  RecordFile,
  ToWriter,
  WriterState,
} from "./messages.ts";
export { Recording } from "./recording.ts";
