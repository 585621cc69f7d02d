import { slotStartMs } from "../../base/mod.ts";
import {
  firedAt,
  type HoleReason,
  type PartHole,
  type PartSpan,
} from "../../merge/mod.ts";
import {
  type FleetRunOf,
  NOTHING_LATE,
  trafficAs,
  type ViewContext,
} from "./context.ts";
import { Dues } from "./dues.ts";
import { countingEvents, endSlotOf, trafficEventOf } from "../events.ts";
import { lateOf } from "./late.ts";
import type { FleetRow, PartHead, PartsView, ToldSpan } from "../types.ts";

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

/** The changes of the traffic that all have taken alike. */
export function commonEvents(run: FleetRunOf) {
  return countingEvents(run.row, run.events)
    .flatMap((event) => trafficEventOf(event) ?? []);
}
