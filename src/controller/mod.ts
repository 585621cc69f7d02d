/**
 * One run: states, events, collection, stop rules, drain.
 *
 * @module
 */
export * from "./types.ts";
