import type { HeldPlan, Plan } from "../plan/mod.ts";
import type { SendPlan } from "../worker/mod.ts";

/** Plans that are remembered as taken over: whoever keeps them looks once a second. */
const HELD_MAX = 16;

/** The plan that a run follows: its first one, or the last one that was taken over. */
export class PlanInForce {
  #sent: SendPlan;
  #held: readonly HeldPlan[] = [];

  constructor(first: SendPlan) {
    this.#sent = first;
  }

  get plan(): Plan {
    return this.#sent.plan;
  }

  /** Value of each of `plan.variables`. */
  get variables(): SendPlan["variables"] {
    return this.#sent.variables;
  }

  /** The last ones that were taken over, in their order. */
  get held(): readonly HeldPlan[] {
    return this.#held;
  }

  /** Puts another one in its place. @param slot the first one for which it holds */
  take(next: SendPlan, slot: number): void {
    this.#sent = next;
    this.#held = [...this.#held, { slot, plan: next.plan }].slice(-HELD_MAX);
  }
}
