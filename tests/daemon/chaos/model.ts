import {
  ArrivalSource,
  Digest,
  lanesOf,
  WHOLE,
} from "../../../src/arrivals/mod.ts";
import { SLOT_MS } from "../../../src/base/mod.ts";
import {
  type Control,
  type EventKind,
  EventLog,
  Traffic,
  type TrafficEvent,
} from "../../../src/pattern/mod.ts";
import type { Plan } from "../../../src/plan/mod.ts";

/** Two sums, as a digest and a saved state have them. */
export interface Sums {
  lo: number;
  hi: number;
}

/** What was due so far. */
export interface Due {
  readonly count: number;
  readonly digest: string;
}

/**
 * What a daemon ought to have done, from nothing but the answers that it gave:
 * each change, and the instant from which it holds.
 */
export class Model {
  #plans: Plan[];
  #events: TrafficEvent[] = [];
  #startSlot = 0;
  #before: Sums & { count: number } = { lo: 0, hi: 0, count: 0 };

  constructor(plan: Plan) {
    this.#plans = [plan];
  }

  /** Takes a change that was acknowledged. */
  add(kind: EventKind, from: string, numbers: Partial<TrafficEvent> = {}) {
    const slot = slotOf(from);
    const value = numbers.value ?? 0;
    const durationMs = numbers.durationMs ?? 0;
    this.#events.push({ slot, kind, value, durationMs });
    this.#events.sort((a, b) => a.slot - b.slot);
  }

  /** Takes a plan that was acknowledged. */
  addPlan(plan: Plan, from: string): void {
    this.add("plan", from, { value: this.#plans.push(plan) - 1 });
  }

  /** A successor begins: with one plan, and what the last process had saved. */
  begin(startedAt: string, plan: Plan, saved: Sums & { count: number }): void {
    this.#startSlot = slotOf(startedAt);
    this.#before = saved;
    this.#plans = [plan];
    this.#events = this.#events.filter(({ kind }) => kind !== "plan");
  }

  /** What all changes come to. */
  get control(): Control {
    const log = new EventLog();
    for (const event of this.#events) log.append(event);
    return log.at(Infinity);
  }

  /** What must be due from the beginning up to an instant. */
  dueBefore(instant: string): Due {
    const log = new EventLog();
    for (const event of this.#events) log.append(event);
    const traffic = new Traffic(this.#plans.map((plan) => plan.pattern), log);
    const rateAt = (slot: number) => traffic.rateAt(slot);
    const sources = this.#plans.map((plan) =>
      new ArrivalSource({ plan, lanes: lanesOf(WHOLE), traffic: { rateAt } })
    );
    const digest = new Digest();
    digest.add(this.#before);
    let { count } = this.#before;
    for (let slot = this.#startSlot; slot < slotOf(instant); slot++) {
      const list = sources[log.at(slot).plan]!.slot(slot);
      digest.addSlot(slot, list.view(), list.length);
      count += list.length;
    }
    return { count, digest: digest.toString() };
  }
}

function slotOf(instant: string): number {
  return Math.floor(Date.parse(instant) / SLOT_MS);
}
