/**
 * What a run hands to its successor, and how the successor takes it over.
 *
 * @module
 */
export { UNRESOLVED, withFormer } from "./former_targets.ts";
export { FirstRank, type SavedRank, saveRank } from "./ranks.ts";
export {
  checkSavedBeside,
  historyOf,
  readSavedRun,
  type RestoredRun,
  saveRun,
  trafficOf,
  withCounts,
  withoutCounts,
} from "./saved_run.ts";
