/** The arrivals are a Poisson process with the planned rate, lane by lane and as a whole. */
import assert from "node:assert/strict";
import { laneOf, LANES, offsetMsOf, targetOf } from "../../src/arrivals/mod.ts";
import { firedAt, patternWith, spikesWith } from "../pattern/support.ts";
import { arrivalsOf, planOf } from "../arrivals/support.ts";
import {
  chiSquare,
  chiSquareTail,
  correlation,
  ksDistance,
  ksLimit,
  range,
} from "./statistics.ts";

const START_MS = Date.UTC(2026, 2, 28, 9);
const START = START_MS / 100;

/** A rate that ramps, spikes and trembles. */
const VARYING = firedAt(
  patternWith({
    base: 150,
    rampUpMs: 20_000,
    spikes: spikesWith({ lambda: 0.05, factor: 4 }),
    noise: { kind: "spring", amplitude: 0.5 },
  }),
  START_MS,
);
const varying = (slot: number) => VARYING.partsAt(slot).rate;

/**
 * Arrivals on the scale of the expected count, where a Poisson process of any
 * rate becomes one of rate 1 (time rescaling; Brown et al., 2002).
 */
function rescaled(seed: number, count: number): number[] {
  const lists = arrivalsOf(planOf("poisson", { seed }), varying, {
    from: START,
    count,
  });
  let area = 0;
  return lists.flatMap((list, i) => {
    const before = area;
    const inSlot = varying(START + i) / 10;
    area += inSlot;
    return list.map((v) => before + offsetMsOf(v) / 100 * inSlot);
  });
}

for (const seed of [0, 98, 2 ** 40]) {
  Deno.test(`arrivals of seed ${seed} are Poisson after time rescaling (KS at 1 %)`, () => {
    const instants = rescaled(seed, 1200);
    const gaps = instants.slice(1).map((at, i) => at - instants[i]!);
    assert.ok(gaps.length > 15_000);
    const exponential = (x: number) => -Math.expm1(-x);
    const distance = ksDistance(gaps, exponential);
    assert.ok(distance < ksLimit(gaps.length), `D ${distance}`);
    const r = correlation(gaps.slice(1), gaps.slice(0, -1));
    assert.ok(Math.abs(r) < 3 / Math.sqrt(gaps.length), `r ${r}`);
  });
}

for (const base of [0.5, 40, 3000]) {
  Deno.test(`arrivals at ${base}/s are neither clumped nor even (dispersion at 1 %)`, () => {
    const seconds = base > 1000 ? 300 : 2000;
    const lists = arrivalsOf(planOf("poisson"), () => base, {
      from: START,
      count: seconds * 10,
    });
    const counts = range(seconds).map((s) =>
      lists.slice(s * 10, s * 10 + 10).reduce((n, list) => n + list.length, 0)
    );
    const mean = counts.reduce((a, b) => a + b, 0) / seconds;
    const sigma = Math.sqrt(base / seconds);
    assert.ok(Math.abs(mean - base) < 3 * sigma, `mean ${mean}`);
    const statistic = chiSquare(counts, counts.map(() => mean));
    const tail = chiSquareTail(statistic, seconds - 1);
    assert.ok(tail > 0.005 && tail < 0.995, `index ${statistic / seconds}`);
  });
}

Deno.test("arrivals lie evenly inside their slot (KS at 1 %)", () => {
  const span = { from: START, count: 200 };
  const lists = arrivalsOf(planOf("poisson"), () => 1000, span);
  const offsets = lists.flat().map((v) => offsetMsOf(v) / 100);
  assert.ok(ksDistance(offsets) < ksLimit(offsets.length));
});

Deno.test("lanes have equal shares and say nothing about each other", () => {
  const seconds = 400;
  const span = { from: START, count: seconds * 10 };
  const lists = arrivalsOf(planOf("poisson"), () => 800, span);
  const perLane = range(LANES).map(() => new Array<number>(seconds).fill(0));
  lists.forEach((list, i) => {
    for (const v of list) perLane[laneOf(v)]![Math.floor(i / 10)]!++;
  });
  const sums = perLane.map((counts) => counts.reduce((a, b) => a + b, 0));
  const share = sums.reduce((a, b) => a + b, 0) / LANES;
  const tail = chiSquareTail(chiSquare(sums, sums.map(() => share)), LANES - 1);
  assert.ok(tail > 0.005 && tail < 0.995, `tail ${tail}`);
  for (const other of [1, 2, 16, 128, 255]) {
    const r = correlation(perLane[0]!, perLane[other]!);
    assert.ok(Math.abs(r) < 3.5 / Math.sqrt(seconds), `lane ${other}: ${r}`);
  }
  const halves = [range(128), range(128).map((i) => i + 128)].map((lanes) =>
    range(seconds).map((s) => lanes.reduce((n, l) => n + perLane[l]![s]!, 0))
  );
  const r = correlation(halves[0]!, halves[1]!);
  assert.ok(Math.abs(r) < 3 / Math.sqrt(seconds), `halves: ${r}`);
});

for (const kind of ["poisson", "uniform"] as const) {
  Deno.test(`targets (${kind}) are chosen by their weights (chi-square at 1 %)`, () => {
    const weights = [50, 0, 30, 1, 15, 4, 20, 8, 9, 7, 3, 6];
    const span = { from: START, count: 300 };
    const lists = arrivalsOf(planOf(kind, { weights }), () => 1000, span);
    const arrivals = lists.flat();
    const counts = weights.map((_, i) =>
      arrivals.filter((v) => targetOf(v) === i).length
    );
    assert.equal(counts[1], 0);
    const total = weights.reduce((a, b) => a + b, 0);
    const expected = weights.map((w) => w / total * arrivals.length);
    const kept = weights.map((w, i) => ({ w, i })).filter(({ w }) => w > 0);
    const statistic = chiSquare(
      kept.map(({ i }) => counts[i]!),
      kept.map(({ i }) => expected[i]!),
    );
    const tail = chiSquareTail(statistic, kept.length - 1);
    assert.ok(tail > 0.01, `tail ${tail}: ${counts}`);
  });
}

Deno.test("targets of one lane and slot are chosen each for itself", () => {
  const span = { from: START, count: 20 };
  const plan = planOf("poisson", { weights: [1, 1] });
  // About 40 arrivals for each lane and slot.
  const lists = arrivalsOf(plan, () => 100_000, span);
  let pairs = 0;
  let same = 0;
  for (const list of lists) {
    const last = new Map<number, number>();
    for (const v of list) {
      const before = last.get(laneOf(v));
      if (before !== undefined) pairs++;
      if (before === targetOf(v)) same++;
      last.set(laneOf(v), targetOf(v));
    }
  }
  assert.ok(pairs > 100_000);
  const sigma = Math.sqrt(pairs) / 2;
  assert.ok(Math.abs(same - pairs / 2) < 3 * sigma, `${same} of ${pairs}`);
});
