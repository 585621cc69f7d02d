import type { TrafficEvent } from "../pattern/mod.ts";
import { AHEAD_MS_MAX, lastSlotOf, LEAD_MS, slotBeginMs } from "./dates.ts";
import type { FleetRow, LateEvent, StoredEvent } from "./types.ts";

/**
 * Rule V: an event counts for nobody when its date is too near its stamp, since
 * some may have sent that slot before they could know of it. The stamp is the
 * bus's, so that all judge alike.
 */
export function isVoid(row: FleetRow, event: StoredEvent): boolean {
  const aheadMs = slotBeginMs(row, event.slot) - event.storedMs;
  // Written so that an invalid stamp, whose instant is NaN, makes the event
  // void.
  return event.kind === "unread" || event.slot < row.fireSlot ||
    !(aheadMs >= LEAD_MS && aheadMs <= AHEAD_MS_MAX);
}

/**
 * The events that count, with the slots from which they hold: in the order in
 * which they were stored, so that one that is dated before an earlier one holds
 * from that one's slot. The same for all, whenever they ask.
 */
export class EventOrder {
  readonly #row: FleetRow;
  #lastSlot = -Infinity;
  #lastSeq = 0;
  #plans = 0;

  constructor(row: FleetRow) {
    this.#row = row;
  }

  /** The last one that was taken; 0 = none. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /**
   * Takes the next one. @returns null for a void one
   */
  take(event: StoredEvent): StoredEvent | null {
    this.#lastSeq = event.seq;
    if (isVoid(this.#row, event)) return null;
    // An offer holds nowhere, whatever its date.
    if (event.kind === "offer") return event;
    this.#lastSlot = Math.max(this.#lastSlot, event.slot);
    const slot = this.#lastSlot;
    return event.kind === "plan"
      ? { ...event, slot, value: ++this.#plans }
      : { ...event, slot };
  }
}

/** The events among these that count. */
export function countingEvents(
  row: FleetRow,
  events: readonly StoredEvent[],
): StoredEvent[] {
  const order = new EventOrder(row);
  return events.flatMap((event) => order.take(event) ?? []);
}

/** The change of the traffic that an event is; null = it changes nothing, or ends something. */
export function trafficEventOf(
  { slot, kind, value, durationMs }: StoredEvent,
): TrafficEvent | null {
  switch (kind) {
    case "stop":
    case "drain":
    case "offer":
    case "unread":
      return null;
    default:
      return { slot, kind, value, durationMs };
  }
}

/** Hashes of the plans that took the first one's place, by their numbers from 1. */
export function plansOf(counting: readonly StoredEvent[]): string[] {
  return counting.flatMap(({ kind, plan }) =>
    kind === "plan" && plan !== undefined ? [plan] : []
  );
}

/** What an event is that cannot be read, in words. */
export function unreadText({ seq, who }: StoredEvent): string {
  return `Change ${seq} on the bus is none that this kar understands (${who}): it counts for nobody`;
}

/**
 * The first slot that is not sent any more: of a part, or of the whole run.
 *
 * @param events those that count
 */
export function endSlotOf(
  row: FleetRow,
  events: readonly StoredEvent[],
  part?: number,
): number {
  const ends = events.filter(({ kind, value }) =>
    kind === "stop" || (kind === "drain" && value === part)
  );
  return Math.min(lastSlotOf(row), ...ends.map(({ slot }) => slot));
}

/** The changes of the traffic as a part has taken them: some of them late, and some of its own. */
export function eventsOfPart(
  events: readonly StoredEvent[],
  { late, own }: {
    readonly late: readonly LateEvent[];
    readonly own: readonly TrafficEvent[];
  },
): TrafficEvent[] {
  const heldFrom = new Map(late.map(({ seq, heldSlot }) => [seq, heldSlot]));
  const taken = events.flatMap((event) => {
    const slot = heldFrom.get(event.seq) ?? event.slot;
    return trafficEventOf({ ...event, slot }) ?? [];
  });
  return [...taken, ...own].sort((a, b) => a.slot - b.slot);
}
