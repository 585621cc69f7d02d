import { absorb, finish, type StreamKey, streamKey } from "../base/mod.ts";
import { STREAM } from "./streams.ts";
import type { BurstSpec } from "./components/mod.ts";

/** Halvings inside a slot: of 100, 50, 25, 12.5 and 6.25 ms. */
const HALVINGS = 5;
const CELLS = 2 ** HALVINGS;
/** The last share of a slot that an arrival may have: 1 is the next slot's. */
const SHARE_MAX = 1 - 2 ** -40;

/**
 * How the arrivals of a slot lie in it where a plan has bursts: a density,
 * constant in cells of 3.125 ms and the same for all lanes, so that lanes still
 * add up to one Poisson process.
 *
 *   mass 1 ┤        ·─┘      F(share): part of the slot's area that lies
 *          │    ┌·─            before a place in it
 *        0 ┼─·─┘             an arrival drawn at u lies at F⁻¹(u)
 *          0          1 share
 */
export class SlotShape {
  readonly #key: StreamKey;
  /** Mass of a cell by how many of its halves are the larger ones. */
  readonly #masses: Float64Array;
  readonly #edges = new Float64Array(CELLS + 1);
  readonly #larger = new Uint8Array(2 * CELLS);
  /** The slot that the edges are of: only remembered. */
  #slot = NaN;

  /** @param b share of the larger half, in [0.5, 1) */
  constructor(b: number, seed: number) {
    this.#key = streamKey(seed, STREAM.burstInside);
    this.#masses = Float64Array.from(
      { length: HALVINGS + 1 },
      (_, larger) => b ** larger * (1 - b) ** (HALVINGS - larger),
    );
  }

  /** Where in a slot so much of its area lies before: F⁻¹; both in [0, 1). */
  placeOf(slot: number, mass: number): number {
    if (slot !== this.#slot) this.#draw(slot);
    const edges = this.#edges;
    let cell = 0;
    for (let half = CELLS / 2; half > 0; half >>= 1) {
      if (mass >= edges[cell + half]!) cell += half;
    }
    const from = edges[cell]!;
    const share = (cell + (mass - from) / (edges[cell + 1]! - from)) / CELLS;
    return Math.min(share, SHARE_MAX);
  }

  /** How much of a slot's area lies before a place in it: F; beyond the slot's ends as outside of them. */
  massAt(slot: number, share: number): number {
    if (!(share > 0 && share < 1)) return share;
    if (slot !== this.#slot) this.#draw(slot);
    const cell = Math.floor(share * CELLS);
    const from = this.#edges[cell]!;
    return from + (share * CELLS - cell) * (this.#edges[cell + 1]! - from);
  }

  /** Draws which halves are the larger ones: 31 of them, a bit each. */
  #draw(slot: number): void {
    this.#slot = slot;
    const { a } = this.#key;
    const low = absorb(absorb(a, slot >>> 0), (slot / 2 ** 32) >>> 0);
    const sides = finish(low);
    const larger = this.#larger;
    larger[1] = 0;
    for (let node = 1; node < CELLS; node++) {
      const right = (sides >>> node) & 1;
      larger[2 * node] = larger[node]! + 1 - right;
      larger[2 * node + 1] = larger[node]! + right;
    }
    let sum = 0;
    for (let cell = 0; cell < CELLS; cell++) {
      this.#edges[cell] = sum;
      sum += this.#masses[larger[CELLS + cell]!]!;
    }
    this.#edges[CELLS] = 1;
  }
}

/** How arrivals lie inside the slots of a plan; null = evenly by chance. */
export function slotShapeOf(
  { burst, seed }: {
    readonly burst?: BurstSpec | undefined;
    readonly seed: number;
  },
): SlotShape | null {
  return burst === undefined || burst.fast === 0.5
    ? null
    : new SlotShape(burst.fast, seed);
}
