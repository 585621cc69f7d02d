/**
 * One run: states, events, collection, stop rules, drain.
 *
 * @module
 */
export * from "./types.ts";
export { EngineRun, type HealthWatch, type Surroundings } from "./run.ts";
