/** A growing list of packed arrivals whose memory is used again for each slot. */
export class ArrivalList {
  #values = new Float64Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The packed arrival at a position. */
  at(i: number): number {
    return this.#values[i]!;
  }

  push(arrival: number): void {
    if (this.#length === this.#values.length) this.#grow();
    this.#values[this.#length++] = arrival;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Puts the arrivals in the order of their instants. */
  sort(): void {
    if (this.#length > 1) this.view().sort();
  }

  /** The arrivals as an array that the next change invalidates. */
  view(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  #grow(): void {
    const larger = new Float64Array(this.#values.length * 2);
    larger.set(this.#values);
    this.#values = larger;
  }
}
