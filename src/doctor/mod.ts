/**
 * Whether a machine is fit to measure: what was measured of it, held against what
 * a plan wants. Takes figures and gives findings, each with what to do. Measures
 * nothing itself.
 *
 * @module
 */
export { findingsOf, fitnessOf } from "./judge.ts";
export { machineCount, machinesFor } from "./machines.ts";
export {
  type ClockLooks,
  noiseOf,
  STILL_MS,
  trustedPercentile,
} from "./noise.ts";
export type * from "./types.ts";
