/**
 * Two runs beside each other: for each measure the difference, the interval in
 * which it lies, and a word. Pure.
 *
 * @module
 */
export { compareRuns } from "./compare.ts";
export { type FailIf, failsIf, measureOf, parseFailIf } from "./fail_if.ts";
export { COMPARE_MEASURES } from "./measures.ts";
export * from "./types.ts";
