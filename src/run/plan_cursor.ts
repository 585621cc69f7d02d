import {
  isoTime,
  KarError,
  slotOf,
  SLOTS_PER_SEC,
  slotStartMs,
} from "../base/mod.ts";
import {
  type Control,
  type Explanation,
  KEPT_SLOTS,
  type RateParts,
  type Traffic,
} from "../pattern/mod.ts";
import { secondOf } from "../worker/mod.ts";
import type { ProofWatch } from "./judging/mod.ts";
import type { RunTotals } from "./run_totals.ts";
import type { PlanClock } from "./plan_clock.ts";

/** Options of a `PlanCursor`. */
export interface PlanCursorOptions {
  readonly planClock: PlanClock;
  readonly traffic: Traffic;
  readonly totals: RunTotals;
  readonly proof: ProofWatch;
  /** Share of the traffic that this run sends. */
  readonly share: number;
}

/**
 * Walks along the plan in the main thread, beat by beat as the workers do:
 * applies leaps of plan time, folds old events, and adds up what was planned.
 */
export class PlanCursor {
  readonly #o: PlanCursorOptions;
  #lastBeat = -1;

  constructor(options: PlanCursorOptions) {
    this.#o = options;
  }

  /** The last beat that was walked; −1 = none. */
  get lastBeat(): number {
    return this.#lastBeat;
  }

  /** Walks on to a beat. */
  advance(toBeat: number): void {
    while (this.#lastBeat < toBeat) this.#step(this.#lastBeat + 1);
  }

  /** The state that the events lead to in a beat. */
  control(beat: number): Control {
    return this.#o.traffic.events.at(this.#slotOf(beat));
  }

  /** The rate of a beat and what it is made of. */
  partsAt(beat: number): RateParts {
    return this.#o.traffic.partsAt(this.#slotOf(beat));
  }

  /**
   * Why the rate is what it is, in the last beat or at a plan time ahead.
   *
   * @throws {KarError} `usage` for an instant that has passed
   */
  explain(atMs?: number): Explanation {
    const now = this.#slotOf(this.#lastBeat);
    const slot = atMs === undefined ? now : slotOf(atMs);
    if (slot >= now) return this.#o.traffic.explainAt(slot);
    throw new KarError(
      "usage",
      `Cannot explain ${isoTime(slotStartMs(slot))}: it has passed; now is ${
        isoTime(slotStartMs(now))
      } in plan time`,
    );
  }

  #slotOf(beat: number): number {
    return this.#o.planClock.timeline.at(Math.max(0, beat)).slot;
  }

  #step(beat: number): void {
    const { planClock: { timeline }, traffic, share, proof } = this.#o;
    for (const { from, to } of timeline.leapsBetween(this.#lastBeat, beat)) {
      traffic.rebase(from, to);
      proof.leap();
    }
    traffic.settleBefore(this.#slotOf(beat) - KEPT_SLOTS);
    const { rate, phase } = this.partsAt(beat);
    const planned = rate * share / SLOTS_PER_SEC;
    this.#o.totals.planSlot(secondOf(beat), planned, phase);
    proof.walk(this.#slotOf(beat));
    this.#lastBeat = beat;
  }
}
