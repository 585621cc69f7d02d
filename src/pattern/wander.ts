import { draw, type StreamKey } from "../base/mod.ts";

/** Knots of a block: one each 1/64 of the time constant. */
const LEVELS = 10;
const KNOTS = 2 ** LEVELS;
/** A block is so many time constants long that its ends know nothing of each other: e^(−16). */
const TIMES_PER_BLOCK = 16;
/** Nothing wanders further: once in 500 million knots. */
const REACH = 6;

/** How a midpoint follows from its neighbours, by level: weight of their sum, and its own deviation. */
const BRIDGES = Array.from({ length: LEVELS }, (_, level) => {
  const rho = Math.exp(-TIMES_PER_BLOCK / 2 ** (level + 1));
  return {
    weight: rho / (1 + rho * rho),
    deviation: Math.sqrt((1 - rho * rho) / (1 + rho * rho)),
  };
});

/**
 * An Ornstein–Uhlenbeck process as a pure function of time: mean 0, deviation
 * 1, covariance e^(−|Δ|/τ). Nothing moves: blocks of 16 τ begin at independent
 * normals, and whatever lies between is a bridge, so that any instant costs ten
 * midpoints at most, in any order, with the same bits.
 *
 *   midpoint of [s, s + 2h]:  (g_l + g_r) · ρ/(1 + ρ²) + √((1 − ρ²)/(1 + ρ²)) · z
 *                             ρ = e^(−h/τ), z: a normal of its own
 *
 * Knots lie τ/64 apart and are joined by straight lines, which takes half a
 * percent off the variance.
 */
export class Wander {
  readonly #key: StreamKey;
  readonly #blockMs: number;
  /** The way down to the knots asked for last: what it holds is only remembered. */
  #block = NaN;
  readonly #low = new Int32Array(LEVELS + 1);
  readonly #left = new Float64Array(LEVELS + 1);
  readonly #right = new Float64Array(LEVELS + 1);

  /** @param timeMs the time constant τ */
  constructor(timeMs: number, key: StreamKey) {
    this.#key = key;
    this.#blockMs = TIMES_PER_BLOCK * timeMs;
  }

  /** Where it is at an instant, milliseconds since the epoch; within ±6. */
  at(ms: number): number {
    const place = ms / this.#blockMs;
    const block = Math.floor(place);
    const within = (place - block) * KNOTS;
    const knot = Math.min(KNOTS - 1, Math.floor(within));
    if (block !== this.#block) this.#enter(block);
    if (knot !== this.#low[LEVELS]) this.#descend(knot);
    const left = this.#left[LEVELS]!;
    const value = left + (within - knot) * (this.#right[LEVELS]! - left);
    return Math.min(Math.max(value, -REACH), REACH);
  }

  #enter(block: number): void {
    this.#block = block;
    this.#low.fill(-KNOTS);
    this.#low[0] = 0;
    this.#left[0] = this.#normal(block * KNOTS);
    this.#right[0] = this.#normal((block + 1) * KNOTS);
  }

  /** Goes from the deepest span that is known to hold a knot to the knot's own. */
  #descend(knot: number): void {
    let level = LEVELS;
    while (!this.#holds(level, knot)) level--;
    for (; level < LEVELS; level++) {
      const half = KNOTS >> (level + 1);
      const low = this.#low[level]!;
      const [left, right] = [this.#left[level]!, this.#right[level]!];
      const { weight, deviation } = BRIDGES[level]!;
      const middle = (left + right) * weight +
        deviation * this.#normal(this.#block * KNOTS + low + half);
      const isRight = knot >= low + half;
      this.#low[level + 1] = isRight ? low + half : low;
      this.#left[level + 1] = isRight ? middle : left;
      this.#right[level + 1] = isRight ? right : middle;
    }
  }

  #holds(level: number, knot: number): boolean {
    const low = this.#low[level]!;
    return knot >= low && knot < low + (KNOTS >> level);
  }

  /** A normal of two draws (Box, Muller 1958). */
  #normal(index: number): number {
    const { a, b } = this.#key;
    const radius = Math.sqrt(-2 * Math.log1p(-draw(a, b, 2 * index)));
    return radius * Math.cos(2 * Math.PI * draw(a, b, 2 * index + 1));
  }
}
