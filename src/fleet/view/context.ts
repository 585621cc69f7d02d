import type { Plan } from "../../plan/mod.ts";
import { eventsOfPart, trafficEventOf } from "../events.ts";
import type {
  FleetRow,
  LateEvent,
  PartHead,
  StoredEvent,
  ToldSpan,
} from "../types.ts";
import type { Dues, FleetTraffic } from "./dues.ts";

/** A run of a fleet, with everything that was asked of it. */
export interface FleetRunOf {
  readonly plan: Plan;
  /** Plans that took its place, by their numbers from 1: as many as its events name. */
  readonly later?: readonly Plan[];
  readonly row: FleetRow;
  /** All that were stored. */
  readonly events: readonly StoredEvent[];
}

/** What a view counts by. */
export interface ViewContext {
  readonly run: FleetRunOf;
  /** Those that count. */
  readonly events: readonly StoredEvent[];
  /** The first slot that is not sent any more. */
  readonly end: number;
  readonly dues: Dues;
}

/** What decides how a process has the events. */
export type Lateness = Pick<ToldSpan, "late" | "eventSeq" | "madeUpTo">;

/** As all have them. */
export const NOTHING_LATE: Lateness = {
  late: [],
  eventSeq: Infinity,
  madeUpTo: 0,
};

/** The traffic as a process has it that took some events late, and never heard of others. */
export function trafficAs(
  { run: { plan, later = [], row }, events }: ViewContext,
  lateness: Lateness,
  own: PartHead["own"],
): FleetTraffic {
  const late = latenessOf(events, lateness);
  return { plan, later, row, events: eventsOfPart(events, { late, own }) };
}

/**
 * The changes that a process took late, and those that it never heard of, each
 * once and in the order of their slots: what names no change is none.
 */
export function latenessOf(
  events: readonly StoredEvent[],
  { late, eventSeq, madeUpTo }: Lateness,
): LateEvent[] {
  const heldFrom = new Map(late.map(({ seq, heldSlot }) => [seq, heldSlot]));
  return events.flatMap((event): LateEvent[] => {
    const { seq, slot } = event;
    if (trafficEventOf(event) === null) return [];
    const isUnheard = seq > eventSeq && slot < madeUpTo;
    const heldSlot = heldFrom.get(seq) ?? (isUnheard ? madeUpTo : slot);
    return heldSlot > slot ? [{ seq, slot, heldSlot }] : [];
  });
}
