import { SLOT_MS, SLOTS_PER_SEC } from "../base/mod.ts";
import type { Segment, Shared } from "./shared.ts";

/**
 * A hundred milliseconds of a run, counted from 0 at its start whatever plan
 * time does, and the slot of the plan that it sends.
 */
export interface Beat {
  readonly beat: number;
  readonly slot: number;
  /** Monotonic instant at which it begins. */
  readonly startMs: number;
}

/** A leap of plan time: beat `beat` sends slot `to`, and not the next one, `from`. */
export interface Leap {
  readonly beat: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Beats, slots and instants, by the segments that all threads share.
 *
 *   beat   0   1   2   3   4   5   6        one after the other
 *   slot  40  41  42  43  90  91  92        leaps with the wall clock
 *          └─ segment ─┘   └─ segment ─…
 */
export class Timeline {
  readonly #shared: Shared;
  #segments: readonly Segment[] = [];
  #version = -1;

  constructor(shared: Shared) {
    this.#shared = shared;
    if (this.#read().length === 0) {
      throw new Error("Invariant broken: no segment");
    }
  }

  /** Slot and instant of a beat. */
  at(beat: number): Beat {
    const segments = this.#read();
    let i = segments.length - 1;
    while (i > 0 && segments[i]!.beat > beat) i--;
    const s = segments[i]!;
    const ahead = beat - s.beat;
    return {
      beat,
      slot: s.slot + ahead,
      startMs: s.monoMs + ahead * SLOT_MS,
    };
  }

  /** The beat in which an instant lies. */
  beatAt(monoMs: number): number {
    const segments = this.#read();
    let i = segments.length - 1;
    while (i > 0 && segments[i]!.monoMs > monoMs) i--;
    const s = segments[i]!;
    const beat = s.beat + Math.floor((monoMs - s.monoMs) / SLOT_MS);
    const next = segments[i + 1];
    // The last beat before a leap may be longer than the others.
    return next === undefined ? beat : Math.min(beat, next.beat - 1);
  }

  /** The leaps after beat `after`, up to and including that of beat `upTo`. */
  leapsBetween(after: number, upTo: number): Leap[] {
    const segments = this.#read();
    return segments.slice(1).flatMap(({ beat, slot }, i) => {
      if (beat <= after || beat > upTo) return [];
      const before = segments[i]!;
      return [{ beat, from: before.slot + beat - before.beat, to: slot }];
    });
  }

  /** Second of the run at an instant; after the last beat, its second. */
  secondAt(monoMs: number): number {
    const last = Math.min(this.beatAt(monoMs), this.#shared.endBeat - 1);
    return secondOf(Math.max(0, last));
  }

  #read(): readonly Segment[] {
    const version = this.#shared.segmentsVersion;
    if (version !== this.#version) {
      const segments = this.#shared.readSegments();
      if (segments !== undefined) {
        this.#segments = segments;
        this.#version = version;
      }
    }
    return this.#segments;
  }
}

/** Second of the run in which a beat lies. */
export function secondOf(beat: number): number {
  return Math.floor(beat / SLOTS_PER_SEC);
}
