/**
 * What a run comes to: measures held against limits. One judge serves kar's own
 * limits, the circuit breaker, and what a user asks for. Reads counts and never
 * makes any; knows no clock and acts on nothing.
 *
 * @module
 */
export * from "./judge.ts";
export * from "./limits.ts";
