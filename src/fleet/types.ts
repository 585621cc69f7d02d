import type { PartHole, PartSpan } from "../merge/mod.ts";
import type { EventKind, TrafficEvent } from "../pattern/mod.ts";

/** What members tell each other has this version; another one is refused. */
export const FLEET_VERSION = 2;
/** Parts that a run is sent in at most: one for each lane. */
export const PARTS_MAX = 256;
/** Events of a run, and the stretches that a part may have been sent in. */
export const FLEET_EVENTS_MAX = 10_000;
export const TOLD_SPANS_MAX = 256;

/** A run that a fleet sends: what all members and viewers agree on. */
export interface FleetRow {
  readonly version: typeof FLEET_VERSION;
  /** Drawn when the run was opened: a later run of the same name has another one. */
  readonly id: string;
  /** The kar that opened it. */
  readonly kar: string;
  /** SHA-256 of the plan's text. */
  readonly plan: string;
  readonly parts: number;
  /** When the traffic begins, by the bus's clock, milliseconds since the epoch. */
  readonly fireMs: number;
  /** The slot of plan time that begins then. */
  readonly fireSlot: number;
  /** Null = until it is told to end. */
  readonly durationMs: number | null;
}

/** Who holds a part. */
export interface Claim {
  /** The member's name: the same one replaces itself. */
  readonly node: string;
  /** Drawn anew by each process. */
  readonly incarnation: string;
  readonly host: string;
  /** The run that is meant, see `FleetRow.id`. */
  readonly run: string;
}

/** A claim as the bus holds it. */
export interface StoredClaim extends Claim {
  readonly part: number;
  /** Rises with each claim of a run. */
  readonly epoch: number;
  /** When it was stored, by the bus's clock. */
  readonly storedMs: number;
  /** Why what stands there is no claim that this kar understands: the part is somebody else's, whose it may be. Absent = it is one. */
  readonly unread?: string;
}

/**
 * What operators can ask of all parts: changes of the traffic, another plan, and
 * the end of all or of one part. `offer` changes nothing: all get a plan ready,
 * and say whether they can; then `plan` is asked for.
 */
export type FleetEventKind =
  | Extract<
    EventKind,
    "pause" | "resume" | "base" | "max" | "scale" | "spike" | "plan"
  >
  | "offer"
  | "stop"
  | "drain";

/** Kinds of fleet events. */
export const FLEET_EVENT_KINDS = [
  "pause",
  "resume",
  "base",
  "max",
  "scale",
  "spike",
  "plan",
  "offer",
  "stop",
  "drain",
] as const satisfies readonly FleetEventKind[];

/** A change for all parts, with its date. */
export interface DatedEvent {
  /** The first slot for which it holds; for `stop` and `drain` the first that is not sent. */
  readonly slot: number;
  readonly kind: FleetEventKind;
  /** SHA-256 of a plan's text; present exactly for `plan` and `offer`. */
  readonly plan?: string;
  /** As in a `TrafficEvent`, NaN for the plan's value; for `plan` its number, which `EventOrder` gives; for `drain` the part; for `stop` the number of the threshold that asks for it, from 1, 0 = a person. */
  readonly value: number;
  readonly durationMs: number;
  /** The name and the host of who asked. */
  readonly who: string;
}

/** A message among the events that is none that this kar understands: it counts for nobody. */
export type UnreadKind = "unread";

/** An event as the bus holds it. */
export interface StoredEvent extends Omit<DatedEvent, "kind"> {
  /** Of one that cannot be read, `who` says why. */
  readonly kind: FleetEventKind | UnreadKind;
  /** From 1, without gaps. */
  readonly seq: number;
  /** When it was stored, by the bus's clock, milliseconds since the epoch. */
  readonly storedMs: number;
}

/** An event that a part took later than its date, because the bus was away. */
export interface LateEvent {
  readonly seq: number;
  /** Its date. */
  readonly slot: number;
  /** The slot from which it held in that part. */
  readonly heldSlot: number;
}

/** A stretch in which one process sent a part, as it tells it. */
export interface ToldSpan {
  readonly node: string;
  readonly host: string;
  readonly incarnation: string;
  readonly fromSlot: number;
  /** The first slot that not all of its workers have made. */
  readonly madeUpTo: number;
  /** Arrivals of the slots from there on that are counted all the same. */
  readonly over: number;
  /** Events that it knew: all up to this one. */
  readonly eventSeq: number;
  /** Those that it took late. */
  readonly late: readonly LateEvent[];
  /** Whether it has ended as it should. */
  readonly isOver: boolean;
}

/** What a part says of a plan that was offered. */
export interface OfferAnswer {
  /** SHA-256 of the plan's text. */
  readonly plan: string;
  /** Why it cannot send it; null = it is ready. */
  readonly why: string | null;
}

/** What the protocol needs of a part's messages; cumulative, so that lost ones cost nothing. */
export interface PartHead {
  /** See `FleetRow.id`. */
  readonly run: string;
  readonly part: number;
  /** Of its claim: of two processes with one part, the higher one counts. */
  readonly epoch: number;
  /** Rises with each snapshot of a process. */
  readonly seq: number;
  /** Stretches of this part so far, its own last. */
  readonly spans: readonly ToldSpan[];
  /** Events known: all up to this one. */
  readonly eventSeq: number;
  /** What its own circuit breaker did of late. */
  readonly own: readonly TrafficEvent[];
  /** What became of the plans that were offered last. */
  readonly offers: readonly OfferAnswer[];
  /** Whether it goes on without the bus. */
  readonly isAlone: boolean;
  /** Its clock against the bus's: how far it was off, and how well that is known. */
  readonly offsetMs: number;
  readonly errorMs: number;
}

/** The result of all parts of a run together. */
export interface PartsView {
  readonly spans: readonly PartSpan[];
  /** What of the plan no part has reported, up to the slot that was asked for. */
  readonly holes: readonly PartHole[];
  /** Requests beyond the common plan, and events taken late. */
  readonly late: readonly LatePart[];
  /** The first slot that is not sent any more; Infinity = none is known. */
  readonly endSlot: number;
}

/** A stretch in which a part sent otherwise than all others, because it took events late. */
export interface LatePart {
  readonly part: number;
  readonly seqs: readonly number[];
  readonly fromSlot: number;
  readonly toSlot: number;
  /** Requests that it sent and the plan did not contain; negative = those that it left out. */
  readonly beyond: number;
}
