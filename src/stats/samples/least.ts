/**
 * Keeps the `k` values whose keys are least. Of parts it is the same as of the
 * whole, in whatever order they come: where keys are drawn, it is a fair sample
 * (bottom-k).
 */
export class LeastK<Value> {
  readonly #k: number;
  readonly #keyOf: (value: Value) => number;
  /** By rising key. */
  #values: Value[] = [];

  constructor(k: number, keyOf: (value: Value) => number) {
    this.#k = k;
    this.#keyOf = keyOf;
  }

  /** Below this a key finds a place. */
  get bound(): number {
    return this.#values.length < this.#k
      ? Infinity
      : this.#keyOf(this.#values.at(-1)!);
  }

  /** @returns whether the value has found a place */
  add(value: Value): boolean {
    const key = this.#keyOf(value);
    if (!(key < this.bound)) return false;
    let at = this.#values.length;
    while (at > 0 && this.#keyOf(this.#values[at - 1]!) > key) at--;
    this.#values.splice(at, 0, value);
    if (this.#values.length > this.#k) this.#values.pop();
    return true;
  }

  /** By rising key. */
  get values(): readonly Value[] {
    return this.#values;
  }
}
