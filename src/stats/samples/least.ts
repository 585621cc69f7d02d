/**
 * Keeps the `k` values with the least keys. The result for parts merges to that
 * of the whole, in any order; with keys that are drawn it is a fair sample
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

  /** A value with a key below this is kept. */
  get bound(): number {
    return this.#values.length < this.#k
      ? Infinity
      : this.#keyOf(this.#values.at(-1)!);
  }

  /**
   * @returns whether the value is kept
   */
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
