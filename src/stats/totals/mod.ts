/**
 * What was counted, as a value: made from sums, saved and sent as JSON, added
 * to other totals, and turned back into a region.
 *
 * @module
 */
export { readTotals } from "./check.ts";
export { subtractTotals } from "./difference.ts";
export { packTotals, plainTotals } from "./pack.ts";
export { reasonsOf, regionOf, type SeriesNames, settled } from "./region.ts";
export { stagesWith, withScenarios } from "./stages.ts";
export { addTotals, NO_TOTALS, sumReasons, sumTotals } from "./sum.ts";
export {
  type CodeTotals,
  type HistogramTotals,
  type SeriesTotals,
  type TargetTotals,
  type Totals,
  totalsOf,
  withCountedReasons,
} from "./totals.ts";
