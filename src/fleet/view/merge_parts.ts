import { SLOT_MS, slotStartMs } from "../../base/mod.ts";
import {
  firedAt,
  type HoleReason,
  type PartHole,
  type PartSpan,
} from "../../merge/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import { Dues, type FleetTraffic } from "./dues.ts";
import {
  countingEvents,
  endSlotOf,
  eventsOfPart,
  trafficEventOf,
} from "../events.ts";
import type {
  FleetRow,
  LateEvent,
  LatePart,
  PartHead,
  PartsView,
  StoredEvent,
  ToldSpan,
} from "../types.ts";

/** A run of a fleet, with everything that was asked of it. */
export interface FleetRunOf {
  readonly plan: Plan;
  /** Plans that took its place, by their numbers from 1: as many as its events name. */
  readonly later?: readonly Plan[];
  readonly row: FleetRow;
  /** All that were stored. */
  readonly events: readonly StoredEvent[];
}

/** What a view is made from, and how far it goes. */
export interface ViewAsked {
  /** The first slot of which nothing is said yet: what nobody has told of before it is a hole. */
  readonly upTo: number;
  /** Parts that still report: what they have not reported yet is not a hole. */
  readonly isTelling?: (part: number) => boolean;
  /** Sums of earlier views. */
  readonly dues?: Dues;
}

/**
 * The last one of each part, whichever comes first: of one process the highest
 * number, of two the later claim. Lost, doubled and reordered ones change
 * nothing.
 */
export function newest<Told extends PartHead>(
  known: Told | undefined,
  told: Told,
): Told {
  if (known === undefined) return told;
  const isNewer = told.epoch > known.epoch ||
    (told.epoch === known.epoch && told.seq > known.seq);
  return isNewer ? told : known;
}

/** Clocks differ by less than this, whatever is reported. */
const SLACK_SLOTS = 600;

/**
 * Whether a part can have sent what it tells: what would lie before the run, or
 * in times to come, is no part's, and would be counted slot by slot.
 *
 * @param slot the one that is under way
 */
export function isPossible(
  { id, parts, fireSlot }: FleetRow,
  { run, part, spans }: PartHead,
  slot: number,
): boolean {
  return run === id && part <= parts &&
    spans.every((span) =>
      span.fromSlot >= fireSlot - SLACK_SLOTS &&
      span.madeUpTo <= Math.max(slot, fireSlot) + SLACK_SLOTS
    );
}

/** What every part did, and what of the plan no part has reported. Pure. */
export function mergeParts(
  run: FleetRunOf,
  told: readonly PartHead[],
  { upTo, isTelling = () => false, dues = new Dues() }: ViewAsked,
): PartsView {
  const { row } = run;
  const events = countingEvents(row, run.events);
  const end = endSlotOf(row, events);
  const ctx: ViewContext = { run, events, end, dues };
  const byPart = new Map<number, PartHead>();
  for (const one of told) {
    if (one.run !== row.id) continue;
    byPart.set(one.part, newest(byPart.get(one.part), one));
  }
  const parts = Array.from({ length: row.parts }, (_, i) => i + 1);
  const to = Math.min(upTo, end);
  const holes = parts.flatMap((part) =>
    holesOfPart(ctx, { part, head: byPart.get(part), to, isTelling })
  );
  return {
    spans: parts.flatMap((part) => spansOf(row, byPart.get(part))),
    holes: holes.filter(({ due }) => due !== 0)
      .sort((a, b) => a.fromMs - b.fromMs || a.part - b.part),
    late: parts.flatMap((part) => lateOf(ctx, byPart.get(part))),
    endSlot: end,
  };
}

interface ViewContext {
  readonly run: FleetRunOf;
  /** Those that count. */
  readonly events: readonly StoredEvent[];
  /** The first slot that is not sent any more. */
  readonly end: number;
  readonly dues: Dues;
}

interface PartAsked {
  readonly part: number;
  readonly head: PartHead | undefined;
  readonly to: number;
  readonly isTelling: (part: number) => boolean;
}

/** The stretches of a part between those that were told. */
function holesOfPart(
  ctx: ViewContext,
  { part, head, to, isTelling }: PartAsked,
): PartHole[] {
  const { run: { row }, dues } = ctx;
  const own = head?.own ?? [];
  const spans = head?.spans ?? [];
  const first = { madeUpTo: row.fireSlot, over: 0, why: firstWhy(head) };
  const edges = [
    first,
    ...spans.map((span, i) => ({
      madeUpTo: span.madeUpTo,
      over: span.over,
      why: whyAfter(span, i < spans.length - 1),
    })),
  ];
  const common = trafficAs(ctx, NOTHING_LATE, own);
  return edges.flatMap(({ madeUpTo, over, why }, i): PartHole[] => {
    const next = spans[i];
    if (next === undefined && isTelling(part)) return [];
    const until = Math.min(next?.fromSlot ?? to, to);
    if (until < madeUpTo) return [];
    const span = { part, from: madeUpTo, to: until };
    return [{
      ...{ part, parts: row.parts, why },
      due: dues.due(common, span, "common") - over,
      fromMs: slotStartMs(madeUpTo),
      toMs: slotStartMs(until),
    }];
  });
}

type Lateness = Pick<ToldSpan, "late" | "eventSeq" | "madeUpTo">;

const NOTHING_LATE: Lateness = { late: [], eventSeq: Infinity, madeUpTo: 0 };

/** The traffic as a process has it that took some events late, and never heard of others. */
function trafficAs(
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
function latenessOf(
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

function firstWhy(head: PartHead | undefined): HoleReason {
  return head === undefined ? "absent" : "late";
}

function whyAfter({ isOver }: ToldSpan, isFollowed: boolean): HoleReason {
  return isOver && !isFollowed ? "stopped" : "killed";
}

function spansOf(row: FleetRow, head: PartHead | undefined): PartSpan[] {
  if (head === undefined) return [];
  return head.spans.map((
    { host, incarnation, fromSlot, madeUpTo, isOver },
  ) => ({
    ...{ part: head.part, parts: row.parts, host, runId: incarnation },
    ...{ fromSlot, toSlot: madeUpTo, over: 0 },
    end: isOver ? "ended" : "killed",
    control: firedAt(row.fireSlot),
  }));
}

/** The end, of a process that went on behind it since it had not heard that it was asked for. */
function endLateness(
  { events, end }: ViewContext,
  { madeUpTo }: Lateness,
): LateEvent[] {
  const stop = events.find(({ kind, slot }) => kind === "stop" && slot === end);
  return stop === undefined || madeUpTo <= end
    ? []
    : [{ seq: stop.seq, slot: end, heldSlot: madeUpTo }];
}

/** What a part sent otherwise than all others, because it heard of events late. */
function lateOf(
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
    const due = (as: Lateness, { fromSlot, toSlot }: LateSpan) => {
      const end = as === NOTHING_LATE ? ctx.end : Infinity;
      const from = Math.max(fromSlot, begin);
      const to = Math.max(from, Math.min(toSlot, span.madeUpTo, end));
      const key = `${span.incarnation} ${as.eventSeq} ${as.late.length}`;
      return ctx.dues.due(trafficAs(ctx, as, own), { part, from, to }, key);
    };
    return lateSpans(ctx.events, late)
      .filter(({ fromSlot, toSlot }) =>
        Math.max(fromSlot, begin) < Math.min(toSlot, span.madeUpTo)
      )
      .map((stretch) => ({
        ...{ ...stretch, part },
        beyond: due(span, stretch) - due(NOTHING_LATE, stretch),
      }));
  });
}

/** Stretches in which a part's events were not those of all, each with the events that are why. */
function lateSpans(
  events: readonly StoredEvent[],
  late: readonly LateEvent[],
): LateSpan[] {
  const lengths = new Map(
    events.map(({ seq, durationMs }) => [seq, durationMs]),
  );
  const spans: LateSpan[] = [];
  for (const { seq, slot, heldSlot } of late) {
    // A spike that began later ends later.
    const lastsSlots = Math.ceil((lengths.get(seq) ?? 0) / SLOT_MS);
    const toSlot = heldSlot + lastsSlots;
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

type LateSpan = Omit<LatePart, "part" | "beyond">;

/** The changes of the traffic that all have taken alike. */
export function commonEvents(run: FleetRunOf) {
  return countingEvents(run.row, run.events)
    .flatMap((event) => trafficEventOf(event) ?? []);
}
