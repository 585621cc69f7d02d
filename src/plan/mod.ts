/**
 * The plan: a run, frozen. Built once from what the user wrote (`build/`);
 * everything after it takes a plan and never a config. Never changes once it
 * is made: a reload makes another.
 *
 * @module
 */
export { changedFiles } from "./changed_files.ts";
export { heldIndex, type HeldPlan } from "./held.ts";
export {
  formerTarget,
  journeySeries,
  mergePlans,
  RUN_TARGETS_MAX,
  seriesName,
  seriesNames,
} from "./merge.ts";
export { maskedPlan } from "./masked.ts";
export { okRule } from "./ok.ts";
export {
  isSecretCell,
  literalSecrets,
  setupSecrets,
  withNewer,
} from "./secrets.ts";
export * from "./types.ts";
export * from "./journeys.ts";
