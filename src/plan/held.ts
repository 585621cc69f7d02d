import type { Plan } from "./types.ts";

/** A plan that came into force. */
export interface HeldPlan {
  /** The first slot for which it holds. */
  readonly slot: number;
  readonly plan: Plan;
}

/**
 * The place of the plan that held in a slot; −1 = none that is known.
 *
 * @param plans in the order of their slots
 */
export function heldIndex(plans: readonly HeldPlan[], slot: number): number {
  return plans.findLastIndex((held) => held.slot <= slot);
}
