import assert from "node:assert/strict";
import type { SteeredStart } from "../../src/run/types.ts";
import { withCounts, withoutCounts } from "../../src/run/mod.ts";
import { total } from "../../src/stats/mod.ts";
import { FakeClock } from "./fake_clock.ts";
import {
  checkEnd,
  dueOf,
  NOON_MS,
  planned,
  planWith,
  SimRun,
} from "./harness.ts";

const NOON = NOON_MS / 100;

/** A run that others steer, which begins one second after noon. */
function steeredRun(
  change: Partial<SteeredStart> = {},
  options: ConstructorParameters<typeof SimRun>[1] = {},
  plan = planWith(),
): SimRun {
  const clock = new FakeClock(NOON_MS);
  const steered = {
    ...{ clock, events: [], notBeforeMs: 0, heldSlot: Infinity, ...change },
  };
  const atMs = NOON_MS + 1000;
  return new SimRun(plan, {
    ...{ workers: 2, atMs, durationMs: 20_000, steered, ...options },
  });
}

const PLANNED = planned(planWith(), NOON_MS + 1000, 20_000);

Deno.test("a slot that is held is made by nobody, and when it may be, what is too late is missed", async () => {
  const sim = steeredRun({ heldSlot: NOON + 40 });
  await sim.go(12_000);
  const { steering } = sim.run;
  const held = steering.progress();
  assert.deepEqual(held, { fromSlot: NOON + 10, madeUpTo: NOON + 40, over: 0 });
  assert.equal(sim.run.snapshot().state, "firing");
  assert.equal(steering.holdFrom(NOON + 5), NOON + 40, "nothing is taken back");
  assert.equal(steering.holdFrom(Infinity), Infinity);
  const end = await sim.advance(60_000);
  checkEnd(sim, end);
  assert.deepEqual(dueOf(end), PLANNED);
  assert.ok(total(end.missed) > 700 && total(end.missed) < 900);
  assert.equal(end.missed.late, total(end.missed));
  assert.deepEqual(end.warnings, [], "no worker was taken for a stuck one");
  assert.equal(end.proof.counts.result, "proved");
});

Deno.test("what is held to the end is missed, and never sent, nor left out of the counts", async () => {
  for (const shutdownTimeoutMs of [1, 30_000]) {
    const plan = planWith({ shutdownTimeoutMs });
    const sim = steeredRun({ heldSlot: NOON + 40 }, {}, plan);
    await sim.go(22_000);
    const end = await sim.advance(shutdownTimeoutMs + 3000);
    checkEnd(sim, end);
    assert.equal(end.state, "stopped", "nobody waits for what may not come");
    assert.deepEqual(dueOf(end), PLANNED);
    assert.ok(total(end.missed) > 1400, `${total(end.missed)} are missed`);
    assert.equal(end.missed.late, total(end.missed));
    assert.equal(end.proof.counts.result, "proved");
    const { madeUpTo, over } = sim.run.steering.progress();
    assert.deepEqual([madeUpTo, over], [NOON + 210, 0]);
  }
});

Deno.test("a run that is stopped at once while slots are held has ended before them", async () => {
  const sim = steeredRun({ heldSlot: NOON + 40 });
  await sim.go(12_000);
  sim.run.stop();
  const end = await sim.advance(1000);
  assert.equal(end.endMs, NOON_MS + 4000);
  const { due } = planned(planWith(), NOON_MS + 1000, 3000);
  assert.equal(end.due, due);
});

Deno.test("an event holds from its slot where that is held, else from the first slot that nobody made", async () => {
  const sim = steeredRun();
  await sim.go(5000);
  const { steering } = sim.run;
  const free = steering.holdFrom(NOON + 60);
  assert.equal(free, NOON + 60);
  const pause = { kind: "pause", value: 0, durationMs: 0 } as const;
  assert.equal(steering.applyAt({ ...pause, slot: NOON + 62 }), NOON + 62);
  steering.holdFrom(Infinity);
  await sim.advance(5000);
  const late = steering.applyAt({ ...pause, kind: "resume", slot: NOON + 70 });
  assert.ok(late >= NOON + 101 && late <= NOON + 103, `${late - NOON}`);
  const end = await sim.advance(60_000);
  checkEnd(sim, end);
  assert.equal(total(end.missed), 0);
});

Deno.test("a steered run begins where it may, with what was asked for before", async () => {
  const events = [{
    slot: NOON + 15,
    kind: "scale",
    value: 3,
    durationMs: 0,
  }] as const;
  const sim = steeredRun({ events, notBeforeMs: NOON_MS + 4050 });
  const end = await sim.go(60_000);
  checkEnd(sim, end);
  assert.deepEqual(sim.run.steering.progress(), {
    ...{ fromSlot: NOON + 41, madeUpTo: NOON + 210, over: 0 },
  });
  assert.ok(end.due > 4700 && end.due < 5500, "three times as much");
});

Deno.test("a steered run ends where it is told to, and no successor loses its totals", async () => {
  const sim = steeredRun();
  await sim.go(3000);
  sim.run.steering.endBefore(NOON + 50);
  const end = await sim.advance(60_000);
  checkEnd(sim, end);
  assert.equal(sim.run.steering.progress().madeUpTo, NOON + 50);
  const saved = sim.run.save();
  const restore = withCounts(withoutCounts(saved), sim.run.measured().totals);
  const next = steeredRun({ notBeforeMs: NOON_MS + 8000 }, { restore });
  const both = await next.go(60_000);
  assert.equal(both.before?.due, end.due);
  assert.ok(both.due > 1600 && both.due < 1800);
  assert.equal(next.run.steering.progress().over, 0);
});
