/**
 * Parts of one traffic, sent by machines that did not talk, as one run: whether
 * they belong together, and what of the plan none of them has.
 *
 * ```
 *  PartSpan[] ─▶ togetherOf ─┬▶ holesOf(plan, fire, end) ─▶ PartHole[]
 *                            └▶ doublesOf ───────────────▶ PartDouble[]
 * ```
 *
 * Reads no file and adds no count: totals are added where they are kept.
 *
 * @module
 */
export { commonChanges, type KnownChanges } from "./changes.ts";
export { doublesOf } from "./doubles.ts";
export { mergedParts } from "./merged.ts";
export {
  dueOf,
  firedAt,
  type SlotSpan,
  type TraceOf,
  trafficOf,
} from "./due.ts";
export { holesOf } from "./holes.ts";
export {
  lanesCount,
  lanesIn,
  missingParts,
  partsIn,
  partText,
} from "./lanes.ts";
export { jointPlans, type KnownPlans, numbered } from "./plans.ts";
export { type PartsOfRun, togetherOf } from "./spans.ts";
export * from "./types.ts";
