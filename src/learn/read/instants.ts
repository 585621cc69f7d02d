import { absorb, finish } from "../../base/mod.ts";

/** Seconds of a stretch, counted from the epoch: that of kar's own bursts. */
export const STRETCH_SEC = 409.6;
const STRETCH_US = 409_600_000;
const INSTANTS_MAX = 2 ** 20;

/** A stretch whose instants are all known. */
export interface ExactStretch {
  /** Seconds since the epoch at which it begins. */
  readonly fromSec: number;
  /** In order, in microseconds since then. */
  readonly us: Float64Array;
}

/**
 * Exact instants of some whole stretches of 409.6 s. Which ones is a hash of their
 * number, so that any order of lines comes to the same; when memory is full,
 * half of the stretches go.
 */
export class InstantSample {
  /** Of 2^halvings stretches one is kept. */
  halvings = 0;
  #instants = new Float64Array(2 ** 14);
  #length = 0;
  /** The stretch and the halvings asked for last, and the answer. */
  #number = NaN;
  #asked = 0;
  #answer = true;

  add(us: number): void {
    if (!this.#isKept(us)) return;
    while (this.#length === INSTANTS_MAX) this.#halve();
    if (!this.#isKept(us)) return;
    if (this.#length === this.#instants.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#instants);
      this.#instants = larger;
    }
    this.#instants[this.#length++] = us;
  }

  /** Takes all of them out, in order. */
  stretches(): ExactStretch[] {
    const all = this.#instants.subarray(0, this.#length).sort();
    const found: ExactStretch[] = [];
    this.#length = 0;
    for (let from = 0; from < all.length;) {
      const number = Math.floor(all[from]! / STRETCH_US);
      let to = from + 1;
      while (to < all.length && Math.floor(all[to]! / STRETCH_US) === number) {
        to++;
      }
      const us = all.subarray(from, to);
      for (let i = 0; i < us.length; i++) us[i]! -= number * STRETCH_US;
      found.push({ fromSec: number * STRETCH_SEC, us });
      from = to;
    }
    return found;
  }

  #isKept(us: number): boolean {
    if (this.halvings === 0) return true;
    const number = Math.floor(us / STRETCH_US);
    // Lines come in order, more or less: it is the stretch of the line before.
    if (number !== this.#number || this.halvings !== this.#asked) {
      this.#number = number;
      this.#asked = this.halvings;
      this.#answer =
        finish(absorb(0x5bd1e995, number)) % 2 ** this.halvings === 0;
    }
    return this.#answer;
  }

  #halve(): void {
    // One stretch alone may be too much: then every second instant of it goes, which is thinning.
    if (this.halvings >= 20) {
      this.#length = Math.floor(this.#length / 2);
      return;
    }
    this.halvings++;
    let kept = 0;
    for (let i = 0; i < this.#length; i++) {
      const us = this.#instants[i]!;
      if (this.#isKept(us)) this.#instants[kept++] = us;
    }
    this.#length = kept;
  }
}
