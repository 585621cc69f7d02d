/** Requests that may wait at once: more in ten seconds than kar can send. */
const ITEMS_MAX = 2 ** 20;

/** Takes a request whose place in the order is known. */
export type TakeSorted = (us: number, tag: number) => void;

/**
 * Puts instants in order that are out of it by less than a window, as those of
 * starts in a log that is written at ends: a heap of what lies within the window
 * before the newest. What comes later than that is counted, and not moved.
 */
export class InWindow {
  /** Instants that came too late for their place. */
  late = 0;
  readonly #windowUs: number;
  readonly #take: TakeSorted;
  /** A heap by instant; tags lie beside. */
  readonly #us: number[] = [];
  readonly #tags: number[] = [];
  #newestUs = -Infinity;
  #goneUs = -Infinity;

  constructor(windowUs: number, take: TakeSorted) {
    this.#windowUs = windowUs;
    this.#take = take;
  }

  /** @param tag what belongs to it, as a number */
  add(us: number, tag: number): void {
    if (us < this.#goneUs) {
      this.late++;
      return;
    }
    this.#push(us, tag);
    if (us > this.#newestUs) this.#newestUs = us;
    const edgeUs = this.#newestUs - this.#windowUs;
    while (this.#us.length > 0 && this.#us[0]! <= edgeUs) this.#pop();
    while (this.#us.length > ITEMS_MAX) this.#pop();
  }

  /** No more instants come. */
  end(): void {
    while (this.#us.length > 0) this.#pop();
  }

  #push(us: number, tag: number): void {
    let i = this.#us.length;
    this.#us.push(us);
    this.#tags.push(tag);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (this.#us[parent]! <= us) break;
      this.#us[i] = this.#us[parent]!;
      this.#tags[i] = this.#tags[parent]!;
      i = parent;
    }
    this.#us[i] = us;
    this.#tags[i] = tag;
  }

  #pop(): void {
    const top = this.#us[0]!;
    const topTag = this.#tags[0]!;
    const us = this.#us.pop()!;
    const tag = this.#tags.pop()!;
    const length = this.#us.length;
    if (length > 0) {
      let i = 0;
      for (;;) {
        let child = 2 * i + 1;
        if (child >= length) break;
        if (child + 1 < length && this.#us[child + 1]! < this.#us[child]!) {
          child++;
        }
        if (this.#us[child]! >= us) break;
        this.#us[i] = this.#us[child]!;
        this.#tags[i] = this.#tags[child]!;
        i = child;
      }
      this.#us[i] = us;
      this.#tags[i] = tag;
    }
    this.#goneUs = top;
    this.#take(top, topTag);
  }
}
