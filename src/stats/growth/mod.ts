/**
 * The run second by second: what its counts have grown by, for whoever judges
 * spans of it. Differences are linear, so that they add up to any span.
 *
 * @module
 */
export { growthOf } from "./totals.ts";
export { GrowthReader } from "./reader.ts";
export * from "./growth.ts";
