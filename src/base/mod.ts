/**
 * The ground everything stands on: units, clock, chance, errors. Knows nothing
 * of load testing, and touches neither time nor the system.
 *
 * @module
 */
export * from "./clock.ts";
export * from "./concat.ts";
export * from "./errors.ts";
export * from "./painted.ts";
export * from "./printable.ts";
export * from "./runtime/event_interval.ts";
export * from "./random.ts";
export * from "./suggest.ts";
export * from "./template.ts";
export * from "./units.ts";
export * from "./untrusted.ts";
export * from "./runtime/v8_flags.ts";
