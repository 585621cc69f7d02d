/**
 * Exact instants of requests, packed: some three bytes each.
 *
 * ```
 *  instants ─▶ InWindow (10 s, sorted) ─▶ TracePacker ─▶ bytes ─▶ TraceReader ─▶ TraceCursor
 * ```
 *
 * A packed trace can be read from any place, with memory that does not grow
 * with it, by every worker that sends a part of it. Reads and writes no file:
 * it takes bytes, and asks for them by their place.
 *
 * @module
 */
export { TraceCursor } from "./cursor.ts";
export { TracePacker } from "./packer.ts";
export {
  isTrace,
  NoTrace,
  type ReadAt,
  type TraceHead,
  TraceReader,
  type TraceTarget,
} from "./reader.ts";
export { copiesOf, lengthUsOf, type ReplaySpec } from "./replay_spec.ts";
export { InWindow } from "./window.ts";
