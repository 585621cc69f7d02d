/** Clock jumps that meet an end or a lost worker. Copy to tests/sim/ once they pass. */
import assert from "node:assert/strict";
import { total } from "../../src/stats/mod.ts";
import { checkEnd, planWith, SimRun } from "./harness.ts";

const JUMPS_MS = [3_600_000, -3_600_000];
const PLAN = planWith({ pattern: { base: 300 } });

/** Whether as many were due as was planned, to six standard deviations. */
function assertAsPlanned(due: number, steps: readonly { planned: number }[]) {
  const planned = steps.reduce((sum, step) => sum + step.planned, 0);
  assert.ok(
    Math.abs(due - planned) < 6 * Math.sqrt(planned),
    `${due} of ${planned}`,
  );
}

Deno.test("a run lasts as long as it was told to, whatever the wall clock does", async () => {
  for (const byMs of JUMPS_MS) {
    const sim = new SimRun(PLAN, { durationMs: 12_000, workers: 2 });
    await sim.go(5234);
    sim.clock.jumpWall(byMs);
    assert.equal((await sim.advance(6500)).state, "firing");
    const end = await sim.advance(1000);
    checkEnd(sim, end);
    assert.equal(end.steps.length, 12);
    assertAsPlanned(end.due, end.steps);
  }
});

Deno.test("drain() ends a run at the second slot edge, also around a jump", async () => {
  for (const byMs of JUMPS_MS) {
    for (let atMs = 900; atMs < 1400; atMs += 40) {
      const sim = new SimRun(PLAN, { workers: 2 });
      await sim.go(500);
      sim.clock.jumpWall(byMs);
      await sim.advance(atMs - 500);
      sim.run.drain();
      const end = await sim.advance(500);
      checkEnd(sim, end);
      assertAsPlanned(end.due, end.steps);
    }
  }
});

Deno.test("a worker that hangs over a jump makes its leap where all others did", async () => {
  for (const byMs of JUMPS_MS) {
    const sim = new SimRun(PLAN, { workers: 2 });
    await sim.go(800);
    sim.workers[0]!.clock.hold();
    sim.clock.jumpWall(byMs);
    await sim.advance(3800);
    sim.workers[0]!.clock.release();
    await sim.advance(3000);
    sim.run.drain();
    const end = await sim.advance(3000);
    checkEnd(sim, end);
    assertAsPlanned(end.due, end.steps);
    assert.deepEqual(Object.keys(end.missed), ["late"]);
    assert.equal(end.warnings.length, 1, "the jump, and no lost worker");
  }
});

Deno.test("a worker that is replaced over a jump loses its own beats and no hour", async () => {
  for (const byMs of JUMPS_MS) {
    for (const spawnMs of [0, 90, 250, 2500]) {
      const plan = planWith({ pattern: { base: 300, rampUpMs: 500 } });
      const sim = new SimRun(plan, { workers: 2 });
      await sim.go(900);
      sim.clock.jumpWall(byMs);
      sim.beforeSpawn = () => new Promise((go) => sim.clock.after(spawnMs, go));
      sim.workers[0]!.kill("test");
      await sim.advance(6000);
      sim.run.drain();
      const end = await sim.advance(3000);
      checkEnd(sim, end);
      assertAsPlanned(end.due, end.steps);
      const most = 150 * (spawnMs + 300) / 1000 + 60;
      assert.ok(total(end.missed) < most, `${total(end.missed)}`);
    }
  }
});

Deno.test("reading the state right after a jump back shows the run firing", async () => {
  const sim = new SimRun(PLAN, {});
  await sim.go(500);
  sim.clock.jumpWall(-3_600_000);
  const states = new Set<string>();
  for (let i = 0; i < 200; i++) states.add((await sim.advance(10)).state);
  assert.deepEqual([...states], ["firing"]);
  sim.run.stop();
  await sim.advance(100);
});
