import { SLOTS_PER_HOUR, SLOTS_PER_SEC, unit } from "../base/mod.ts";
import { STREAM } from "../pattern/mod.ts";
import { packArrival } from "./arrival.ts";
import type { ArrivalList } from "./list.ts";
import { LANES } from "./lanes.ts";

/** Draws reserved for the targets of one hour: above a million a second. */
const DRAWS_PER_HOUR = 2 ** 32;

/**
 * Evenly spaced arrivals: arrival n of a UTC hour is where the area under the
 * rate since the start of the hour reaches n + φ, with φ drawn for each hour.
 *
 *   rate │      ┌────┐        area between two arrivals = 1
 *        │──────┘    └─────
 *        └─x──x──x─xx─x──x──x─▶ t
 */
export class UniformLanes {
  readonly #seed: number;
  readonly #choose: (u: number) => number;
  readonly #rateAt: (slot: number) => number;
  readonly #mine = new Uint8Array(LANES);
  /** The area before `#slot` since the start of its hour. */
  #area = 0;
  #slot = NaN;

  /** @param rateAt the rate of any slot since the start of the hour */
  constructor(
    seed: number,
    lanes: readonly number[],
    options: {
      readonly choose: (u: number) => number;
      readonly rateAt: (slot: number) => number;
    },
  ) {
    this.#seed = seed;
    this.#choose = options.choose;
    this.#rateAt = options.rateAt;
    for (const lane of lanes) this.#mine[lane] = 1;
  }

  /** Appends the arrivals of a slot, in order. */
  appendSlot(slot: number, ratePerSec: number, list: ArrivalList): void {
    this.#moveTo(slot);
    const hour = Math.floor(slot / SLOTS_PER_HOUR);
    const phase = unit(this.#seed, STREAM.uniformPhase, hour);
    const end = this.#area + ratePerSec / SLOTS_PER_SEC;
    // The same rounding at both ends: where this slot stops, the next begins.
    const afterLast = Math.ceil(end - phase);
    for (let n = Math.ceil(this.#area - phase); n < afterLast; n++) {
      const lane = n % LANES;
      if (this.#mine[lane] === 0) continue;
      const at = Math.max(0, (n + phase - this.#area) / (end - this.#area));
      const u = unit(
        this.#seed,
        STREAM.uniformTarget,
        (hour % 2 ** 20) * DRAWS_PER_HOUR + n,
      );
      list.push(packArrival(Math.min(at, 1 - 2 ** -40), lane, this.#choose(u)));
    }
  }

  /** Sums the area up to a slot, always in the order of slots: the sum is the same for all. */
  #moveTo(slot: number): void {
    const hourStart = slot - slot % SLOTS_PER_HOUR;
    if (!(this.#slot >= hourStart && this.#slot <= slot)) {
      this.#slot = hourStart;
      this.#area = 0;
    }
    for (; this.#slot < slot; this.#slot++) {
      this.#area += this.#rateAt(this.#slot) / SLOTS_PER_SEC;
    }
  }
}
