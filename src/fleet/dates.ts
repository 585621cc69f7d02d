import { SLOT_MS } from "../base/mod.ts";
import type { FleetRow } from "./types.ts";

/** An event holds so long after it is stored, at least: what makes the horizon a promise. */
export const LEAD_MS = 2000;
/** Who takes a part over gets ready so long before the first slot that may be its own. */
export const READY_MS = 700;
/** What an author adds for the way to the bus. */
const AUTHOR_MARGIN_MS = 300;
/** No event is dated further ahead of its stamp. */
export const AHEAD_MS_MAX = 3_600_000;

type Start = Pick<FleetRow, "fireMs" | "fireSlot">;

/** When a slot begins, by the bus's clock. */
export function slotBeginMs({ fireMs, fireSlot }: Start, slot: number): number {
  return fireMs + (slot - fireSlot) * SLOT_MS;
}

/** The slot that is under way at an instant of the bus's clock. */
export function slotAtMs({ fireMs, fireSlot }: Start, ms: number): number {
  return fireSlot + Math.floor((ms - fireMs) / SLOT_MS);
}

/** The first slot that begins at an instant or later. */
function slotFromMs({ fireMs, fireSlot }: Start, ms: number): number {
  return fireSlot + Math.ceil((ms - fireMs) / SLOT_MS);
}

/**
 * Rule H: the first slot that must not be made, of a member that has begun a
 * look at an instant and knows everything stored until then. Whatever is
 * stored later is dated later than all slots before it.
 *
 * @param look when it was begun, by the bus's clock as far as that is known
 */
export function horizonOf(
  row: Start,
  { askedMs, errorMs }: {
    readonly askedMs: number;
    readonly errorMs: number;
  },
): number {
  return slotAtMs(row, askedMs + LEAD_MS - errorMs) + 1;
}

/** The slot to which an author dates an event now, by the bus's clock. */
export function dateFor(
  row: Start,
  { nowMs, errorMs }: { readonly nowMs: number; readonly errorMs: number },
): number {
  const soonestMs = nowMs + errorMs + LEAD_MS + AUTHOR_MARGIN_MS;
  return Math.max(row.fireSlot, slotFromMs(row, soonestMs));
}

/** The first slot after a run's duration; Infinity = it has none. */
export function lastSlotOf(
  { fireSlot, durationMs }: Pick<FleetRow, "fireSlot" | "durationMs">,
): number {
  return durationMs === null
    ? Infinity
    : fireSlot + Math.ceil(durationMs / SLOT_MS);
}
