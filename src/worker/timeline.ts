import { SLOT_MS } from "../base/mod.ts";
import type { Anchor, Shared } from "./shared.ts";

/** Where a thread is: which slot, in which segment of plan time. */
export interface Position {
  readonly slot: number;
  readonly segment: number;
}

/** What follows a slot. `jumpedFrom` is set when plan time jumps here. */
export interface NextSlot extends Position {
  readonly startMs: number;
  readonly jumpedFrom: number | null;
}

/**
 * Slots as monotonic instants, by the anchor that all threads share. When the
 * wall clock jumps, every thread leaves the old segment at the same slot and
 * enters the new one at the same slot.
 */
export class Timeline {
  readonly #shared: Shared;
  #anchor: Anchor;
  #version = -1;

  constructor(shared: Shared) {
    this.#shared = shared;
    const anchor = shared.readAnchor();
    if (anchor === undefined) throw new Error("Invariant broken: no anchor");
    this.#anchor = anchor;
  }

  /** The instant at which a slot begins, monotonic milliseconds. */
  startOf({ slot, segment }: Position): number {
    const a = this.#current();
    return segment > a.id
      ? a.nextMonoMs + (slot - a.nextSlot) * SLOT_MS
      : a.monoMs + (slot - a.slot) * SLOT_MS;
  }

  /** The slot after a given one. */
  after({ slot, segment }: Position): NextSlot {
    const a = this.#current();
    const next = { slot: slot + 1, segment: Math.max(segment, a.id) };
    // A thread that was stuck during a whole segment enters the present one.
    if (segment < a.id) return this.#enter(a.id, a.slot, slot + 1);
    if (segment === a.id && next.slot >= a.endSlot) {
      return this.#enter(a.id + 1, a.nextSlot, next.slot);
    }
    return { ...next, startMs: this.startOf(next), jumpedFrom: null };
  }

  /** The slot in which an instant lies. */
  at(monoMs: number): Position {
    const a = this.#current();
    const isNext = a.endSlot !== Infinity && monoMs >= a.nextMonoMs;
    return isNext
      ? {
        slot: a.nextSlot + Math.floor((monoMs - a.nextMonoMs) / SLOT_MS),
        segment: a.id + 1,
      }
      : {
        slot: a.slot + Math.floor((monoMs - a.monoMs) / SLOT_MS),
        segment: a.id,
      };
  }

  #enter(segment: number, slot: number, jumpedFrom: number): NextSlot {
    const position = { slot, segment };
    return { ...position, startMs: this.startOf(position), jumpedFrom };
  }

  #current(): Anchor {
    const version = this.#shared.anchorVersion;
    if (version === this.#version) return this.#anchor;
    const anchor = this.#shared.readAnchor();
    if (anchor !== undefined) {
      this.#anchor = anchor;
      this.#version = version;
    }
    return this.#anchor;
  }
}
