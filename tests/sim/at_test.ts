/** A run that is to begin at an instant of the wall clock: it waits, or joins. */
import assert from "node:assert/strict";
import { sumOfDigests } from "../fixtures/digests.ts";
import { spikesWith } from "../pattern/support.ts";
import type { PlanChange } from "./plans.ts";
import {
  checkEnd,
  dueOf,
  NOON_MS,
  planned,
  planWith,
  SimRun,
} from "./harness.ts";

const START_MS = Date.UTC(2026, 2, 28, 9, 59, 55);
/** Inside a slot of the wall clock, where nothing is aligned by chance. */
const AT_MS = NOON_MS + 5033;
const LIVELY: PlanChange = {
  pattern: {
    base: 300,
    rampUpMs: 3000,
    spikes: spikesWith({ lambda: 0.2 }),
    noise: { kind: "spring", amplitude: 0.3 },
  },
};

for (const arrivals of ["poisson", "uniform"] as const) {
  Deno.test(`three stripes with one start and one instant are one traffic (${arrivals}), wherever their clocks were`, async () => {
    const plan = planWith({ ...LIVELY, arrivals });
    const ends = [];
    for (const [i, earlyMs] of [4900, 3217, 61].entries()) {
      const sim = new SimRun(plan, {
        startMs: START_MS,
        atMs: AT_MS,
        durationMs: 8000,
        stripe: { index: i + 1, count: 3 },
        workers: i + 1,
        wallMs: AT_MS - earlyMs,
      });
      const end = await sim.go(20_000);
      checkEnd(sim, end);
      assert.deepEqual([end.startMs, end.begunMs], [START_MS, AT_MS]);
      ends.push(end);
    }
    const expected = planned(plan, START_MS, 8000);
    assert.equal(ends.reduce((sum, { due }) => sum + due, 0), expected.due);
    assert.equal(
      sumOfDigests(ends.map(({ arrivalsDigest }) => arrivalsDigest)),
      expected.arrivalsDigest,
    );
  });

  Deno.test(`a stripe that joins late (${arrivals}) leaves a hole: no burst, the same ramp, the same end`, async () => {
    const plan = planWith({ ...LIVELY, arrivals });
    const lateMs = 2500;
    const [whole, late] = await Promise.all([-50, lateMs].map(async (byMs) => {
      const sim = new SimRun(plan, {
        startMs: START_MS,
        atMs: AT_MS,
        durationMs: 8000,
        wallMs: AT_MS + byMs,
      });
      const end = await sim.go(20_000);
      checkEnd(sim, end);
      return { sim, end };
    }));
    const holeMs = late!.end.startMs - START_MS;
    assert.ok(holeMs >= lateMs && holeMs < lateMs + 200, `${holeMs}`);
    assert.equal(late!.end.begunMs, AT_MS + holeMs);
    assert.equal(late!.end.nowMs, whole!.end.nowMs);
    assert.deepEqual(late!.end.missed, {});
    const rest = whole!.end.due - planned(plan, START_MS, holeMs).due;
    assert.equal(late!.end.due, rest);
    assert.match(
      late!.sim.log.join("\n"),
      /^Joined 2\.[56]s after the traffic/m,
    );
  });
}

Deno.test("a run that joins after its end sends nothing and ends", async () => {
  const sim = new SimRun(planWith(LIVELY), {
    atMs: AT_MS,
    durationMs: 2000,
    wallMs: AT_MS + 2001,
  });
  const end = await sim.go(5000);
  assert.deepEqual([end.state, end.due], ["stopped", 0]);
  assert.match(sim.log.join("\n"), /Nothing is left to send/);
});

Deno.test("a run that waits is armed, plans nothing, and counts down to its instant", async () => {
  const sim = new SimRun(planWith(LIVELY), {
    atMs: AT_MS,
    durationMs: 2000,
    wallMs: AT_MS - 60_000,
  });
  await sim.start();
  assert.match(
    sim.log.join("\n"),
    /^Begins at 2026-03-28T12:00:05\.1Z, in 1m1s$/m,
  );
  const waiting = await sim.advance(50_000);
  assert.deepEqual([waiting.state, waiting.plannedRate], ["armed", 0]);
  assert.ok(Math.abs(waiting.nowMs - waiting.startMs + 10_067) < 1);
  const firing = await sim.advance(11_000);
  assert.equal(firing.state, "firing");
  const end = await sim.advance(10_000);
  checkEnd(sim, end);
  const { startMs, due, steps } = end;
  assert.equal(due, planned(planWith(LIVELY), startMs, 2000).due);
  const line = steps.reduce((sum, step) => sum + step.planned, 0);
  assert.ok(Math.abs(due - line) < 5 * Math.sqrt(line), `${due}, ${line}`);
});

for (
  const [how, end] of [
    ["drained", (sim: SimRun) => sim.run.drain()],
    ["stopped", (sim: SimRun) => sim.run.stop()],
  ] as const
) {
  Deno.test(`a run that is ${how} while it waits ends at once and has sent nothing`, async () => {
    const wallMs = AT_MS - 60_000;
    const sim = new SimRun(planWith(LIVELY), { atMs: AT_MS, wallMs });
    await sim.go(7000);
    end(sim);
    const last = await sim.advance(1000);
    assert.deepEqual([last.state, last.due], ["stopped", 0]);
    assert.equal(last.nowMs, last.startMs);
  });
}

Deno.test("a pause while a run waits holds from its first slot on", async () => {
  const sim = new SimRun(planWith(LIVELY), {
    atMs: AT_MS,
    wallMs: AT_MS - 10_000,
  });
  await sim.go(2000);
  const [heldMs] = await Promise.all([
    sim.run.apply({ kind: "pause" }),
    sim.advance(500),
  ]);
  assert.equal(heldMs, sim.run.snapshot().startMs);
  assert.equal(sim.run.snapshot().state, "paused");
  const still = await sim.advance(12_000);
  assert.deepEqual([still.state, still.due], ["paused", 0]);
});

Deno.test("a run that waits cannot be fired: it begins by itself", async () => {
  const wallMs = AT_MS - 10_000;
  const sim = new SimRun(planWith(LIVELY), { atMs: AT_MS, wallMs });
  await sim.go(2000);
  await assert.rejects(
    sim.run.apply({ kind: "fire" }),
    /Cannot fire: the run begins by itself at 2026-03-28T12:00:05\.1Z/,
  );
});

for (const byMs of [-600_000, -1500, 700, 4000, 3_600_000]) {
  Deno.test(`a run that waits begins at its instant though the clock jumps by ${byMs} ms`, async () => {
    const plan = planWith(LIVELY);
    const sim = new SimRun(plan, {
      startMs: START_MS,
      atMs: AT_MS,
      durationMs: 3000,
      wallMs: AT_MS - 20_000,
    });
    await sim.go(5000);
    sim.clock.jumpWall(byMs);
    const leftMs = 15_000 - byMs;
    const early = await sim.advance(Math.max(0, leftMs - 100));
    assert.equal(early.due, 0);
    if (leftMs > 0) {
      const end = await sim.advance(10_000);
      checkEnd(sim, end);
      assert.deepEqual(dueOf(end), planned(plan, START_MS, 3000));
      assert.deepEqual(end.missed, {});
      assert.equal(end.startMs, START_MS);
    } else {
      // Its whole duration has passed: a leap, and never a burst.
      const end = await sim.advance(10_000);
      assert.ok(end.missed.late === undefined, JSON.stringify(end.missed));
      assert.ok(end.due < planned(plan, START_MS, 3000).due);
    }
  });
}

Deno.test("a run with a start and an instant follows the wall clock from there", async () => {
  const plan = planWith(LIVELY);
  const sim = new SimRun(plan, {
    startMs: START_MS,
    atMs: AT_MS,
    wallMs: AT_MS - 1000,
  });
  await sim.go(5000);
  sim.clock.jumpWall(60_000);
  const later = await sim.advance(5000);
  const wall = sim.clock.wall() - AT_MS;
  assert.ok(Math.abs(later.nowMs - START_MS - wall) < 1100, `${wall}`);
  assert.match(sim.log.join("\n"), /The wall clock jumped/);
  sim.run.stop();
  await sim.advance(100);
});
