/**
 * One run: states, events, collection, stop rules, drain.
 *
 * @module
 */
export {
  checkSavedBeside,
  readSavedRun,
  withCounts,
  withoutCounts,
} from "./saved/mod.ts";
export * from "./types.ts";
export { checkBounds, whole } from "./actions.ts";
export { BEHIND_SLOTS } from "./run_parts.ts";
export { EngineRun } from "./run.ts";
export type * from "./deps.ts";
export { RealClock } from "../worker/mod.ts";
export { startRun } from "./start.ts";
export { composeSnapshot, type Moment } from "./compose_snapshot.ts";
