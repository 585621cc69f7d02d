/** Workers that die or hang: what they leave behind is counted, to the last request. */
import assert from "node:assert/strict";
import { testRandom } from "../laws/statistics.ts";
import { total } from "../../src/stats/mod.ts";
import {
  checkEnd,
  dueOf,
  NOON_MS,
  planned,
  planWith,
  SimRun,
} from "./harness.ts";

const PLAN = planWith({ pattern: { base: 400, rampUpMs: 2000 } });
const SPAN = { startMs: NOON_MS, durationMs: 8000 };
const EXPECTED = planned(PLAN, SPAN.startMs, SPAN.durationMs);

Deno.test("workers that die at random moments change nothing of what was due", async () => {
  for (let seed = 1; seed <= 9; seed++) {
    const random = testRandom(seed * 7919);
    const workers = 1 + seed % 8;
    const sim = new SimRun(PLAN, { ...SPAN, workers });
    sim.server.latencyMs = () => 5 + random() * 400;
    await sim.start();
    let lost = 0;
    for (let n = 0; n < 5; n++) {
      await sim.advance(random() * 2500);
      const worker = sim.alive[Math.floor(random() * sim.alive.length)];
      if (worker === undefined) break;
      worker.kill("test");
      lost++;
    }
    const end = await sim.advance(12_000);
    checkEnd(sim, end);
    assert.deepEqual(dueOf(end), EXPECTED, `seed ${seed}`);
    assert.equal(end.warnings.length, lost);
    assert.deepEqual(Object.keys(end.missed), ["worker_lost"]);
    // Each death costs its worker's share of two slots, and the rest of one.
    assert.ok(total(end.missed) < lost * 0.4 * 400, `${total(end.missed)}`);
  }
});

Deno.test("each worker has a place with the keeper of its own, and a replacement that of the lost one", async () => {
  const sim = new SimRun(PLAN, { ...SPAN, workers: 3 });
  await sim.go(1000);
  const places = () => sim.alive.map(({ place }) => place).sort();
  assert.deepEqual(places(), [0, 1, 2]);
  for (const worker of [2, 0]) {
    sim.alive.find(({ place }) => place === worker)!.kill("test");
    await sim.advance(1000);
    assert.deepEqual(places(), [0, 1, 2]);
  }
  checkEnd(sim, await sim.advance(12_000));
});

Deno.test("a worker that dies leaves no request under way and no place taken", async () => {
  const options = { ...SPAN, workers: 2 };
  const sim = new SimRun(planWith({ limits: { inFlight: 50 } }), options);
  sim.server.latencyMs = () => Infinity;
  await sim.go(3000);
  assert.equal(sim.run.snapshot().inFlight, 50);
  sim.server.latencyMs = () => 5;
  for (const { kill } of sim.alive) kill("test");
  const { failed, missed } = await sim.advance(1000);
  assert.deepEqual(failed, { aborted: 50 });
  // All places are free again: nothing is refused any more.
  const later = await sim.advance(2000);
  assert.equal(later.missed.in_flight_limit, missed.in_flight_limit);
  assert.equal(later.inFlight < 10, true);
  checkEnd(sim, await sim.advance(10_000));
});

Deno.test("a worker that hangs is replaced after five seconds, its slots missed where they belong", async () => {
  const options = { startMs: NOON_MS, durationMs: 15_000, workers: 2 };
  const sim = new SimRun(planWith({ pattern: { base: 300 } }), options);
  await sim.go(2000);
  sim.workers[0]!.clock.hold();
  const end = await sim.advance(30_000);
  checkEnd(sim, end);
  const plan = planWith({ pattern: { base: 300 } });
  assert.deepEqual(dueOf(end), planned(plan, NOON_MS, 15_000));
  assert.equal(end.warnings.length, 1);
  assert.match(end.warnings[0]!, /no sign of life for \d/);
  for (const { t, due, planned } of end.steps) {
    assert.ok(Math.abs(due - planned) < 6 * Math.sqrt(planned), `${t}: ${due}`);
  }
});

Deno.test("a worker that never begins is replaced too", async () => {
  const sim = new SimRun(PLAN, { ...SPAN, durationMs: 10_000, workers: 2 });
  await sim.start();
  sim.workers[1]!.clock.hold();
  const end = await sim.advance(20_000);
  checkEnd(sim, end);
  assert.deepEqual(dueOf(end), planned(PLAN, NOON_MS, 10_000));
  assert.match(end.warnings[0]!, /Worker lost/);
});

Deno.test("a worker that hangs for less than that goes on by itself", async () => {
  const sim = new SimRun(PLAN, { ...SPAN, workers: 2 });
  await sim.go(2000);
  sim.workers[0]!.clock.hold();
  await sim.advance(3000);
  sim.workers[0]!.clock.release();
  const end = await sim.advance(10_000);
  checkEnd(sim, end);
  assert.deepEqual(dueOf(end), EXPECTED);
  assert.deepEqual(end.warnings, []);
  assert.deepEqual(Object.keys(end.missed), ["late"]);
});

Deno.test("a worker that dies at the end does not hold the end up", async () => {
  for (const atMs of [7750, 7850, 7950, 8010]) {
    const sim = new SimRun(PLAN, { ...SPAN, workers: 3 });
    await sim.go(atMs);
    sim.alive[1]!.kill("test");
    const end = await sim.advance(9000 - atMs);
    checkEnd(sim, end);
    assert.deepEqual(dueOf(end), EXPECTED, `${atMs}`);
  }
});

Deno.test("a worker that cannot be replaced is tried again each second", async () => {
  const sim = new SimRun(PLAN, { ...SPAN, workers: 2 });
  await sim.go(1000);
  sim.beforeSpawn = () => Promise.reject(new Error("no threads left"));
  sim.alive[0]!.kill("test");
  await sim.advance(3500);
  assert.equal(sim.run.snapshot().workersUp, 1);
  const { warnings } = sim.run.snapshot();
  const tries = warnings.filter((line) => line.includes("no threads left"));
  assert.equal(tries.length, 4);
  sim.beforeSpawn = () => Promise.resolve();
  const end = await sim.advance(10_000);
  checkEnd(sim, end);
  assert.deepEqual(dueOf(end), EXPECTED);
});

Deno.test("a run that ends while a worker is being replaced leaves no thread behind", async () => {
  const sim = new SimRun(PLAN, { ...SPAN, workers: 2 });
  await sim.go(1000);
  const spawn = Promise.withResolvers<void>();
  sim.beforeSpawn = () => spawn.promise;
  sim.alive[0]!.kill("test");
  await sim.advance(300);
  sim.run.stop();
  await sim.advance(100);
  spawn.resolve();
  const end = await sim.advance(100);
  assert.equal(sim.workers.length, 3);
  checkEnd(sim, end);
});

Deno.test("a run of which one worker cannot start does not start, and leaves no thread behind", async () => {
  const sim = new SimRun(PLAN, { ...SPAN, workers: 3 });
  let asked = 0;
  sim.beforeSpawn = () =>
    ++asked === 2 ? Promise.reject(new Error("no port")) : Promise.resolve();
  await assert.rejects(sim.start(), /no port/);
  assert.equal(sim.workers.length, 2);
  assert.deepEqual(sim.alive, []);
});

Deno.test("a process that was frozen takes no worker for a hanging one", async () => {
  // At any of the moments between two looks.
  for (let ms = 0; ms < 1000; ms += 50) {
    const sim = new SimRun(planWith(), { workers: 2 });
    await sim.go(2000 + ms);
    sim.clock.freeze(8000);
    const s = await sim.advance(3000);
    assert.deepEqual(s.warnings, [], `frozen after ${ms} ms`);
    assert.equal(s.missed.worker_lost, undefined);
    sim.run.stop();
    await sim.advance(100);
  }
});
