/**
 * Several machines, one run: the rules that members of a fleet follow. Pure:
 * the bus is a port, the clock an argument, and the sender is a `PartSender`.
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
export * from "./ask/mod.ts";
export type * from "./bus.ts";
export { BusTime } from "./bus_time.ts";
export * from "./dates.ts";
export {
  countingEvents,
  endSlotOf,
  eventsOfPart,
  isVoid,
  plansOf,
  trafficEventOf,
  unreadText,
} from "./events.ts";
export { type JoinedPart, joinPart } from "./join.ts";
export * from "./member/mod.ts";
export * from "./types.ts";
export * from "./view/mod.ts";
export * from "./wire.ts";
