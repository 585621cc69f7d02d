/**
 * What the rate is made of: one file and one row of `COMPONENTS` each. Rate,
 * forecast, its CSV and `kar explain` iterate over the table.
 *
 * @module
 */
import { burst, type WithBurst } from "./burst.ts";
import { calendar, type WithCalendar } from "./calendar.ts";
import { drift, type DriftSpec, type WithDrift } from "./drift.ts";
import { gate } from "./gate.ts";
import { irregular } from "./irregular.ts";
import { noise } from "./noise.ts";
import { ramp } from "./ramp.ts";
import { scale } from "./scale.ts";
import { scenario, type WithScenarios } from "./scenario.ts";
import { schedule } from "./schedule.ts";
import { spikes } from "./spikes.ts";
import { trend, type WithTrend } from "./trend.ts";
import type { WithIrregular } from "../irregular/mod.ts";
import type { BasePattern } from "../types.ts";

export type { OpenComponent } from "./component.ts";
export type { BurstSpec } from "./burst.ts";
export { CALENDAR_MAX, type CalendarDay } from "./calendar.ts";
export { DRIFTS_MAX, type DriftSpec } from "./drift.ts";
export { gateOf } from "./gate.ts";
export {
  highestMax,
  type InjectStep,
  scenarioIndexAt,
  scenarioNames,
  SCENARIOS_MAX,
  scenariosMs,
  type ScenarioSpec,
} from "./scenario.ts";
export { minutesOf } from "./schedule.ts";
export { gapMs } from "./spikes.ts";

/**
 * All components, in the order in which they are multiplied. The order decides
 * the last bit of a rate, and so the digests of plans that exist: a new
 * component may stand anywhere, since a factor of 1 changes no bit.
 */
export const COMPONENTS = [
  ramp,
  schedule,
  trend,
  scenario,
  calendar,
  drift,
  burst,
  spikes,
  noise,
  irregular,
  scale,
  gate,
] as const;

/** What decides the rate: the base, and the spec of each component. */
export interface Pattern
  extends
    BasePattern,
    WithCalendar,
    WithTrend,
    WithScenarios,
    WithDrift,
    WithBurst,
    WithIrregular {
  /** How the shares of targets move; absent = they are what they are. */
  readonly mix?: DriftSpec | undefined;
}

/** Name of a factor. */
export type FactorName = typeof COMPONENTS[number]["name"];

/** A factor of the rate by the name of each component; 1 = no effect. */
export type Factors = Readonly<Record<FactorName, number>>;

/** Name of a factor that the plan alone decides. */
export type PlannedFactor = Extract<
  typeof COMPONENTS[number],
  { readonly isPlanned: true }
>["name"];

/** The factors that forecasts have a column of. */
export const PLANNED_FACTORS: readonly PlannedFactor[] = COMPONENTS
  .flatMap((component) => component.isPlanned ? [component.name] : []);
