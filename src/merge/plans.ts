import { isDeepStrictEqual } from "node:util";
import type { Change } from "../pattern/mod.ts";
import { heldIndex, type HeldPlan, mergePlans } from "../plan/mod.ts";
import type { PartSpan } from "./types.ts";

/** What one record knows of the plans of its run. */
export interface KnownPlans {
  readonly spans: readonly PartSpan[];
  /** In the order of their slots. */
  readonly plans: readonly HeldPlan[];
}

/**
 * The plans of a whole run, each from where it first held for anybody, and with
 * the targets of those before it. A record that began after another plan had
 * taken over does not say since when that one holds.
 */
export function jointPlans(records: readonly KnownPlans[]): HeldPlan[] {
  const begun = Math.min(...records.map(firstSlot));
  const earliest = records.find((one) => firstSlot(one) === begun)!;
  const planId = earliest.plans[0]?.plan.planId;
  const begins = records.flatMap(({ plans: [first] }) => first ?? []);
  const first = begins.find(({ plan }) => plan.planId === planId);
  const later = records.flatMap(({ plans }) => plans.slice(1))
    .sort((a, b) => a.slot - b.slot);
  return (first === undefined ? later : [first, ...later]).reduce(chained, []);
}

function firstSlot({ spans }: KnownPlans): number {
  return Math.min(...spans.map(({ fromSlot }) => fromSlot));
}

/** Adds a plan to those before it, unless it is the last of them. */
function chained(chain: HeldPlan[], { slot, plan }: HeldPlan): HeldPlan[] {
  const last = chain.at(-1)?.plan;
  if (last === undefined) return [{ slot, plan }];
  const next = mergePlans(last, plan);
  return isDeepStrictEqual(next, last)
    ? chain
    : [...chain, { slot, plan: next }];
}

/**
 * The plans of a part that was away: the one that it ended with, or that the
 * run began with, and those that took over since.
 *
 * @param from the first slot in which it was not there
 */
export function plansAfter(
  plans: readonly HeldPlan[],
  from: number,
  before: PartSpan | null | undefined,
): HeldPlan[] {
  const earlier = plans.filter(({ slot }) => slot < from);
  const own = before
    ? earlier.findLast(({ plan }) => plan.planId === before.planId) ??
      earlier.at(-1)
    : plans[0];
  if (own === undefined) return [...plans];
  const later = plans.filter(({ slot }) => slot >= from);
  return [{ slot: -Infinity, plan: own.plan }, ...later];
}

/**
 * Changes with the places that plans have in a list, whatever numbers the
 * processes of a run gave them; −1 = a plan that nobody knows any more.
 *
 * @param plans in the order of their slots
 */
export function numbered(
  changes: readonly Change[],
  plans: readonly HeldPlan[],
): Change[] {
  return changes.map(({ slot, control }) => ({
    slot,
    control: { ...control, plan: heldIndex(plans, slot) },
  }));
}
