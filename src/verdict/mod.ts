/**
 * The result of a run: measures compared with limits. One judge serves kar's
 * own limits, the circuit breaker, and the user's thresholds.
 *
 * ```
 *  Growth ─▶ gather ─▶ SpanSample ─▶ SlidingWindow · WholeRun ─▶ judge ─▶ VerdictSnapshot
 * ```
 *
 * Reads counts and never makes any; knows no clock and acts on nothing.
 *
 * @module
 */
export * from "./judge.ts";
export { Judging } from "./judging.ts";
export * from "./limits.ts";
export * from "./outcome.ts";
export * from "./proof/mod.ts";
export * from "./recovery/mod.ts";
export type { JudgedSecond } from "./second.ts";
