/**
 * Which requests are due, and when.
 *
 * The traffic is 256 lanes; the arrivals of (lane, slot) depend only on
 * (plan, events, lane, slot). A stripe is a set of lanes, so any number of
 * workers sends the same list between them, without talking. Never sends,
 * waits, or reads a clock.
 *
 * @module
 */
export * from "./arrival.ts";
export * from "./cursor.ts";
export * from "./digest_span.ts";
export * from "./lanes.ts";
export { ArrivalList } from "./list.ts";
export { targetShareOf } from "./mix.ts";
export { type Ranks, ranksOf } from "./ranks.ts";
export * from "./slot_traffic.ts";
export { type ReplaySource } from "./kinds/replay.ts";
export * from "./source.ts";
