import { absorb, finish } from "../base/mod.ts";
import { LANES } from "./lanes.ts";

/** Targets that an arrival can name. */
export const TARGETS_MAX = 256;
/** Nanoseconds of a slot: the grid on which intended instants lie. */
export const SLOT_NS = 100_000_000;

/*
 * An arrival of a slot is one number, so that a slot's arrivals are a
 * Float64Array that sorts by time without a comparator and costs no object:
 *
 *   offset in ns (27 bits) │ lane (8 bits) │ target (8 bits)
 */
const LANE_UNIT = TARGETS_MAX;
const OFFSET_UNIT = LANES * TARGETS_MAX;

/** Packs an arrival. `share` is where in the slot it lies, in [0, 1). */
export function packArrival(
  share: number,
  lane: number,
  target: number,
): number {
  return Math.floor(share * SLOT_NS) * OFFSET_UNIT + lane * LANE_UNIT + target;
}

/** Milliseconds from the start of the slot to the intended instant. */
export function offsetMsOf(arrival: number): number {
  return Math.floor(arrival / OFFSET_UNIT) / 1e6;
}

/** The lane of an arrival. */
export function laneOf(arrival: number): number {
  return Math.floor(arrival / LANE_UNIT) % LANES;
}

/** Index of an arrival's target. */
export function targetOf(arrival: number): number {
  return arrival % TARGETS_MAX;
}

/**
 * Commutative hash of arrivals: two sums of 32 bits, each mod 2^32, over a
 * hash of (slot, arrival). The order, and who adds what, do not matter.
 */
export class Digest {
  lo = 0;
  hi = 0;

  /** Adds the first `count` arrivals of a slot. */
  addSlot(slot: number, arrivals: Float64Array, count: number): void {
    const a = absorbWide(0x243f6a88, slot);
    const b = absorbWide(0x85a308d3, slot);
    for (let i = 0; i < count; i++) {
      this.lo = (this.lo + finish(absorbWide(a, arrivals[i]!))) >>> 0;
      this.hi = (this.hi + finish(absorbWide(b, arrivals[i]!))) >>> 0;
    }
  }

  /** Adds another digest. */
  add(other: { readonly lo: number; readonly hi: number }): void {
    this.lo = (this.lo + other.lo) >>> 0;
    this.hi = (this.hi + other.hi) >>> 0;
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return hex32(this.hi) + hex32(this.lo);
  }
}

function absorbWide(state: number, value: number): number {
  return absorb(absorb(state, value >>> 0), (value / 2 ** 32) >>> 0);
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, "0");
}
