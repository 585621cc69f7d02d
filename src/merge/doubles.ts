import { slotStartMs } from "../base/mod.ts";
import { dueOf, type SlotSpan } from "./due.ts";
import { further, type WholeRunSpan } from "./holes.ts";
import { partsIn } from "./lanes.ts";
import { plansAfter } from "./plans.ts";
import type { PartDouble, PartName, PartSpan } from "./types.ts";

/**
 * What members of a fleet that were cut off have sent while others had begun to
 * send their parts. All due less these, and with all holes, is the plan.
 *
 * @param spans in the order of parts and time
 * @param within the stretch that is looked at; absent = the whole run
 */
export function doublesOf(
  run: WholeRunSpan,
  spans: readonly PartSpan[],
  within: SlotSpan = { from: run.fireSlot, to: Infinity },
): PartDouble[] {
  return partsIn(spans).flatMap((name) => {
    const own = spans.filter(({ part, parts }) =>
      part === name.part && parts === name.parts
    );
    return sharedBy(own)
      .flatMap((overlap) => doubleOf(run, { overlap, name, within }));
  });
}

/** Slots that two spans have. */
interface SharedSpan extends SlotSpan {
  /** The one that had begun before. */
  readonly first: PartSpan;
  /** The one that ended before the other. */
  readonly ended: PartSpan;
}

function sharedBy(spans: readonly PartSpan[]): SharedSpan[] {
  const overlaps: SharedSpan[] = [];
  let first: PartSpan | undefined;
  for (const span of spans) {
    if (first !== undefined && span.fromSlot < first.toSlot) {
      const ended = further(first, span) === span ? first : span;
      overlaps.push({ from: span.fromSlot, to: ended.toSlot, first, ended });
    }
    first = further(first, span);
  }
  return overlaps;
}

/** As much of an overlap as lies within some slots. */
function doubleOf(
  { plan, fireSlot, trace, plans = [] }: WholeRunSpan,
  { overlap, name, within }: {
    readonly overlap: SharedSpan;
    readonly name: PartName;
    readonly within: SlotSpan;
  },
): PartDouble[] {
  const { first, ended } = overlap;
  const from = Math.max(overlap.from, within.from);
  const to = Math.min(overlap.to, within.to);
  if (from >= to) return [];
  // Who is cut off hears of nothing, so its last state is that of all the time.
  const changes = [{ slot: overlap.from, control: first.control }];
  const held = plansAfter(plans, overlap.from, first);
  const due = dueOf(
    { ...name, plan, plans: held, fireSlot, changes, trace },
    { from, to },
  );
  return [{
    ...name,
    fromMs: slotStartMs(from),
    toMs: slotStartMs(to),
    due: due + (to === overlap.to ? ended.over : 0),
  }];
}
