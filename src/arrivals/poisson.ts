import { draw, SLOTS_PER_SEC, streamKey } from "../base/mod.ts";
import { STREAM } from "../pattern/mod.ts";
import { packArrival } from "./arrival.ts";
import type { ArrivalList } from "./list.ts";
import { LANES } from "./lanes.ts";

/** Draws reserved for one lane in one slot: far above the counts at the highest rate. */
const DRAWS_PER_SLOT = 2 ** 16;

/** Draws, for one seed, of the lanes that a stripe sends. */
export class PoissonLanes {
  readonly #lanes: Uint8Array;
  readonly #choose: (u: number) => number;
  readonly #gapA: Int32Array;
  readonly #gapB: Int32Array;
  readonly #targetA: Int32Array;
  readonly #targetB: Int32Array;

  constructor(
    seed: number,
    lanes: readonly number[],
    choose: (u: number) => number,
  ) {
    this.#lanes = Uint8Array.from(lanes);
    this.#choose = choose;
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
   * −ln(1−u)/m ≥ 1 exactly when u ≥ 1 − e^(−m).
   */
  appendSlot(slot: number, ratePerSec: number, list: ArrivalList): void {
    const mean = ratePerSec / SLOTS_PER_SEC / LANES;
    const any = -Math.expm1(-mean);
    const first = slot * DRAWS_PER_SLOT;
    for (let i = 0; i < this.#lanes.length; i++) {
      const u = draw(this.#gapA[i]!, this.#gapB[i]!, first);
      if (u < any) this.#appendLane(i, { u, mean, first }, list);
    }
  }

  #appendLane(
    i: number,
    { u, mean, first }: { u: number; mean: number; first: number },
    list: ArrivalList,
  ): void {
    const lane = this.#lanes[i]!;
    let at = -Math.log1p(-u) / mean;
    for (let k = 1; at < 1 && k < DRAWS_PER_SLOT; k++) {
      const pick = draw(this.#targetA[i]!, this.#targetB[i]!, first + k);
      list.push(packArrival(at, lane, this.#choose(pick)));
      at -= Math.log1p(-draw(this.#gapA[i]!, this.#gapB[i]!, first + k)) / mean;
    }
  }
}
