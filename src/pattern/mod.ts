/**
 * The rate as a pure function of (pattern, events, slot), and its forecast.
 *
 * ```
 *  base × ramp × schedule × max(spikes, manual) × (1 + noise) × scale × gate
 * ```
 *
 * Everything downstream asks `Traffic.partsAt(slot)`: the dispatcher, the
 * forecast, the report's plan line. Nothing here reads a clock, keeps a moving
 * generator, or can be changed by being read.
 *
 * @module
 */
export * from "./events.ts";
export * from "./forecast.ts";
export { Traffic } from "./rate.ts";
export { minutesOf } from "./schedule.ts";
export { gapMs } from "./spikes.ts";
export { STREAM } from "./streams.ts";
export * from "./types.ts";
