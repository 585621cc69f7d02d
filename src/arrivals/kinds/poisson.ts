import { draw, SLOTS_PER_SEC, streamKey } from "../../base/mod.ts";
import { type SlotShape, STREAM } from "../../pattern/mod.ts";
import type { Choose } from "../mix.ts";
import { packArrival } from "../arrival.ts";
import type { ArrivalList } from "../list.ts";
import { LANES } from "../lanes.ts";

/** Draws reserved for one lane in one slot: far above the counts at the highest rate. */
const DRAWS_PER_SLOT = 2 ** 16;

/** What both kinds of arrivals are made with. */
export interface LaneOptions {
  readonly choose: Choose;
  /** How arrivals lie inside a slot; null = the rate is constant in it. */
  readonly shape: SlotShape | null;
}

/** Draws, for one seed, of the lanes that a stripe sends. */
export class PoissonLanes {
  readonly #lanes: Uint8Array;
  readonly #choose: Choose;
  readonly #shape: SlotShape | null;
  readonly #gapA: Int32Array;
  readonly #gapB: Int32Array;
  readonly #targetA: Int32Array;
  readonly #targetB: Int32Array;

  constructor(
    seed: number,
    lanes: readonly number[],
    { choose, shape }: LaneOptions,
  ) {
    this.#lanes = Uint8Array.from(lanes);
    this.#choose = choose;
    this.#shape = shape;
    const gaps = lanes.map((lane) => streamKey(seed, STREAM.laneGap + lane));
    const targets = lanes.map((lane) =>
      streamKey(seed, STREAM.laneTarget + lane)
    );
    this.#gapA = Int32Array.from(gaps, (key) => key.a);
    this.#gapB = Int32Array.from(gaps, (key) => key.b);
    this.#targetA = Int32Array.from(targets, (key) => key.a);
    this.#targetB = Int32Array.from(targets, (key) => key.b);
  }

  /**
   * Appends the arrivals of a slot, not yet in order.
   *
   * In each lane the gaps are exponential: with m expected arrivals in the
   * slot, the position moves by −ln(1−u)/m until it passes 1. Starting anew
   * in each slot changes nothing, since the process has no memory. Most lanes
   * have no arrival, and for them one comparison replaces the logarithm:
   * −ln(1−u)/m ≥ 1 exactly when u ≥ 1 − e^(−m). Where the slot has a shape,
   * positions are area, and the shape says where in the slot they lie.
   */
  appendSlot(slot: number, ratePerSec: number, list: ArrivalList): void {
    const mean = ratePerSec / SLOTS_PER_SEC / LANES;
    const any = -Math.expm1(-mean);
    const first = slot * DRAWS_PER_SLOT;
    for (let i = 0; i < this.#lanes.length; i++) {
      const u = draw(this.#gapA[i]!, this.#gapB[i]!, first);
      if (u < any) this.#appendLane(i, { slot, u, mean }, list);
    }
  }

  #appendLane(
    i: number,
    { slot, u, mean }: { slot: number; u: number; mean: number },
    list: ArrivalList,
  ): void {
    const lane = this.#lanes[i]!;
    const shape = this.#shape;
    const first = slot * DRAWS_PER_SLOT;
    let at = -Math.log1p(-u) / mean;
    for (let k = 1; at < 1 && k < DRAWS_PER_SLOT; k++) {
      const pick = draw(this.#targetA[i]!, this.#targetB[i]!, first + k);
      const share = shape === null ? at : shape.placeOf(slot, at);
      list.push(packArrival(share, lane, this.#choose(slot, pick)));
      at -= Math.log1p(-draw(this.#gapA[i]!, this.#gapB[i]!, first + k)) / mean;
    }
  }
}
