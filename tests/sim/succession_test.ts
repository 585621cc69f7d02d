/** A run that takes a new plan, and a run that goes on where another one was. */
import assert from "node:assert/strict";
import type { SavedRun } from "../../src/run/types.ts";
import { checkEnd, dueOf, planWith, SimRun, targetWith } from "./harness.ts";

const PLAN = planWith({ pattern: { base: 300 } });

function throughJson(saved: SavedRun): SavedRun {
  return JSON.parse(JSON.stringify(saved));
}

/** Lets a run take another plan; gives the instant from which it holds. */
async function reload(sim: SimRun, ...plan: Parameters<typeof planWith>) {
  let heldMs = 0;
  void sim.run.reload(planWith(...plan), {}).then((ms) => heldMs = ms);
  await sim.advance(400);
  assert.ok(heldMs > 0, "no answer");
  return heldMs;
}

/** Whether as many were due as was planned, step by step. */
function isAsPlanned(sim: SimRun): boolean {
  return sim.run.snapshot().steps.slice(0, -1).every(({ due, planned }) =>
    Math.abs(due - planned) <= 6 * Math.sqrt(planned)
  );
}

for (const arrivals of ["poisson", "uniform"] as const) {
  Deno.test(`reload() gives eight workers (${arrivals}) the same arrivals as one`, async () => {
    const ends = [];
    for (const workers of [1, 8]) {
      const sim = new SimRun(planWith({ arrivals }), { workers });
      await sim.go(2000);
      await reload(sim, {
        arrivals,
        pattern: { base: 600, seed: 5 },
        targets: [targetWith({ name: "new" }), targetWith({ weight: 2 })],
      });
      await sim.advance(2000);
      assert.ok(isAsPlanned(sim));
      sim.run.drain();
      const end = await sim.advance(3000);
      checkEnd(sim, end);
      const targets = end.targets.map(({ name, due }) => [name, due]);
      ends.push({ ...dueOf(end), targets });
    }
    assert.deepEqual(ends[1], ends[0]);
    assert.deepEqual(ends[0]!.targets.map(([name]) => name), ["api", "new"]);
  });
}

Deno.test("reload() still counts the answers to requests of a target that is gone", async () => {
  const targets = [targetWith(), targetWith({ name: "other" })];
  const sim = new SimRun(planWith({ pattern: { base: 300 }, targets }));
  sim.server.latencyMs = () => 900;
  await sim.go(2000);
  await reload(sim, { pattern: { base: 300 }, targets: [targets[1]!] });
  await sim.advance(3000);
  sim.run.drain();
  const end = await sim.advance(3000);
  checkEnd(sim, end);
  assert.deepEqual(end.failed, {});
  const [gone, kept] = end.targets;
  assert.ok(gone!.ok > 200 && gone!.ok < 450, `${gone!.ok}`);
  assert.ok(kept!.ok > 1000, `${kept!.ok}`);
});

Deno.test("reload() leaves a paused run paused, and an operator's changes in force", async () => {
  const sim = new SimRun(PLAN, { workers: 2 });
  await sim.go(1000);
  void sim.run.apply({ kind: "scale", value: 2 });
  void sim.run.apply({ kind: "pause" });
  await sim.advance(400);
  await reload(sim, { pattern: { base: 500 } });
  const { due, state } = await sim.advance(500);
  assert.equal(state, "paused");
  assert.equal((await sim.advance(1000)).due, due);
  void sim.run.apply({ kind: "resume" });
  assert.equal((await sim.advance(500)).plannedRate, 1000);
  sim.run.stop();
  await sim.advance(100);
});

Deno.test("reload() reaches a worker that is being replaced meanwhile", async () => {
  for (const afterMs of [0, 60, 140]) {
    const sim = new SimRun(PLAN, { workers: 2 });
    await sim.go(2000);
    const spawn = Promise.withResolvers<void>();
    sim.beforeSpawn = () => spawn.promise;
    sim.workers[0]!.kill("test");
    await sim.advance(afterMs);
    const held = reload(sim, { pattern: { base: 600, seed: 5 } });
    spawn.resolve();
    await held;
    sim.beforeSpawn = () => Promise.resolve();
    await sim.advance(2000);
    assert.ok(isAsPlanned(sim));
    sim.run.drain();
    const end = await sim.advance(2000);
    checkEnd(sim, end);
    assert.equal(end.warnings.length, 1);
  }
});

Deno.test("a restored run goes on with state, changes and counts, and does not ramp again", async () => {
  const plan = planWith({ pattern: { base: 300, rampUpMs: 3000 } });
  const first = new SimRun(plan, { workers: 2 });
  await first.go(5000);
  void first.run.apply({ kind: "scale", value: 2 });
  await first.advance(1000);
  first.run.drain();
  const before = await first.advance(1000);
  checkEnd(first, before);
  const restore = throughJson(first.run.save());
  const wallMs = first.clock.wall();
  const second = new SimRun(plan, { workers: 3, restore, wallMs });
  const begun = await runFor(second, 2000);
  const { state, plannedRate, phase } = begun;
  assert.deepEqual([state, plannedRate, phase], ["firing", 600, "manual"]);
  assert.deepEqual(
    [begun.before?.due, begun.before?.sent],
    [before.due, before.sent],
  );
  second.run.drain();
  await second.clock.run(2000);
  const end = second.run.snapshot();
  assert.equal(end.state, "stopped");
  assert.equal(end.sent, first.server.sent + second.server.sent);
  assert.equal(end.completed, end.sent);
  const { response } = end.latency;
  assert.equal(response.count, end.ok);
});

for (const arrivals of ["poisson", "uniform"] as const) {
  Deno.test(`a restored run (${arrivals}) goes on with the very traffic of one that was not cut`, async () => {
    const plan = planWith({ arrivals, pattern: { base: 33, seed: 4 } });
    const whole = new SimRun(plan, { workers: 2, armed: true });
    const expected = instantsOf(whole);
    await whole.go(7300);
    void whole.run.apply({ kind: "fire" });
    await whole.advance(3000);
    void whole.run.apply({ kind: "base", value: 47.3 });
    await whole.advance(3000);
    const restore = throughJson(whole.run.save());
    const wallMs = whole.clock.wall() + 900;
    const next = new SimRun(plan, { workers: 3, restore, wallMs });
    const actual = instantsOf(next);
    const { startMs } = await runFor(next, 5000);
    await whole.advance(6000);
    const span = (instants: readonly number[]) =>
      instants.filter((ms) => ms >= startMs && ms < startMs + 4000)
        .toSorted((a, b) => a - b);
    assert.deepEqual(span(actual), span(expected));
    assert.ok(span(actual).length > 100);
    for (const sim of [whole, next]) {
      sim.run.stop();
      await sim.clock.run(100);
    }
  });
}

/** Collects the instants at which requests should be sent, on the wall clock, to the microsecond. */
function instantsOf({ server, clock }: SimRun): readonly number[] {
  const instants: number[] = [];
  server.watch = ({ intendedMs }) => {
    const wallMs = intendedMs + clock.wall() - clock.now();
    instants.push(Math.round(wallMs * 1000) / 1000);
  };
  return instants;
}

Deno.test("a restored run that was paused or armed sends nothing", async () => {
  for (const armed of [true, false]) {
    const first = new SimRun(PLAN, { armed });
    await first.go(1000);
    if (!armed) void first.run.apply({ kind: "pause" });
    await first.advance(500);
    const restore = throughJson(first.run.save());
    first.run.stop();
    await first.advance(100);
    const second = new SimRun(PLAN, { restore, wallMs: first.clock.wall() });
    const { state } = await runFor(second, 2000);
    assert.equal(state, armed ? "armed" : "paused");
    assert.equal(second.server.sent, 0);
    second.run.stop();
    await second.clock.run(100);
  }
});

Deno.test("a restored run ends when its duration is over since the fire, and at once when it was", async () => {
  const first = new SimRun(PLAN, { armed: true, durationMs: 5000 });
  await first.go(2000);
  void first.run.apply({ kind: "fire" });
  await first.advance(2000);
  const restore = throughJson(first.run.save());
  const { endMs } = first.run.snapshot();
  first.run.stop();
  await first.advance(100);
  const wallMs = first.clock.wall() + 700;
  const second = new SimRun(PLAN, { restore, wallMs, durationMs: 5000 });
  assert.equal((await runFor(second, 1000)).endMs, endMs);
  const end = await runOn(second, 2000);
  assert.deepEqual([end.state, end.nowMs], ["stopped", endMs]);
  const late = { restore, wallMs: wallMs + 60_000, durationMs: 5000 };
  const third = new SimRun(PLAN, late);
  assert.equal((await runFor(third, 1000)).state, "stopped");
  assert.equal(third.server.sent, 0);
  assert.match(third.log.join("\n"), /duration is over already/);
});

Deno.test("a run restored from amid requests ends as any other", async () => {
  const first = new SimRun(PLAN, { workers: 2 });
  first.server.latencyMs = () => 500;
  const cut = await first.go(5000);
  assert.ok(cut.inFlight > 100);
  const restore = throughJson(first.run.save());
  const second = new SimRun(PLAN, { restore, wallMs: first.clock.wall() });
  const begun = await runFor(second, 1000);
  assert.equal(begun.failed.aborted, cut.inFlight);
  assert.equal(begun.missed.worker_lost, cut.waiting || undefined);
  assert.ok(begun.recent.count <= second.server.answered, "recent is recent");
  second.run.drain();
  assert.equal((await runOn(second, 1000)).state, "stopped");
  first.run.stop();
  await first.advance(100);
});

/** Starts a restored run; its server knows nothing of the counts before. */
async function runFor(sim: SimRun, forMs: number) {
  await sim.start();
  return runOn(sim, forMs);
}

async function runOn(sim: SimRun, forMs: number) {
  await sim.clock.run(forMs);
  return sim.run.snapshot();
}
