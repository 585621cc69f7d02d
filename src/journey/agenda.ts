/** Something that happens at an instant. Only the agenda changes its place. */
export interface Dated {
  /** Monotonic milliseconds. */
  atMs: number;
  /** Where it stands in the heap; −1 = nowhere. */
  place: number;
}

/**
 * Instants in their order: a binary heap whose entries know their places, so
 * that one can be moved and taken out. Nothing is allocated for an entry.
 */
export class Agenda<T extends Dated> {
  readonly #heap: T[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The earliest instant; Infinity = there is none. */
  get nextMs(): number {
    return this.#heap.length === 0 ? Infinity : this.#heap[0]!.atMs;
  }

  /** The entry with the earliest instant, which stays; undefined = there is none. */
  get first(): T | undefined {
    return this.#heap[0];
  }

  /** All entries, in no order, as they are now. */
  all(): T[] {
    return [...this.#heap];
  }

  /** Enters something at an instant, or moves it there. */
  put(entry: T, atMs: number): void {
    entry.atMs = atMs;
    if (entry.place < 0) {
      entry.place = this.#heap.length;
      this.#heap.push(entry);
    }
    this.#sink(this.#rise(entry));
  }

  /** Takes something out, wherever it stands. */
  remove(entry: T): void {
    const { place } = entry;
    if (place < 0) return;
    entry.place = -1;
    const last = this.#heap.pop()!;
    if (last === entry) return;
    last.place = place;
    this.#heap[place] = last;
    this.#sink(this.#rise(last));
  }

  #rise(entry: T): T {
    const heap = this.#heap;
    let at = entry.place;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent]!;
      if (above.atMs <= entry.atMs) break;
      heap[at] = above;
      above.place = at;
      at = parent;
    }
    heap[at] = entry;
    entry.place = at;
    return entry;
  }

  #sink(entry: T): void {
    const heap = this.#heap;
    let at = entry.place;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = child + 1;
      if (right < heap.length && heap[right]!.atMs < heap[child]!.atMs) {
        child = right;
      }
      const below = heap[child]!;
      if (below.atMs >= entry.atMs) break;
      heap[at] = below;
      below.place = at;
      at = child;
    }
    heap[at] = entry;
    entry.place = at;
  }
}
