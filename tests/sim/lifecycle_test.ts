/** How far a run has come, and what it says of that. */
import assert from "node:assert/strict";
import { ask, checkEnd, dueOf, planned, planWith, SimRun } from "./harness.ts";

Deno.test("a duration counts from the fire, to the slot, however long a run was armed", async () => {
  for (const durationMs of [100, 3000]) {
    const plan = planWith({ pattern: { base: 1000 } });
    const sim = new SimRun(plan, { armed: true, durationMs, workers: 2 });
    const { state, endMs } = await sim.go(10_000);
    assert.deepEqual([state, endMs], ["armed", null]);
    const firedMs = await ask(sim, { kind: "fire" });
    assert.equal(sim.run.snapshot().endMs, firedMs + durationMs);
    const end = await sim.advance(durationMs + 1000);
    checkEnd(sim, end);
    assert.deepEqual(dueOf(end), planned(plan, firedMs, durationMs));
  }
});

Deno.test("snapshot() tells a change as soon as it is answered, and forecast() the run's own share", async () => {
  const plan = planWith({ pattern: { base: 300, rampUpMs: 0 } });
  const sim = new SimRun(plan, { stripe: { index: 1, count: 4 } });
  await sim.start();
  await sim.advance(1000);
  await ask(sim, { kind: "scale", value: 2 });
  assert.equal(sim.run.snapshot().control.scale, 2);
  await sim.advance(1000);
  const { plannedRate, share, nowMs } = sim.run.snapshot();
  assert.equal(share, 0.25);
  const startMs = Math.ceil(nowMs / 1000) * 1000;
  const span = { startMs, durationMs: 2000, stepMs: 1000 };
  const { rows, peak, total } = sim.run.forecast(span);
  assert.deepEqual(rows.map(({ rate }) => rate), [plannedRate, plannedRate]);
  assert.deepEqual([peak.rate, total], [plannedRate, 2 * plannedRate]);
  sim.run.drain();
  checkEnd(sim, await sim.advance(5000));
});

Deno.test("forecast() of an armed run is of nothing, and of the plan once it is fired", async () => {
  const plan = planWith({ pattern: { base: 300, rampUpMs: 0 } });
  const sim = new SimRun(plan, { armed: true });
  await sim.go(2000);
  const ahead = () => {
    const startMs = Math.ceil(sim.run.snapshot().nowMs / 1000) * 1000 + 1000;
    return sim.run.forecast({ startMs, durationMs: 2000, stepMs: 1000 });
  };
  const armed = ahead();
  assert.deepEqual([armed.total, armed.peak.rate, armed.spikes], [0, 0, []]);
  await ask(sim, { kind: "fire" });
  const fired = ahead();
  assert.deepEqual(fired.rows.map(({ rate }) => rate), [300, 300]);
  assert.equal(fired.total, 600);
  sim.run.drain();
  checkEnd(sim, await sim.advance(5000));
});

Deno.test("snapshot() tells when sending ends as soon as the end is asked for", async () => {
  for (const how of ["drain", "stop"] as const) {
    const sim = new SimRun(planWith(), { workers: 2 });
    await sim.go(1030);
    const { nowMs, endMs } = sim.run.snapshot();
    assert.equal(endMs, null);
    sim.run[how]();
    const asked = sim.run.snapshot();
    assert.ok(asked.endMs! > nowMs && asked.endMs! <= nowMs + 300);
    const end = await sim.advance(2000);
    checkEnd(sim, end);
    assert.equal(end.endMs, asked.endMs);
  }
});
