import type { TrafficEvent } from "../pattern/mod.ts";
import type { Plan } from "../plan/mod.ts";
import { Reading } from "../stats/mod.ts";
import type { Threshold } from "../threshold/mod.ts";
import type { RunParts } from "./run_parts.ts";
import type { PartProgress, ReadyPlan, Steering } from "./types.ts";

/** Options of `RunSteering`. */
export interface RunSteeringOptions {
  readonly parts: RunParts;
  /** Called with each change. */
  readonly changed: () => void;
}

/** Steers a run whose plan time has no leaps, so that slots are beats with another origin. */
export class RunSteering implements Steering {
  readonly #o: RunSteeringOptions;
  /** Before the last reading: what was made by then is in the sums. */
  #madeBeat = 0;

  constructor(options: RunSteeringOptions) {
    this.#o = options;
  }

  holdFrom(slot: number): number {
    const { planClock } = this.#o.parts.lifecycle;
    return this.#startSlot + planClock.holdFrom(slot - this.#startSlot);
  }

  applyAt(event: TrafficEvent): number {
    const { breaker, events } = this.#o.parts;
    if (event.kind === "resume") breaker.reset("an operator resumed");
    const slot = events.apply(event);
    if (event.kind === "plan") this.#o.parts.reloads.held(event.value, slot);
    this.#o.changed();
    return slot;
  }

  preparePlan(
    ...asked: Parameters<Steering["preparePlan"]>
  ): Promise<ReadyPlan> {
    return this.#o.parts.reloads.prepare(...asked);
  }

  get plan(): Plan {
    return this.#o.parts.inForce.plan;
  }

  endBefore(slot: number): void {
    const { lifecycle } = this.#o.parts;
    if (lifecycle.isOver) return;
    lifecycle.endBefore(slot - this.#startSlot);
    this.#o.changed();
  }

  stoppedBy(threshold: Threshold): void {
    this.#o.parts.thresholds.stoppedBy(threshold);
    this.#o.changed();
  }

  /** Notes how far the workers are; meant for just before they are read. */
  note(): void {
    this.#madeBeat = this.#o.parts.pool.madeBeat;
  }

  progress(): PartProgress {
    const { lifecycle: { cursor }, proof, totals } = this.#o.parts;
    const beat = Math.min(this.#madeBeat, cursor.lastBeat + 1);
    const { due } = new Reading(totals.collector.own).run();
    return {
      fromSlot: this.#startSlot,
      madeUpTo: this.#startSlot + beat,
      over: due - proof.dueBefore(beat),
    };
  }

  get #startSlot(): number {
    return this.#o.parts.lifecycle.planClock.startSlot;
  }
}
