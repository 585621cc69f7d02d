import { SLOTS_PER_HOUR, SLOTS_PER_SEC, unit } from "../../base/mod.ts";
import { type Area, type SlotShape, STREAM } from "../../pattern/mod.ts";
import { packArrival } from "../arrival.ts";
import type { ArrivalList } from "../list.ts";
import { LANES } from "../lanes.ts";
import type { Choose } from "../mix.ts";
import type { LaneOptions } from "./poisson.ts";

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
  readonly #choose: Choose;
  readonly #shape: SlotShape | null;
  readonly #area: Area;
  readonly #mine = new Uint8Array(LANES);

  constructor(
    seed: number,
    lanes: readonly number[],
    options: LaneOptions & { readonly area: Area },
  ) {
    this.#seed = seed;
    this.#shape = options.shape;
    this.#choose = options.choose;
    this.#area = options.area;
    for (const lane of lanes) this.#mine[lane] = 1;
  }

  /** Appends the arrivals of a slot, in order. */
  appendSlot(slot: number, ratePerSec: number, list: ArrivalList): void {
    const start = this.#area.before(slot);
    const hour = Math.floor(slot / SLOTS_PER_HOUR);
    const phase = unit(this.#seed, STREAM.uniformPhase, hour);
    const end = start + ratePerSec / SLOTS_PER_SEC;
    // The same rounding at both ends: where this slot stops, the next begins.
    const afterLast = Math.ceil(end - phase);
    for (let n = Math.ceil(start - phase); n < afterLast; n++) {
      const lane = n % LANES;
      if (this.#mine[lane] === 0) continue;
      const mass = Math.min(
        Math.max(0, (n + phase - start) / (end - start)),
        1 - 2 ** -40,
      );
      const share = this.#shape?.placeOf(slot, mass) ?? mass;
      const u = unit(
        this.#seed,
        STREAM.uniformTarget,
        (hour % 2 ** 20) * DRAWS_PER_HOUR + n,
      );
      list.push(packArrival(share, lane, this.#choose(slot, u)));
    }
  }
}
