import type { Change } from "../pattern/mod.ts";
import { heldIndex, type HeldPlan } from "../plan/mod.ts";

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
