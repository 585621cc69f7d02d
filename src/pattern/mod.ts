/**
 * The rate as a pure function of (pattern, events, slot).
 *
 * @module
 */
export * from "./types.ts";
