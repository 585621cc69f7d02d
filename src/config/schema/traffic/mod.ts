/**
 * How much traffic, and when: rate, schedule, pattern and scenarios.
 *
 * @module
 */
export { DAYS } from "./schedule.ts";
export { ScenariosSchema, scenariosWithin } from "./scenario.ts";
export {
  ControllerSchema,
  DEFAULT_BASE_TPS,
  PatternSchema,
} from "./traffic.ts";
export { IN_FLIGHT_MAX, LimitsSchema } from "./limits.ts";
