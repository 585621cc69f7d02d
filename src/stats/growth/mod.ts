/**
 * The run second by second: how much its counts have grown, for judging spans
 * of it. Differences are linear, so they add up to any span.
 *
 * @module
 */
export { growthOf } from "./totals.ts";
export { GrowthReader } from "./reader.ts";
export * from "./growth.ts";
