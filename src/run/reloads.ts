import type { PlanSources } from "../transport/mod.ts";
import { isDeepStrictEqual } from "node:util";
import { slotOf } from "../base/mod.ts";
import { mergePlans, type Plan } from "../plan/mod.ts";
import type { Traffic } from "../pattern/mod.ts";
import type { SendPlan } from "../worker/mod.ts";
import type { WorkerPool } from "./worker_pool.ts";
import type { EventWriter } from "./event_writer.ts";
import type { PlanInForce } from "./plan_in_force.ts";
import type { RunDeps } from "./deps.ts";

/** The number of the plan that a run begins with. */
export const FIRST_PLAN = 0;

/** Options of `Reloads`. */
export interface ReloadsOptions {
  readonly inForce: PlanInForce;
  readonly traffic: Traffic;
  readonly pool: WorkerPool;
  readonly events: EventWriter;
  readonly resolve: RunDeps["resolve"];
  /** Throws when the run takes no plan any more. */
  readonly check: () => void;
  /** Called with each plan that is taken over. */
  readonly taken: (plan: SendPlan) => void;
}

/**
 * Takes plans over, one after the other, and numbers them. A plan that cannot
 * be used leaves the old one in force.
 */
export class Reloads {
  readonly #o: ReloadsOptions;
  #last: Promise<unknown> = Promise.resolve();
  /** The last plan that was taken over: the same plan needs no other number. */
  #taken: SendPlan | null = null;
  /** The last number that was given to a plan. */
  #number = FIRST_PLAN;

  constructor(options: ReloadsOptions) {
    this.#o = options;
  }

  /** @returns the plan time from which the plan holds */
  take(
    plan: Plan,
    variables: Readonly<Record<string, string>>,
    sources?: PlanSources,
  ): Promise<number> {
    const taken = this.#last.then(() => this.#take(plan, variables, sources));
    this.#last = taken.catch(() => {});
    return taken;
  }

  async #take(
    plan: Plan,
    variables: Readonly<Record<string, string>>,
    sources?: PlanSources,
  ): Promise<number> {
    const { inForce, traffic, pool, events } = this.#o;
    this.#o.check();
    const merged = mergePlans(inForce.plan, plan);
    const resolved = await this.#o.resolve(merged, variables);
    const next = { plan: merged, variables, resolved };
    // Data is compared by the digests in the plan: it may be a gigabyte.
    const isNew = !isDeepStrictEqual(next, this.#taken);
    if (isNew) {
      const number = ++this.#number;
      traffic.addPattern(number, merged.pattern);
      this.#taken = null;
      const sent = sources === undefined ? next : { ...next, sources };
      await pool.addPlan({ number, plan: sent });
    }
    // There may be no room for one more change: then the old plan stays in
    // force.
    const event = { kind: "plan", value: this.#number } as const;
    const heldMs = await events.date(event, { what: "New plan" });
    if (isNew) {
      this.#taken = next;
      inForce.take(next, slotOf(heldMs));
      this.#o.taken(sources === undefined ? next : { ...next, sources });
    }
    return heldMs;
  }
}
