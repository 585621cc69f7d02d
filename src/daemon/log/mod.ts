/**
 * The log: structured lines in files that take turns. Whoever adds a line is
 * never held up and never sees an error; a full disk costs lines, which are
 * counted, and nothing else.
 *
 * ```
 *  add ─▶ Log (bounded queue) ─▶ RotatingFile ─▶ NAME.log, NAME.log.1, …
 * ```
 *
 * @module
 */
export * from "./entry.ts";
export { Log, type LogTarget } from "./log.ts";
export { RotatingFile } from "./rotating_file.ts";
export { follow, lastLines } from "./tail.ts";
