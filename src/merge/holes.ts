import { slotStartMs } from "../base/mod.ts";
import type { Change } from "../pattern/mod.ts";
import type { HeldPlan, Plan } from "../plan/mod.ts";
import { dueOf, firedAt, type SlotSpan, type TraceOf } from "./due.ts";
import { missingParts, partsIn } from "./lanes.ts";
import { plansAfter } from "./plans.ts";
import type { HoleReason, PartHole, PartName, PartSpan } from "./types.ts";

/** The run that parts belong to. */
export interface WholeRunSpan {
  readonly plan: Plan;
  /** The slot in which it was fired. */
  readonly fireSlot: number;
  /** The first slot after its end. */
  readonly endSlot: number;
  /** Needed where the plan is a replay. */
  readonly trace?: TraceOf | undefined;
  /** What was made of the plan in all parts alike, in the order of slots; absent = nothing. */
  readonly changes?: readonly Change[];
  /** Plans that have held, and since when: `jointPlans`; absent = this one alone. */
  readonly plans?: readonly HeldPlan[];
}

/**
 * What of a plan is in no record: lanes that nobody has, and stretches of time
 * in which a part was not there. What they were due is computed, by the
 * functions that send: the union of all parts is the plan less these.
 *
 * @param spans in the order of parts and time
 * @param within the stretch that is looked at; absent = the whole run
 */
export function holesOf(
  run: WholeRunSpan,
  spans: readonly PartSpan[],
  within: SlotSpan = { from: run.fireSlot, to: run.endSlot },
): PartHole[] {
  const there = partsIn(spans);
  const whole = { from: run.fireSlot, to: run.endSlot, before: null };
  const absent = missingParts(there).flatMap((part) =>
    holeOf(run, { gap: whole, part, within })
  );
  const inTime = there.flatMap((part) => {
    const own = spans.filter((span) =>
      span.part === part.part && span.parts === part.parts
    );
    return gapsOf(run, own)
      .flatMap((gap) => holeOf(run, { gap, part, within }));
  });
  return [...absent, ...inTime].filter(({ due }) => due !== 0)
    .sort((a, b) =>
      a.fromMs - b.fromMs || a.parts - b.parts || a.part - b.part
    );
}

/** Slots in which a part was not there, and the span before them. */
interface Gap extends SlotSpan {
  /** Null = nobody has this part; undefined = it had not begun. */
  readonly before: PartSpan | null | undefined;
}

/** A gap of a part, and the slots that are looked at. */
interface GapWithin {
  readonly gap: Gap;
  readonly part: PartName;
  readonly within: SlotSpan;
}

/** The gaps between the spans of one part. */
function gapsOf(
  { fireSlot, endSlot }: WholeRunSpan,
  spans: readonly PartSpan[],
): Gap[] {
  const gaps: Gap[] = [];
  let before: PartSpan | undefined;
  for (const span of spans) {
    const from = before?.toSlot ?? fireSlot;
    if (from < span.fromSlot || (from === span.fromSlot && before?.over)) {
      gaps.push({ from, to: span.fromSlot, before });
    }
    before = further(before, span);
  }
  const from = before?.toSlot ?? fireSlot;
  if (from < endSlot || before?.over) gaps.push({ from, to: endSlot, before });
  return gaps;
}

/** Of two spans of a part the one that ended later. */
export function further(a: PartSpan | undefined, b: PartSpan): PartSpan {
  return a === undefined || a.toSlot <= b.toSlot ? b : a;
}

/** As much of a gap as lies within some slots. */
function holeOf(
  { plan, fireSlot, endSlot, trace, changes: common = [], plans = [] }:
    WholeRunSpan,
  { gap: { before, ...gap }, part: { part, parts }, within }: GapWithin,
): PartHole[] {
  const from = Math.max(gap.from, within.from);
  const to = Math.min(gap.to, within.to);
  // What was counted beyond a span belongs to where it ended.
  const isItsBegin = gap.from >= within.from &&
    (gap.from < within.to || within.to >= endSlot);
  if (from > to || (from === to && !isItsBegin)) return [];
  const control = before?.control ?? firedAt(fireSlot);
  // A part that was not there would have taken in what all others have.
  // A breaker is each machine's own.
  const { level } = control;
  const missed = common.filter(({ slot }) => slot >= gap.from && slot < gap.to)
    .map((change) => ({ ...change, control: { ...change.control, level } }));
  const changes = missed[0]?.slot === gap.from
    ? missed
    : [{ slot: gap.from, control }, ...missed];
  const held = plansAfter(plans, gap.from, before);
  const traffic = {
    ...{ plan, plans: held, fireSlot, part, parts, changes, trace },
  };
  const due = dueOf(traffic, { from, to });
  return [{
    part,
    parts,
    fromMs: slotStartMs(from),
    toMs: slotStartMs(to),
    due: due - (isItsBegin ? before?.over ?? 0 : 0),
    why: whyOf(before),
  }];
}

function whyOf(before: Gap["before"]): HoleReason {
  if (before === null) return "absent";
  if (before === undefined) return "late";
  return before.end === "killed" ? "killed" : "stopped";
}
