/**
 * Writes a record beside a run, in a thread of its own.
 *
 * ```
 *  Run ─▶ RecordObserver ─▶ Flush ─▶ RecordWriter ─▶ thread: Recording ─▶ file
 * ```
 *
 * @module
 */
export type { Entry, WriterState } from "./messages.ts";
export { RecordObserver } from "./observer.ts";
export { Recording } from "./recording.ts";
export { openWriter, type RecordWriter } from "./writer.ts";
