/**
 * Several machines, one run: what members of a fleet owe each other. Pure: the
 * bus is a port, the clock an argument, and what sends is a `PartSender`.
 *
 * ```
 *  Bus ──look──▶ FleetMember ──horizon, events──▶ PartSender (the run)
 *   ▲                 │
 *   └──── tell ───────┘        told ─▶ mergeParts ─▶ spans, holes, late
 * ```
 *
 * Rule H (`dates.ts`) says which slots a member may make, rule V (`events.ts`)
 * which events count for nobody.
 *
 * @module
 */
export * from "./author.ts";
export { AwakeTime } from "./awake.ts";
export type * from "./bus.ts";
export { BusTime, CLOCK_ERROR_WARN_MS } from "./bus_time.ts";
export * from "./dates.ts";
export {
  countingEvents,
  endSlotOf,
  EventOrder,
  eventsOfPart,
  isVoid,
  trafficEventOf,
} from "./events.ts";
export { type JoinedPart, type JoinOptions, joinPart } from "./join.ts";
export { FleetMember } from "./member.ts";
export type * from "./sender.ts";
export * from "./types.ts";
export * from "./view/mod.ts";
export * from "./wire.ts";
