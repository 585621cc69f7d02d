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
  /** The number of the plan that the run begins with. */
  readonly first: number;
  /** Called with each plan that is taken over. */
  readonly taken: (plan: SendPlan) => void;
}

/** A plan that every worker has, and that nobody has asked for yet. */
export interface ReadyPlan {
  /** What `plan` events call it. */
  readonly number: number;
  /** The plan in whose place it may be put: behind another one it has to be made ready anew. */
  readonly behind: Plan;
  /** As it is sent: with the targets that others before it had. */
  readonly plan: Plan;
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
  #number: number;
  /** Plans that are ready, by their numbers. */
  readonly #ready = new Map<number, SendPlan>();

  constructor(options: ReloadsOptions) {
    this.#o = options;
    this.#number = options.first;
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

  /**
   * Makes a plan ready in all workers, for an event that others date.
   *
   * @throws {KarError} for one that cannot be used
   */
  prepare(
    plan: Plan,
    variables: Readonly<Record<string, string>>,
    sources?: PlanSources,
  ): Promise<ReadyPlan> {
    const ready = this.#last.then(async () => {
      const behind = this.#o.inForce.plan;
      const next = await this.#resolved(plan, variables);
      const sent = sources === undefined ? next : { ...next, sources };
      const number = await this.#add(sent);
      this.#ready.set(number, sent);
      return { number, behind, plan: next.plan };
    });
    this.#last = ready.catch(() => {});
    return ready;
  }

  /** A plan that is ready is asked for: from a slot on it is the one in force. */
  held(number: number, slot: number): void {
    const sent = this.#ready.get(number);
    if (sent === undefined) return;
    this.#ready.clear();
    this.#taken = null;
    this.#o.inForce.take(sent, slot);
    this.#o.taken(sent);
  }

  async #take(
    plan: Plan,
    variables: Readonly<Record<string, string>>,
    sources?: PlanSources,
  ): Promise<number> {
    const { inForce, events } = this.#o;
    this.#o.check();
    const next = await this.#resolved(plan, variables);
    const sent = sources === undefined ? next : { ...next, sources };
    // Data is compared by the digests in the plan: it may be a gigabyte.
    const isNew = !isDeepStrictEqual(next, this.#taken);
    if (isNew) {
      this.#taken = null;
      await this.#add(sent);
    }
    // There may be no room for one more change: then the old plan stays in
    // force.
    const event = { kind: "plan", value: this.#number } as const;
    const heldMs = await events.date(event, { what: "New plan" });
    if (isNew) {
      this.#taken = next;
      inForce.take(next, slotOf(heldMs));
      this.#o.taken(sent);
    }
    return heldMs;
  }

  async #resolved(
    plan: Plan,
    variables: Readonly<Record<string, string>>,
  ): Promise<SendPlan> {
    const merged = mergePlans(this.#o.inForce.plan, plan);
    const resolved = await this.#o.resolve(merged, variables);
    return { plan: merged, variables, resolved };
  }

  /** @returns the number that all know it by */
  async #add(plan: SendPlan): Promise<number> {
    const { traffic, pool } = this.#o;
    const number = ++this.#number;
    traffic.addPattern(number, plan.plan.pattern);
    await pool.addPlan({ number, plan });
    return number;
  }
}
