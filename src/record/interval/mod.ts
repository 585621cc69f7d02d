/**
 * What is counted in one interval of a record, how intervals become one, and
 * how they are cut into rows. Pure.
 *
 * @module
 */
export { Accumulator } from "./accumulator.ts";
export { addLaws, lawBinsOf, lawSince, LawSums } from "./law.ts";
export { addIntervals, addLoads, addRows } from "./load.ts";
export {
  type SeriesId,
  seriesIn,
  type SeriesKind,
  type StoredAnswers,
  type StoredHistogram,
  storedOf,
  type StoredStep,
  type StoredTotals,
} from "./stored.ts";
export type { Interval, Load, TimelineRow } from "./types.ts";
