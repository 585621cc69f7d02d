/**
 * A sender without a network: makes a plan's arrivals, sends them with a fault
 * or without, and writes down what a worker would.
 *
 * @module
 */
import { arrivalsIn, laneOf, offsetMsOf } from "../../src/arrivals/mod.ts";
import { SLOT_MS } from "../../src/base/mod.ts";
import { type BurstSpec, slotShapeOf } from "../../src/pattern/mod.ts";
import {
  createRegion,
  LANE_CELLS,
  LAW_BINS,
  Layout,
  ProofWriter,
} from "../../src/stats/mod.ts";
import { viewRegion } from "../../src/stats/layout.ts";
import { CountsAgain, evenLawOf, lawOf } from "../../src/verdict/mod.ts";
import { firedAt } from "../pattern/support.ts";
import { planWith } from "../sim/plans.ts";

/** One arrival, and when it is sent: never before its instant. */
export interface Sent {
  readonly slot: number;
  readonly lane: number;
  readonly intendedMs: number;
  readonly sentMs: number;
}

/** What becomes of the arrivals of a slot, in the order in which they are sent. */
export type Fault = (
  arrivals: readonly Sent[],
  random: () => number,
) => readonly Sent[];

/** How a sender is simulated. */
export interface SenderOptions {
  readonly ratePerSec: number;
  readonly arrivals: number;
  readonly seed?: number;
  readonly isUniform?: boolean;
  /** The rate that the sender really has, as a multiple of the plan's. */
  readonly speed?: number;
  readonly burst?: BurstSpec;
  /** Whether the writer knows of bursts inside slots; absent = it does. */
  readonly isShapeKnown?: boolean;
}

const START_MS = Date.UTC(2026, 2, 28, 12);

/** Everything that is proved of a sender. */
export function proofsOf(fault: Fault, options: SenderOptions) {
  const { ratePerSec, arrivals, seed = 98, speed = 1 } = options;
  const { isUniform = false, burst, isShapeKnown = true } = options;
  const layout = new Layout(1);
  const buffer = createRegion(layout);
  const writer = new ProofWriter(buffer, layout);
  const again = new CountsAgain();
  const random = chance(seed);
  const kind = isUniform ? "uniform" : "poisson";
  const plan = (base: number) =>
    planWith({ pattern: { base, seed, burst }, arrivals: kind });
  const { pattern } = plan(ratePerSec);
  const traffic = firedAt(pattern, START_MS);
  const shape = isShapeKnown ? slotShapeOf(pattern) : null;
  const durationMs = Math.ceil(1000 * arrivals / ratePerSec / SLOT_MS) *
    SLOT_MS;
  const span = { startMs: START_MS, durationMs };
  const planned = arrivalsIn(plan(ratePerSec), span);
  for (const { slot, list } of arrivalsIn(plan(ratePerSec * speed), span)) {
    const startMs = slot * SLOT_MS - START_MS;
    writer.slot({
      slot,
      startMs,
      ratePerSec: traffic.rateAt(slot),
      wholePerSec: traffic.rateAt(slot),
      isUniform,
      shape,
    });
    const due = Array.from({ length: list.length }, (_, i): Sent => {
      const intendedMs = startMs + offsetMsOf(list.at(i));
      return { slot, lane: laneOf(list.at(i)), intendedMs, sentMs: intendedMs };
    });
    for (const sent of fault(due, random)) writer.sent(sent);
    const same = planned.next().value!;
    for (let i = 0; i < same.list.length; i++) {
      again.plan(slot, laneOf(same.list.at(i)));
    }
    again.made(slot);
  }
  const { cells } = viewRegion(buffer, layout);
  const handled = cells.subarray(layout.lanes, layout.lanes + LANE_CELLS);
  again.end(handled, 0);
  const first = layout.law + (isUniform ? LAW_BINS : 0);
  const bins = cells.subarray(first, first + LAW_BINS);
  return {
    law: isUniform ? evenLawOf(bins) : lawOf(bins),
    counts: again.read(handled, 0),
  };
}

/** Numbers in [0, 1), the same ones for one seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What one request costs a sender, which sends nothing else meanwhile. */
const COST_MS = 0.03;
/** How late a sender wakes that has slept: 1 µs in the middle, 60 µs at nine of ten. */
const WAKE_MS = [0.001, 0.06] as const;

/** A sender as it is on a quiet machine: one thread, which wakes a moment late. */
export function pacedSender(): Fault {
  let freeMs = -Infinity;
  return (due, random) =>
    due.map((each) => {
      const { intendedMs } = each;
      const hasSlept = intendedMs > freeMs;
      const wakeMs = hasSlept ? wakeOf(random()) : WAKE_MS[0];
      const sentMs = Math.max(intendedMs + wakeMs, freeMs);
      freeMs = sentMs + COST_MS;
      return { ...each, sentMs };
    });
}

function wakeOf(u: number): number {
  const [usual, late] = WAKE_MS;
  if (u < 0.5) return usual;
  if (u < 0.9) return usual + (u - 0.5) / 0.4 * (late - usual);
  return late * (1 - Math.log((1 - u) / 0.1));
}

/** The faults that a proof must catch, and one sender without any. */
export const FAULTS = {
  none: (due) => due,
  /** Sends wait for the next tick of a millisecond. */
  batched: (due) =>
    due.map((each) => ({ ...each, sentMs: Math.ceil(each.intendedMs) })),
  dropped: (due, random) => due.filter(() => random() >= 0.001),
  doubled: (due, random) =>
    due.flatMap((each) => random() < 0.001 ? [each, each] : [each]),
  /** Every second stands still for its last 200 ms. */
  frozen: (due) =>
    due.map((each) => {
      const ofSecond = each.intendedMs % 1000;
      const heldMs = ofSecond >= 800 ? 1000 - ofSecond : 0;
      return { ...each, sentMs: each.intendedMs + heldMs };
    }),
  /** All gaps of a slot are the same. */
  constant: (due) =>
    due.map((each, i) => {
      const startMs = Math.floor(each.intendedMs / SLOT_MS) * SLOT_MS;
      return { ...each, sentMs: startMs + (i + 0.5) * SLOT_MS / due.length };
    }),
  /** Each is late by itself, which keeps the process what it is. */
  late: (due, random) =>
    due.map((each) => ({ ...each, sentMs: each.intendedMs + random() * 0.05 })),
} as const satisfies Readonly<Record<string, Fault>>;
