import assert from "node:assert/strict";
import { Digest } from "../../src/arrivals/mod.ts";
import { PHASES, type TrafficEvent } from "../../src/pattern/mod.ts";
import { COUNTER } from "../../src/stats/mod.ts";
import type { Segment } from "../../src/worker/mod.ts";
import { arrivalsOf } from "../arrivals/support.ts";
import { planWith } from "../sim/plans.ts";
import { exchangesUntil, FIRST, RUN_START_MS, WorkerBench } from "./support.ts";

const PLAN = planWith({ pattern: { base: 200 } });

function eventAt(n: number, change: Partial<TrafficEvent>): TrafficEvent {
  return { slot: FIRST + n, kind: "scale", value: 0, durationMs: 0, ...change };
}

/** Lets plan time leap. */
function leap({ shared }: WorkerBench, segment: Segment): void {
  shared.writeSegments([...shared.readSegments()!, segment]);
}

/** Takes everything that the feed gives until an instant; gives the intended instants. */
function takeUntil(bench: WorkerBench, untilMs: number): number[] {
  return exchangesUntil(bench, untilMs).map(({ intendedMs }) => intendedMs);
}

Deno.test("Feed gives the arrivals of its lanes at their instants, in order", () => {
  for (const stripe of [{ index: 1, count: 1 }, { index: 2, count: 3 }]) {
    const bench = new WorkerBench(PLAN, stripe);
    const instants = takeUntil(bench, RUN_START_MS + 2000);
    const lists = arrivalsOf(PLAN, () => 200, {
      from: FIRST,
      count: 20,
      stripe,
    });
    const offset = (v: number) => Math.floor(v / 65_536) / 1e6;
    const expected = lists.flatMap((list, i) =>
      list.map((v) => RUN_START_MS + i * 100 + offset(v))
    );
    assert.deepEqual(instants, expected);
    assert.deepEqual(instants, instants.toSorted((a, b) => a - b));
  }
});

Deno.test("Feed makes a slot 5 ms before it begins, and says when to ask again", () => {
  const bench = new WorkerBench(planWith({ pattern: { base: 0 } }));
  assert.equal(bench.feed.nextMs(RUN_START_MS - 10), RUN_START_MS - 5);
  assert.equal(bench.beatsMade, 0);
  assert.equal(bench.feed.nextMs(RUN_START_MS - 5), RUN_START_MS + 95);
  assert.equal(bench.beatsMade, 1);
  assert.equal(bench.feed.hasNext, false);
});

Deno.test("Feed counts as due what it makes, with its digest, once", () => {
  const bench = new WorkerBench(PLAN);
  takeUntil(bench, RUN_START_MS + 1000);
  // At the edge of a second the next slot was made already.
  const lists = arrivalsOf(PLAN, () => 200, { from: FIRST, count: 11 });
  assert.equal(bench.run().due, lists.flat().length);
  const digest = new Digest();
  lists.forEach((list, i) =>
    digest.addSlot(FIRST + i, Float64Array.from(list), list.length)
  );
  assert.equal(bench.stats.collector.all.total(COUNTER.digestLo), digest.lo);
  assert.equal(bench.stats.collector.all.total(COUNTER.digestHi), digest.hi);
  const dues = bench.stats.steps.list().map((step) => step.due);
  assert.equal(dues[0], lists.slice(0, 10).flat().length);
});

Deno.test("Feed lets an event hold from its slot on, and says that it has it", () => {
  const bench = new WorkerBench(planWith({ pattern: { base: 1000 } }));
  takeUntil(bench, RUN_START_MS + 150);
  bench.shared.writeEvent(eventAt(5, { kind: "pause" }));
  bench.shared.writeEvent(eventAt(9, { kind: "resume" }));
  assert.equal(bench.eventsSeen, 0);
  const later = takeUntil(bench, RUN_START_MS + 1200);
  assert.equal(bench.eventsSeen, 2);
  const inside = later.filter((ms) =>
    ms >= RUN_START_MS + 500 && ms < RUN_START_MS + 900
  );
  assert.deepEqual(inside, []);
  const before = later.filter((ms) => ms < RUN_START_MS + 500).length;
  const after = later.filter((ms) => ms >= RUN_START_MS + 900).length;
  assert.ok(before > 200 && after > 200);
});

Deno.test("Feed names slot and phase of each arrival", () => {
  const bench = new WorkerBench(
    planWith({ pattern: { base: 10_000, rampUpMs: 300 } }),
  );
  bench.shared.writeEvent(eventAt(5, { value: 2 }));
  const exchanges = exchangesUntil(bench, RUN_START_MS + 699);
  const pairs = new Set(
    exchanges.map(({ slot, stage }) => `${slot - FIRST} ${PHASES[stage]}`),
  );
  const [ramp, baseline, manual] = ["ramp", "baseline", "manual"];
  assert.deepEqual(
    [...pairs],
    [ramp, ramp, ramp, baseline, baseline, manual, manual]
      .map((phase, slot) => `${slot} ${phase}`),
  );
});

Deno.test("Feed ends before the end beat, even if that is its first", () => {
  for (const n of [0, 1, 7]) {
    const bench = new WorkerBench(PLAN);
    bench.shared.endBeat = n;
    takeUntil(bench, RUN_START_MS + 2000);
    const lists = arrivalsOf(PLAN, () => 200, { from: FIRST, count: n });
    assert.equal(bench.run().due, lists.flat().length);
    assert.equal(bench.feed.nextMs(RUN_START_MS + 5000), Infinity);
    assert.equal(bench.beatsMade, n);
  }
});

for (const to of [FIRST + 36_003, FIRST - 35_997]) {
  Deno.test(`Feed jumps to slot ${to} with the ramp where it was`, () => {
    const ramped = { base: 2000, rampUpMs: 4000 };
    const bench = new WorkerBench(planWith({ pattern: ramped }));
    takeUntil(bench, RUN_START_MS + 750);
    leap(bench, { beat: 10, slot: to, monoMs: RUN_START_MS + 1040 });
    takeUntil(bench, RUN_START_MS + 1040 + 1000);
    assert.equal(bench.beatsMade, 21);
    const { ramp } = bench.traffic.partsAt(to);
    assert.ok(Math.abs(ramp - 1050 / 4000) < 1e-9, `${ramp}`);
    // 20 slots and one made ahead: the area under the ramp, 100 × 21²/2 × 0.05.
    const { due } = bench.run();
    assert.ok(Math.abs(due - 1103) < 6 * Math.sqrt(1103), `${due}`);
  });
}

Deno.test("Feed makes a leap that was decided after it made the beat before", () => {
  const bench = new WorkerBench(PLAN);
  // Beat 9 was made 105 ms before beat 10 begins.
  takeUntil(bench, RUN_START_MS + 900);
  assert.equal(bench.beatsMade, 10);
  const slot = FIRST + 500;
  leap(bench, { beat: 10, slot, monoMs: RUN_START_MS + 1000 });
  const before = bench.run().due;
  takeUntil(bench, RUN_START_MS + 1000);
  const [list] = arrivalsOf(PLAN, () => 200, { from: slot, count: 1 });
  assert.equal(bench.run().due - before, list!.length);
});

Deno.test("Feed makes every leap that it slept through, each where it was", () => {
  const paused = eventAt(12, { kind: "pause" });
  const bench = new WorkerBench(PLAN);
  bench.shared.writeEvent(paused);
  leap(bench, { beat: 10, slot: FIRST + 500, monoMs: RUN_START_MS + 1000 });
  leap(bench, { beat: 20, slot: FIRST + 90, monoMs: RUN_START_MS + 2000 });
  takeUntil(bench, RUN_START_MS + 3000);
  // Ten beats before the first leap and two after it; then the pause.
  const lists = [
    arrivalsOf(PLAN, () => 200, { from: FIRST, count: 10 }),
    arrivalsOf(PLAN, () => 200, { from: FIRST + 500, count: 2 }),
  ];
  assert.equal(bench.run().due, lists.flat(2).length);
});

Deno.test("Feed makes up for slots that it is behind, one by one", () => {
  const bench = new WorkerBench(PLAN);
  takeUntil(bench, RUN_START_MS + 5000);
  const lists = arrivalsOf(PLAN, () => 200, { from: FIRST, count: 51 });
  assert.equal(bench.run().due, lists.flat().length);
  const dues = bench.stats.steps.list().slice(0, 5).map((step) => step.due);
  assert.ok(dues.every((due) => Math.abs(due - 200) < 90), `${dues}`);
});
