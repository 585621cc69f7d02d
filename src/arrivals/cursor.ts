import { laneOf, offsetMsOf, targetOf } from "./arrival.ts";
import { LANES } from "./lanes.ts";
import type { ArrivalList } from "./list.ts";

/**
 * Which arrival it is: the key of everything that is drawn for it. The same in
 * every run of a plan, whoever sends it, and in `simulate`.
 */
export interface ArrivalKey {
  /** The slot in which it is due. */
  slot: number;
  lane: number;
  /** How many arrivals of its lane came before it in its slot. */
  index: number;
}

/** An arrival as it is taken: its key, and which target it goes to. */
export interface Arrival extends ArrivalKey {
  target: number;
}

/**
 * Walks over the arrivals of a slot in the order of their instants, and says
 * which each one is.
 *
 * Instant and lane together are not a key: two arrivals of one lane may fall into
 * one nanosecond. Their number within lane and slot is one, and does not depend
 * on which other lanes the list holds.
 */
export class ArrivalCursor {
  #list: ArrivalList;
  #slot = 0;
  #at = 0;
  /** By lane, how many arrivals were taken. A slot has fewer than 2^16 of a lane. */
  readonly #taken = new Uint16Array(LANES);

  /** @param list what it walks over until `begin`: an empty one */
  constructor(list: ArrivalList) {
    this.#list = list;
  }

  /** Begins the list of another slot. */
  begin(slot: number, list: ArrivalList): void {
    this.#slot = slot;
    this.#list = list;
    this.#at = 0;
    this.#taken.fill(0);
  }

  /** Whether an arrival is left. */
  get hasNext(): boolean {
    return this.#at < this.#list.length;
  }

  /** Milliseconds from the start of the slot to the next arrival, of which there must be one. */
  get offsetMs(): number {
    return offsetMsOf(this.#list.at(this.#at));
  }

  /** Takes the next arrival, of which there must be one. */
  take(into: Arrival): void {
    const arrival = this.#list.at(this.#at++);
    const lane = laneOf(arrival);
    into.target = targetOf(arrival);
    into.slot = this.#slot;
    into.lane = lane;
    into.index = this.#taken[lane]!++;
  }
}
