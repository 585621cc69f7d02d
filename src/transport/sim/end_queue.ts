import type { Call } from "../port.ts";
import type { Outcome } from "../outcome.ts";

const FIRST_ROOM = 64;

/**
 * Calls in the order in which they end. A binary heap of places in flat
 * arrays: pushing and popping allocate nothing once the arrays have grown.
 * Calls that end at the same instant come out as they went in.
 */
export class EndQueue {
  /** By place. */
  #atMs = new Float64Array(FIRST_ROOM);
  #order = new Float64Array(FIRST_ROOM);
  readonly #calls: Call[] = [];
  readonly #outcomes: Outcome[] = [];
  /** The heap in its first `size` entries, free places behind. */
  #places = Uint32Array.from({ length: FIRST_ROOM }, (_, place) => place);
  #size = 0;
  #pushed = 0;

  get size(): number {
    return this.#size;
  }

  /** When the next call ends; Infinity when there is none. */
  get nextMs(): number {
    return this.#size === 0 ? Infinity : this.#atMs[this.#places[0]!]!;
  }

  /** What comes of the next call; there must be one. */
  get nextOutcome(): Outcome {
    return this.#outcomes[this.#places[0]!]!;
  }

  /** Adds a call that ends at an instant. */
  push(atMs: number, call: Call, outcome: Outcome): void {
    if (this.#size === this.#places.length) this.#grow();
    const place = this.#places[this.#size]!;
    this.#atMs[place] = atMs;
    this.#order[place] = this.#pushed++;
    this.#calls[place] = call;
    this.#outcomes[place] = outcome;
    this.#rise(this.#size++, place);
  }

  /** Takes the next call out; there must be one. */
  pop(): Call {
    const places = this.#places;
    const first = places[0]!;
    const last = places[--this.#size]!;
    places[this.#size] = first;
    if (this.#size > 0) this.#sink(last);
    return this.#calls[first]!;
  }

  #rise(from: number, place: number): void {
    const places = this.#places;
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.#before(place, places[parent]!)) break;
      places[hole] = places[parent]!;
      hole = parent;
    }
    places[hole] = place;
  }

  #sink(place: number): void {
    const places = this.#places;
    let hole = 0;
    for (let child = 1; child < this.#size; child = 2 * hole + 1) {
      const right = child + 1;
      if (
        right < this.#size && this.#before(places[right]!, places[child]!)
      ) child = right;
      if (!this.#before(places[child]!, place)) break;
      places[hole] = places[child]!;
      hole = child;
    }
    places[hole] = place;
  }

  #before(a: number, b: number): boolean {
    const difference = this.#atMs[a]! - this.#atMs[b]!;
    return difference < 0 ||
      (difference === 0 && this.#order[a]! < this.#order[b]!);
  }

  #grow(): void {
    const room = 2 * this.#places.length;
    this.#atMs = widened(this.#atMs, new Float64Array(room));
    this.#order = widened(this.#order, new Float64Array(room));
    const places = Uint32Array.from({ length: room }, (_, place) => place);
    this.#places = widened(this.#places, places);
  }
}

function widened<T extends Float64Array | Uint32Array>(old: T, wide: T): T {
  wide.set(old);
  return wide;
}
