import type { Plan } from "../plan/mod.ts";
import type { SendPlan } from "../worker/mod.ts";

/** The plan that a run follows: its first one, or the last one that was taken over. */
export class PlanInForce {
  #sent: SendPlan;

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

  /** Replaces it by another one. */
  take(next: SendPlan): void {
    this.#sent = next;
  }
}
