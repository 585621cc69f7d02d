/**
 * The rate as a pure function of (pattern, events, slot), and its forecast.
 *
 * ```
 *  base × ramp × schedule × trend × spike × noise × scale × gate
 * ```
 *
 * Everything downstream asks `Traffic.partsAt(slot)`: the dispatcher, the
 * forecast, the report's plan line. Nothing here reads a clock, keeps a moving
 * generator, or can be changed by being read.
 *
 * @module
 */
export { Area, type AreaPoint } from "./area.ts";
export * from "./bounds.ts";
export * from "./events.ts";
export * from "./forecast.ts";
export {
  type FactorName,
  type Factors,
  gapMs,
  minutesOf,
  type Pattern,
  PLANNED_FACTORS,
  type PlannedFactor,
} from "./components/mod.ts";
export {
  type Explanation,
  type RateParts,
  Traffic,
  type TrafficHistory,
} from "./rate.ts";
export { STREAM } from "./streams.ts";
export * from "./types.ts";
