/** How a run ends: by itself, by a drain, or at once. */
import assert from "node:assert/strict";
import { total } from "../../src/stats/mod.ts";
import { testRandom } from "../laws/statistics.ts";
import { checkEnd, dueOf, planned, planWith, SimRun } from "./harness.ts";

const START_MS = Date.UTC(2026, 2, 28, 3, 12);
const PLAN = planWith({ pattern: { base: 500 } });

Deno.test("a run of no time ends at once, and has done nothing", async () => {
  const sim = new SimRun(PLAN, {
    startMs: START_MS,
    durationMs: 0,
    workers: 2,
  });
  const end = await sim.go(500);
  checkEnd(sim, end);
  assert.deepEqual([end.due, sim.server.sent], [0, 0]);
  assert.ok(end.steps.every((step) => step.planned === 0));
});

Deno.test("a run ends when its last request has its answer, and not later", async () => {
  const sim = new SimRun(PLAN, { startMs: START_MS, durationMs: 3000 });
  sim.server.latencyMs = () => 700;
  const early = await sim.go(20 + 3000 + 500);
  assert.equal(early.state, "draining");
  assert.ok(early.inFlight > 0);
  const end = await sim.advance(500);
  checkEnd(sim, end);
  assert.equal(end.ok, end.due);
});

Deno.test("drain() ends at the second slot edge and loses nothing, whenever it comes", async () => {
  const random = testRandom(11);
  for (let i = 0; i < 12; i++) {
    const sim = new SimRun(PLAN, { startMs: START_MS, workers: 1 + i % 4 });
    await sim.go(i === 0 ? 0 : random() * 1500);
    const { nowMs } = sim.run.snapshot();
    const atMs = Math.max(START_MS, nowMs);
    sim.run.drain();
    sim.run.drain();
    const end = await sim.advance(1000);
    checkEnd(sim, end);
    assert.deepEqual(end.missed, {});
    const lines = end.steps.reduce((sum, step) => sum + step.planned, 0);
    const slots = Math.round(lines / 50);
    const endMs = START_MS + slots * 100;
    assert.ok(endMs <= atMs + 300 && endMs >= atMs - 100, `${endMs - atMs}`);
    assert.deepEqual(dueOf(end), planned(PLAN, START_MS, slots * 100));
  }
});

Deno.test("drain() gives open requests the shutdown timeout, and aborts what is left", async () => {
  const plan = planWith({ pattern: { base: 500 }, shutdownTimeoutMs: 2000 });
  const sim = new SimRun(plan, { startMs: START_MS, workers: 2 });
  sim.server.latencyMs = () => 60_000;
  await sim.go(1000);
  sim.run.drain();
  assert.equal((await sim.advance(2000)).state, "draining");
  const end = await sim.advance(500);
  checkEnd(sim, end);
  assert.deepEqual(end.failed, { aborted: end.sent });
  assert.deepEqual(end.missed, {});
});

Deno.test("stop() ends at once: what waits is stopped, what is open is aborted", async () => {
  for (let i = 0; i < 10; i++) {
    const sim = new SimRun(PLAN, { startMs: START_MS, workers: 1 + i % 4 });
    sim.server.latencyMs = () => 400;
    await sim.go(i * 146);
    sim.run.stop();
    sim.run.stop();
    sim.run.drain();
    const end = await sim.advance(0);
    checkEnd(sim, end);
    const { aborted = 0 } = end.failed;
    assert.equal(end.ok + aborted, end.sent);
    assert.equal(total(end.missed), end.missed.stopped ?? 0);
    if (i > 2) assert.ok(aborted > 50, `${aborted}`);
  }
});

Deno.test("stop() cuts a drain short", async () => {
  const sim = new SimRun(PLAN, { startMs: START_MS, workers: 2 });
  sim.server.latencyMs = () => 10_000;
  await sim.go(2000);
  sim.run.drain();
  await sim.advance(1000);
  sim.run.stop();
  const end = await sim.advance(0);
  checkEnd(sim, end);
  assert.ok(end.failed.aborted! > 0);
});

Deno.test("finished is the last snapshot, and stays it", async () => {
  const sim = new SimRun(PLAN, { startMs: START_MS, durationMs: 1000 });
  const end = await sim.go(3000);
  assert.equal(await sim.run.finished, end);
  sim.run.stop();
  sim.run.drain();
  await sim.advance(1000);
  assert.equal(sim.run.snapshot(), end);
  assert.equal(end.plannedRate, 0);
});

Deno.test("a paused or armed run can be drained and stopped", async () => {
  for (const armed of [true, false]) {
    for (const how of ["drain", "stop"] as const) {
      const options = { startMs: START_MS, armed, workers: 2 };
      const sim = new SimRun(PLAN, options);
      await sim.go(500);
      if (!armed) void sim.run.apply({ kind: "pause" });
      await sim.advance(500);
      sim.run[how]();
      checkEnd(sim, await sim.advance(1000));
    }
  }
});
