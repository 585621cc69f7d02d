/** One seed, one plan, one start: one list of arrivals, whoever sends it. */
import assert from "node:assert/strict";
import type { PlanChange } from "./plans.ts";
import { spikesWith } from "../pattern/support.ts";
import {
  checkEnd,
  dueOf,
  planned,
  planWith,
  SimRun,
  targetWith,
} from "./harness.ts";

const START_MS = Date.UTC(2026, 2, 28, 9, 59, 55);
const LIVELY: PlanChange = {
  pattern: {
    base: 300,
    rampUpMs: 3000,
    schedule: [{
      spans: [[600, 720]],
      days: [1, 2, 3, 4, 5, 6, 7],
      multiplier: 1.5,
      priority: 0,
    }],
    spikes: spikesWith({ lambda: 0.2 }),
    noise: { kind: "spring", amplitude: 0.3 },
  },
  targets: [targetWith({ weight: 3 }), targetWith({ name: "b" })],
};

for (const arrivals of ["poisson", "uniform"] as const) {
  Deno.test(`a run (${arrivals}) has the digest of its plan, for 1, 3 and 8 workers`, async () => {
    const plan = planWith({ ...LIVELY, arrivals });
    const expected = planned(plan, START_MS, 12_000);
    assert.ok(expected.due > 3000);
    for (const workers of [1, 3, 8]) {
      const options = { startMs: START_MS, durationMs: 12_000, workers };
      const sim = new SimRun(plan, options);
      const end = await sim.go(20_000);
      checkEnd(sim, end);
      assert.deepEqual(dueOf(end), expected, `${workers} workers`);
      assert.deepEqual(end.missed, {});
    }
  });
}

/** Aligned to no cell of bursts, over an edge of one. */
const WANDERING: PlanChange = {
  pattern: {
    ...LIVELY.pattern,
    drift: [{ amplitude: 0.2, timeMs: 60_000 }],
    burst: { slow: 0.6, mid: 0.6, fast: 0.7 },
    calendar: [{ date: "2026-03-28", as: 7, times: 0.9 }],
    mix: { amplitude: 0.3, timeMs: 20_000 },
  },
  targets: [targetWith({ weight: 3 }), targetWith({ name: "b" })],
};

for (const arrivals of ["poisson", "uniform"] as const) {
  Deno.test(`a run (${arrivals}) with drift, bursts, calendar and mix has the digest of its plan, for 1, 3 and 8 workers`, async () => {
    const plan = planWith({ ...WANDERING, arrivals });
    const expected = planned(plan, START_MS, 6000);
    assert.ok(expected.due > 500, `${expected.due}`);
    for (const workers of [1, 3, 8]) {
      const options = { startMs: START_MS, durationMs: 6000, workers };
      const sim = new SimRun(plan, options);
      const end = await sim.go(12_000);
      checkEnd(sim, end);
      assert.deepEqual(dueOf(end), expected, `${workers} workers`);
      assert.deepEqual(end.missed, {});
    }
  });
}

Deno.test("stripes of three runs add up to the whole, with more workers than one", async () => {
  const plan = planWith(LIVELY);
  let due = 0;
  for (let index = 1; index <= 3; index++) {
    const sim = new SimRun(plan, {
      startMs: START_MS,
      durationMs: 5000,
      stripe: { index, count: 3 },
      workers: index,
    });
    const end = await sim.go(10_000);
    checkEnd(sim, end);
    due += end.due;
    const line = end.steps.reduce((sum, step) => sum + step.planned, 0);
    assert.ok(Math.abs(end.due - line) < 5 * Math.sqrt(line), "planned share");
  }
  assert.equal(due, planned(plan, START_MS, 5000).due);
});

Deno.test("a run with more workers than lanes leaves none without work", async () => {
  const stripe = { index: 1, count: 100 };
  const sim = new SimRun(planWith(LIVELY), {
    startMs: START_MS,
    durationMs: 3000,
    stripe,
    workers: 8,
  });
  const end = await sim.go(10_000);
  checkEnd(sim, end);
  assert.equal(end.workersWanted, 3);
  assert.equal(sim.workers.length, 3);
});

Deno.test("a run goes by whole slots: a start inside one begins it, a length is rounded up", async () => {
  const plan = planWith(LIVELY);
  const sim = new SimRun(plan, { startMs: START_MS + 77, durationMs: 1001 });
  const end = await sim.go(5000);
  checkEnd(sim, end);
  assert.equal(end.startMs, START_MS);
  assert.deepEqual(dueOf(end), planned(plan, START_MS, 1100));
});

Deno.test("looking at a run all the time does not change what it sends", async () => {
  const options = { startMs: START_MS, durationMs: 5000, workers: 2 };
  const sim = new SimRun(planWith(LIVELY), options);
  await sim.start();
  for (let i = 0; i < 3000; i++) {
    sim.run.snapshot();
    await sim.clock.run(2);
    sim.run.snapshot();
  }
  const end = sim.run.snapshot();
  checkEnd(sim, end);
  assert.deepEqual(dueOf(end), planned(planWith(LIVELY), START_MS, 5000));
});

Deno.test("late timers, slow answers and every pacing leave the list of arrivals alone", async () => {
  const expected = planned(planWith(LIVELY), START_MS, 2000);
  for (const pacing of ["exact", "normal", "eco"] as const) {
    const options = { startMs: START_MS, durationMs: 2000, workers: 2 };
    const sim = new SimRun(planWith({ ...LIVELY, pacing }), options);
    sim.clock.timerLateMs = () => 1.3;
    sim.server.latencyMs = (nowMs) => nowMs % 300;
    const end = await sim.go(20_000);
    checkEnd(sim, end);
    assert.deepEqual(dueOf(end), expected, pacing);
  }
});
