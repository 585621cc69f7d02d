/**
 * What a run comes to: measures held against limits. One judge serves kar's own
 * limits, the circuit breaker, and what a user asks for.
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
export { type JudgedSecond, Trust } from "./second.ts";
export { SHARE_SAMPLES_MIN } from "./value.ts";
