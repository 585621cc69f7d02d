import type { Bus, StoredEvent } from "../../../fleet/mod.ts";
import { countingEvents, type FleetRow, plansOf } from "../../../fleet/mod.ts";
import { mergePlans, type Plan } from "../../../plan/mod.ts";
import { readPlan } from "./plan_text.ts";

/**
 * The plans of a run, one in the place of the other: each as all members have
 * it, with the targets of those before it under their numbers.
 */
export class PlanChain {
  readonly #bus: Pick<Bus, "getPlan">;
  readonly #plans: Plan[];
  #lastText: string | null = null;

  /** @param first that of the run's row */
  constructor(bus: Pick<Bus, "getPlan">, first: Plan) {
    this.#bus = bus;
    this.#plans = [first];
  }

  /** Another one that goes on from here by itself. */
  copy(): PlanChain {
    const copy = new PlanChain(this.#bus, this.first);
    copy.#plans.push(...this.later);
    copy.#lastText = this.#lastText;
    return copy;
  }

  /** By their numbers, from 0. */
  get plans(): readonly Plan[] {
    return this.#plans;
  }

  /** The first one. */
  get first(): Plan {
    return this.#plans[0]!;
  }

  /** Those that took its place, by their numbers from 1. */
  get later(): readonly Plan[] {
    return this.#plans.slice(1);
  }

  /** The last one. */
  get last(): Plan {
    return this.#plans.at(-1)!;
  }

  /**
   * Reads the plans that events name and that are not known yet.
   *
   * @throws {KarError} `cannotStart` for one that is not there, or is none
   */
  async follow(row: FleetRow, events: readonly StoredEvent[]): Promise<void> {
    for (const sha of plansOf(countingEvents(row, events)).slice(this.#known)) {
      const text = await this.#bus.getPlan(sha);
      this.#plans.push(mergePlans(this.last, readPlan(text)));
      this.#lastText = text;
    }
  }

  /** The text of the last plan, as it stands on the bus. */
  async lastText({ plan }: FleetRow): Promise<string> {
    return this.#lastText ??= await this.#bus.getPlan(plan);
  }

  /** Events up to the first plan that was not read yet: what comes after it cannot be counted. */
  knownOf(
    row: FleetRow,
    events: readonly StoredEvent[],
  ): readonly StoredEvent[] {
    const counting = countingEvents(row, events);
    const unknown = counting.find(({ kind, value }) =>
      kind === "plan" && value > this.#known
    );
    return unknown === undefined
      ? events
      : events.filter(({ seq }) => seq < unknown.seq);
  }

  get #known(): number {
    return this.#plans.length - 1;
  }
}
