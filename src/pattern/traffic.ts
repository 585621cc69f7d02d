import { SLOT_MS } from "../base/mod.ts";
import { Area, type AreaPoint } from "./area.ts";
import { gateOf, type Pattern } from "./components/mod.ts";
import type { EventHistory, EventLog } from "./events.ts";
import type { DirectedShare } from "./directed.ts";
import { type Explanation, RateCurve, type RateParts } from "./rate.ts";

/** What another thread or process needs to go on with the same traffic. */
export interface TrafficHistory extends EventHistory {
  /** The area under the rate up to a slot at or before the first change; null = to be summed. */
  readonly area: AreaPoint | null;
}

/** The traffic of a run: its patterns, joined with its events. */
export class Traffic {
  /** By the numbers that `plan` events have. */
  readonly #curves = new Map<number, RateCurve>();
  #last: RateCurve | undefined;
  /** Summed as far as events were forgotten. */
  #area: Area;

  /**
   * @param patterns by the numbers that `plan` events have
   * @param area as far as another traffic had summed it
   */
  constructor(
    patterns: ReadonlyMap<number, Pattern> | readonly Pattern[],
    readonly events: EventLog,
    area: AreaPoint | null = null,
  ) {
    this.#area = this.newArea(area);
    for (const [number, pattern] of patterns.entries()) {
      this.addPattern(number, pattern);
    }
  }

  /** Takes one more pattern, for `plan` events of a number. */
  addPattern(number: number, pattern: Pattern): void {
    this.#last = new RateCurve(pattern, this.#last);
    this.#curves.set(number, this.#last);
  }

  /** The plan of the first slot that can be asked for. */
  get firstPlan(): number {
    return this.events.firstPlan;
  }

  /** The area under the rate, as far as it is settled; another one after a leap. */
  get area(): Area {
    return this.#area;
  }

  /** Another one that goes on from there by itself. */
  newArea(from: AreaPoint | null = this.#area.point): Area {
    return new Area((slot) => this.rateAt(slot), from);
  }

  /** All that is known, to start another traffic from. */
  history(): TrafficHistory {
    return { ...this.events.history(), area: this.#area.point };
  }

  /** Moves everything because plan time jumped; see `EventLog.rebase`. */
  rebase(from: number, to: number): void {
    this.events.rebase(from, to);
    this.#area = this.newArea(null);
  }

  /** Sums the area before a slot, and forgets what lies there. */
  settleBefore(slot: number): void {
    this.#area.before(slot);
    this.foldBefore(slot);
  }

  /** Forgets events before a slot, and patterns that only they needed. */
  foldBefore(slot: number): void {
    this.events.foldBefore(slot);
    for (const number of this.#curves.keys()) {
      if (number < this.firstPlan) this.#curves.delete(number);
    }
  }

  /** The rate of a slot, and what it is made of. */
  partsAt(slot: number): RateParts {
    const control = this.events.at(slot);
    return this.#curves.get(control.plan)!.partsAt(slot, control);
  }

  /** Why a slot has its rate. */
  explainAt(slot: number): Explanation {
    const control = this.events.at(slot);
    return this.#curves.get(control.plan)!.explainAt(slot, control);
  }

  /** The rate of a slot. Where nothing can be sent that costs next to nothing. */
  rateAt(slot: number): number {
    return gateOf(this.events.at(slot)) === 0 ? 0 : this.partsAt(slot).rate;
  }

  /** Which parts of a slot's arrivals irregularities send where; empty = all go by the mix. */
  directedAt(slot: number): readonly DirectedShare[] {
    const control = this.events.at(slot);
    return this.#curves.get(control.plan)!.directedAt(slot, control);
  }

  /** The rate that a slot has when the circuit breaker holds nothing back. */
  fullRateAt(slot: number): number {
    const control = { ...this.events.at(slot), level: 1 };
    return this.#curves.get(control.plan)!.partsAt(slot, control).rate;
  }

  /**
   * Starts of random spikes within [fromMs, toMs), by the pattern that holds at
   * `fromMs`; of more than `countMax` at least so many.
   */
  spikesBetween(fromMs: number, toMs: number, countMax?: number): number[] {
    const control = this.events.at(Math.floor(fromMs / SLOT_MS));
    const curve = this.#curves.get(control.plan)!;
    return curve.spikesBetween({ fromMs, toMs, countMax }, control);
  }
}
