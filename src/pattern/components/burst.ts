import {
  draw,
  formatDuration,
  SLOT_MS,
  type StreamKey,
  streamKey,
} from "../../base/mod.ts";
import { STREAM } from "../streams.ts";
import { absent, type Component } from "./component.ts";

/** Halvings from the longest cell to a slot. */
const OCTAVES = 12;
/** Slots of the longest cell: 409.6 s. */
const CELL_SLOTS = 2 ** OCTAVES;
/** From this length on a cell is split by `slow`, from the other by `mid`, below by `fast`. */
const SLOW_MS = 8000;
const MID_MS = 250;

/**
 * How uneven the traffic is at each scale: the share of its arrivals that the
 * fuller half of a stretch of time gets, in [0.5, 0.95]; 0.5 = none.
 */
export interface BurstSpec {
  /** Of stretches of 409.6, 204.8 … 12.8 s. */
  readonly slow: number;
  /** Of 6.4, 3.2 … 0.4 s. */
  readonly mid: number;
  /** Of 200 and 100 ms, and inside a slot down to 6.25 ms. */
  readonly fast: number;
}

/** A pattern that may have bursts. */
export interface WithBurst {
  readonly burst?: BurstSpec | undefined;
}

/**
 * Bursts as a conservative cascade: a cell of 409.6 s is halved until slots are
 * left; each time one half, drawn, gets the share b, the other 1 − b.
 *
 *   Π over octaves j of 2·b_j or 2·(1 − b_j)       what one half gains the other
 *                                                  loses: the mean of a cell is 1
 *   ┌───────────────┐      ┌───────┐                    ┌───┐
 *   │       1       │  ─▶  │  2b   ├───────┐   ─▶   ┌───┤   ├───┐   ┌ …
 *   └───────────────┘      └───────┴2(1−b)─┘        └───┴───┴───┴───┘
 *
 * The octaves below a slot are a density inside it: see `SlotShape`. The index
 * of dispersion of the counts of Poisson arrivals at τ_j = 409.6 s / 2^j is
 *
 *   IDC(τ_j) = 1 + λ·τ_j·(Π_{i<j} 2(b_i² + (1 − b_i)²) − 1)
 */
class Cascade {
  readonly #keys: readonly StreamKey[];
  readonly #shares: readonly number[];
  /** What holds at the slot asked for last, after so many octaves: only remembered. */
  readonly #products = new Float64Array(OCTAVES + 1).fill(1);
  #cell = NaN;
  #place = 0;

  constructor(spec: BurstSpec, seed: number) {
    this.#shares = Array.from(
      { length: OCTAVES },
      (_, octave) => shareOf(spec, CELL_SLOTS / 2 ** octave * SLOT_MS),
    );
    this.#keys = this.#shares.map((_, octave) =>
      streamKey(seed, STREAM.burst + octave)
    );
  }

  at(slot: number): number {
    const cell = Math.floor(slot / CELL_SLOTS);
    const place = slot - cell * CELL_SLOTS;
    if (cell !== this.#cell) this.#fill(cell, place, 0);
    else if (place !== this.#place) {
      // Octaves above the highest bit that differs have the same halves.
      const same = Math.clz32(place ^ this.#place) - (32 - OCTAVES);
      this.#fill(cell, place, same);
    }
    return this.#products[OCTAVES]!;
  }

  #fill(cell: number, place: number, from: number): void {
    this.#cell = cell;
    this.#place = place;
    for (let octave = from; octave < OCTAVES; octave++) {
      const b = this.#shares[octave]!;
      const before = this.#products[octave]!;
      this.#products[octave + 1] = b === 0.5
        ? before
        : before * 2 * (this.#isFuller(octave) ? b : 1 - b);
    }
  }

  #isFuller(octave: number): boolean {
    const split = this.#place >>> (OCTAVES - octave);
    const half = (this.#place >>> (OCTAVES - 1 - octave)) & 1;
    const { a, b } = this.#keys[octave]!;
    const isFirst = draw(a, b, this.#cell * 2 ** octave + split) < 0.5;
    return isFirst === (half === 0);
  }
}

function shareOf({ slow, mid, fast }: BurstSpec, lengthMs: number): number {
  if (lengthMs >= SLOW_MS) return slow;
  return lengthMs >= MID_MS ? mid : fast;
}

/** Bursts of traffic, as far as the rate of slots has them. */
export const burst: Component<"burst", true, WithBurst> = {
  name: "burst",
  isPlanned: true,
  open: ({ burst, seed }) => {
    if (burst === undefined) return absent("no bursts are configured");
    const cascade = new Cascade(burst, seed);
    const { slow, mid, fast } = burst;
    return {
      factorAt: (slot) => cascade.at(slot),
      why: () =>
        `fuller halves have ${slow} above ${
          formatDuration(SLOW_MS)
        }, ${mid} above ${formatDuration(MID_MS)}, ${fast} below`,
    };
  },
};
