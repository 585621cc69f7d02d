import { SLOTS_PER_HOUR, SLOTS_PER_SEC } from "../base/mod.ts";

/** The area between the start of a slot's hour and the slot. */
export interface AreaPoint {
  readonly slot: number;
  /** In requests. */
  readonly sum: number;
}

/**
 * The area under the rate since the start of the UTC hour: how many requests
 * the hour had so far. It is summed slot by slot from the hour's first one and
 * in no other order, so that everyone has the same sum to the last bit; what is
 * summed once is kept, since a whole hour takes milliseconds.
 *
 * It belongs to the traffic, not to a plan: a plan that takes over goes on
 * with it. Only a leap of plan time, which changes the past, makes it void.
 */
export class Area {
  readonly #rateAt: (slot: number) => number;
  #sum: number;
  /** The slot before which `#sum` lies. */
  #slot: number;

  /**
   * @param rateAt the rate of any slot since the start of the hour, or since
   *   the point
   * @param from what somebody else had summed up to there
   */
  constructor(
    rateAt: (slot: number) => number,
    from: AreaPoint | null = null,
  ) {
    this.#rateAt = rateAt;
    this.#slot = from?.slot ?? NaN;
    this.#sum = from?.sum ?? 0;
  }

  /** How far it was summed; null = nothing was asked so far. */
  get point(): AreaPoint | null {
    return Number.isNaN(this.#slot)
      ? null
      : { slot: this.#slot, sum: this.#sum };
  }

  /** The area between the start of a slot's hour and the slot, in requests. */
  before(slot: number): number {
    const hourStart = slot - slot % SLOTS_PER_HOUR;
    if (!(this.#slot >= hourStart && this.#slot <= slot)) {
      this.#slot = hourStart;
      this.#sum = 0;
    }
    for (; this.#slot < slot; this.#slot++) {
      this.#sum += this.#rateAt(this.#slot) / SLOTS_PER_SEC;
    }
    return this.#sum;
  }
}
