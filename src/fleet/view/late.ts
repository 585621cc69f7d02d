import { SLOT_MS, SLOTS_PER_HOUR } from "../../base/mod.ts";
import type { LateEvent, LatePart, PartHead, ToldSpan } from "../types.ts";
import {
  type FleetRunOf,
  type Lateness,
  latenessOf,
  NOTHING_LATE,
  trafficAs,
  type ViewContext,
} from "./context.ts";

/** What a part sent otherwise than all others, because it heard of events late. */
export function lateOf(
  ctx: ViewContext,
  head: PartHead | undefined,
): LatePart[] {
  if (head === undefined) return [];
  const { part, own, spans } = head;
  return spans.flatMap((span, i) => {
    const late = [...latenessOf(ctx.events, span), ...endLateness(ctx, span)]
      .sort((a, b) => a.slot - b.slot);
    // No slot is counted for two spans, whatever is told of them.
    const before = spans.slice(0, i).map(({ madeUpTo }) => madeUpTo);
    const begin = Math.max(span.fromSlot, ...before);
    const due = (as: Lateness, from: number, to: number) => {
      const key = `${span.incarnation} ${as.eventSeq} ${as.late.length}`;
      return ctx.dues.due(trafficAs(ctx, as, own), { part, from, to }, key);
    };
    return lateSpans(ctx, late).flatMap((stretch): LatePart[] => {
      const from = Math.max(stretch.fromSlot, begin);
      const to = Math.min(stretch.toSlot, span.madeUpTo);
      if (from >= to) return [];
      // The plan has nothing behind its end.
      const planned = due(NOTHING_LATE, from, Math.min(to, ctx.end));
      return [{ ...stretch, part, beyond: due(span, from, to) - planned }];
    });
  });
}

/** The end, of a process that went on behind it since it had not heard that it was asked for. */
function endLateness(
  { events, end }: ViewContext,
  { madeUpTo }: ToldSpan,
): LateEvent[] {
  const stop = events.find(({ kind, slot }) => kind === "stop" && slot === end);
  return stop === undefined || madeUpTo <= end
    ? []
    : [{ seq: stop.seq, slot: end, heldSlot: madeUpTo }];
}

/** Stretches in which a part's events were not those of all, each with the events that are why. */
function lateSpans(
  { run, events }: ViewContext,
  late: readonly LateEvent[],
): LateSpan[] {
  const lengths = new Map(
    events.map(({ seq, durationMs }) => [seq, durationMs]),
  );
  const spans: LateSpan[] = [];
  for (const { seq, slot, heldSlot } of late) {
    // A spike that began later ends later.
    const lastsSlots = Math.ceil((lengths.get(seq) ?? 0) / SLOT_MS);
    const toSlot = differsUpTo(run, heldSlot + lastsSlots);
    const last = spans.at(-1);
    if (last !== undefined && slot < last.toSlot) {
      const seqs = [...last.seqs, seq];
      spans[spans.length - 1] = {
        ...{ seqs, fromSlot: last.fromSlot },
        toSlot: Math.max(last.toSlot, toSlot),
      };
    } else spans.push({ seqs: [seq], fromSlot: slot, toSlot });
  }
  return spans;
}

/**
 * The first slot in which arrivals are again as without a difference of the
 * rate before some slot: of evenly spaced ones those of the next hour, since
 * they are spaced by all of their hour.
 */
function differsUpTo(
  { plan, later = [] }: FleetRunOf,
  slot: number,
): number {
  return [plan, ...later].some(({ arrivals }) => arrivals === "uniform")
    ? Math.ceil(slot / SLOTS_PER_HOUR) * SLOTS_PER_HOUR
    : slot;
}

type LateSpan = Omit<LatePart, "part" | "beyond">;
