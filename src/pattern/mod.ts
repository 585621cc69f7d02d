/**
 * The rate as a pure function of (pattern, events, slot), and its forecast.
 *
 * ```
 *  base × ramp × schedule × trend × scenario × calendar × drift × burst × spike
 *       × noise × irregular × scale × gate
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
export { SlotShape, slotShapeOf } from "./burst_inside.ts";
export type { DirectedShare } from "./directed.ts";
export * from "./events.ts";
export * from "./forecast.ts";
export * from "./irregular/mod.ts";
export {
  type BurstSpec,
  CALENDAR_MAX,
  type CalendarDay,
  DRIFTS_MAX,
  type DriftSpec,
  type FactorName,
  gapMs,
  highestMax,
  type InjectStep,
  minutesOf,
  type Pattern,
  PLANNED_FACTORS,
  scenarioNames,
  SCENARIOS_MAX,
  scenariosMs,
  type ScenarioSpec,
} from "./components/mod.ts";
export { disturbanceOf, type Explanation, type RateParts } from "./rate.ts";
export { STREAM } from "./streams.ts";
export { Traffic, type TrafficHistory } from "./traffic.ts";
export * from "./types.ts";
export { Wander } from "./wander.ts";
