/**
 * What sends: dispatcher, its worker thread, and the memory threads share.
 *
 * ```
 *  Shared (segments, events, in flight)
 *     │                 Due
 *  Timeline ─▶ Feed ──────▶ Dispatcher ─▶ Client
 *               │               │            │ done
 *               └───────────────┴▶ Recorder ◀┘
 * ```
 *
 * A worker decides nothing about the rate: it computes the arrivals of its
 * lanes from plan and events. It never waits for an answer.
 *
 * @module
 */
export { SETTLED_SLOTS, type StartPoint } from "./feed.ts";
export * from "./link.ts";
export { pickPacing, workersFor } from "./pacing/mod.ts";
export { RealClock } from "./real_clock.ts";
export type { NumberedPlan, SendPlan } from "./due.ts";
export type { SenderOptions } from "./sender.ts";
export * from "./shared.ts";
export { openThreads } from "./threads.ts";
export * from "./timeline.ts";
export { type OpenReplay, replaySourceOf } from "./replay_source.ts";
