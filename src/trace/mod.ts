/**
 * Exact instants of requests, packed: some three bytes each.
 *
 * ```
 *  instants ─▶ InWindow (10 s, sorted) ─▶ TracePacker ─▶ bytes ─▶ TraceReader ─▶ TraceCursor
 * ```
 *
 * A packed trace is read from any place, by whoever sends a part of it, in
 * memory that does not grow with it. Reads and writes no file: bytes are handed
 * over, and asked for by their place.
 *
 * @module
 */
export { TraceCursor } from "./cursor.ts";
export { TracePacker, type TracePackerOptions } from "./packer.ts";
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
