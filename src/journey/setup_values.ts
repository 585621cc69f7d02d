import type { Vars } from "../request/mod.ts";

/**
 * The values that the setup has captured, for the arrivals of a worker. New
 * values hold from the next slot on: no slot has some of both.
 */
export class SetupValues {
  #values: Vars | null;
  #next: Vars | null = null;
  /** The newest slot that was asked for. */
  #slot = -Infinity;

  /** @param values null = there is no setup */
  constructor(values: Vars | null) {
    this.#values = values;
  }

  /** Takes the values that were captured again. */
  take(next: Vars): void {
    this.#next = next;
  }

  /** The values for an arrival of a slot. */
  at(slot: number): Vars | null {
    if (slot > this.#slot) {
      this.#slot = slot;
      if (this.#next !== null) {
        this.#values = this.#next;
        this.#next = null;
      }
    }
    return this.#values;
  }
}
