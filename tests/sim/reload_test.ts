import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import type { Plan, TargetPlan } from "../../src/plan/mod.ts";
import {
  checkEnd,
  dueOf,
  NOON_MS,
  planned,
  planWith,
  SimRun,
  targetWith,
} from "./harness.ts";

/** What became of a reload that was asked for. */
interface Asked {
  heldMs?: number;
  error?: unknown;
}

function ask(sim: SimRun, plan: Plan): Asked {
  const asked: Asked = {};
  sim.run.reload(plan, {}).then(
    (ms) => asked.heldMs = ms,
    (error) => asked.error = error,
  );
  return asked;
}

function base(ratePerSec: number): Plan {
  return planWith({ pattern: { base: ratePerSec } });
}

function assertRate(sim: SimRun, ratePerSec: number): void {
  const { plannedRate } = sim.run.snapshot();
  assert.ok(Math.abs(plannedRate - ratePerSec) < 1e-9, `${plannedRate}/s`);
}

Deno.test("reload() is refused once the run is draining", async () => {
  const sim = new SimRun(planWith());
  sim.server.latencyMs = () => 3000;
  await sim.go(2000);
  sim.run.drain();
  await sim.advance(500);
  const asked = ask(sim, base(300));
  await sim.advance(500);
  assert.ok(asked.error instanceof KarError);
  assert.equal(asked.error.message, "Cannot reload: the run is draining");
  sim.run.stop();
  await sim.advance(100);
});

Deno.test("reload() of the plan that holds already costs nothing, and is answered", async () => {
  const sim = new SimRun(base(300), { startMs: NOON_MS, durationMs: 20_000 });
  await sim.go(1000);
  for (let i = 0; i < 5; i++) {
    const asked = ask(sim, base(300));
    await sim.advance(500);
    assert.ok(asked.heldMs! > NOON_MS);
  }
  assert.equal(sim.checked.length, 1, "plans that were made ready");
  const asked = ask(sim, base(600));
  await sim.advance(500);
  assert.ok(asked.heldMs! > NOON_MS);
  assertRate(sim, 600);
  ask(sim, base(300));
  const end = await sim.advance(20_000);
  checkEnd(sim, end);
  assert.equal(sim.checked.length, 3);
});

Deno.test("reload() takes plans that come at once one after the other, alike in all workers", async () => {
  const sim = new SimRun(planWith(), {
    workers: 5,
    startMs: NOON_MS,
    durationMs: 30_000,
  });
  await sim.go(2000);
  const asks = [20, 900, 300].map((rate) => ask(sim, base(rate)));
  await sim.advance(3000);
  const held = asks.map(({ heldMs }) => heldMs!);
  assert.deepEqual(held, held.toSorted((a, b) => a - b));
  assertRate(sim, 300);
  const s = await sim.advance(30_000);
  // A worker that numbered the plans otherwise would send a fifth of another rate.
  const due = s.steps.slice(-20).reduce((sum, step) => sum + step.due, 0);
  assert.ok(Math.abs(due - 6000) < 5 * Math.sqrt(6000), `${due} due`);
});

Deno.test("reload() of a plan that cannot be opened keeps the old one, and the next one comes through", async () => {
  const sim = new SimRun(planWith(), { workers: 3 });
  await sim.go(2000);
  const hopeless = base(900);
  const targets = hopeless.targets.map((target) => ({
    ...target,
    name: "hopeless",
  }));
  sim.server.refuses = ({ name }) => name === "hopeless";
  const first = ask(sim, { ...hopeless, targets });
  await sim.advance(1000);
  assert.ok(first.error instanceof KarError);
  assertRate(sim, 100);
  sim.workers[0]!.kill("for the test");
  const second = ask(sim, base(300));
  await sim.advance(3000);
  assert.equal(second.error, undefined);
  assertRate(sim, 300);
  assert.equal(sim.run.snapshot().workersUp, 3);
  sim.run.stop();
  await sim.advance(100);
});

Deno.test("reload() shows in what is due in the very slot that was promised", async () => {
  for (const ms of [1010, 2090]) {
    const sim = new SimRun(base(300), { workers: 3, startMs: NOON_MS });
    await sim.go(ms);
    const { nowMs } = sim.run.snapshot();
    const asked = ask(sim, base(900));
    await sim.advance(1500);
    const heldMs = asked.heldMs!;
    assert.equal(heldMs % 100, 0);
    assert.ok(heldMs > nowMs && heldMs <= nowMs + 300, "within 200 ms");
    sim.run.drain();
    const end = await sim.advance(2000);
    checkEnd(sim, end);
    const lengthMs = end.nowMs - NOON_MS;
    const [before, after] = [
      planned(base(300), NOON_MS, heldMs - NOON_MS),
      planned(base(900), heldMs, lengthMs - (heldMs - NOON_MS)),
    ];
    assert.deepEqual(dueOf(end), {
      due: before.due + after.due,
      arrivalsDigest: sum(before.arrivalsDigest, after.arrivalsDigest),
    });
  }
});

Deno.test("reload() has the targets of the new plan checked", async () => {
  const sim = new SimRun(planWith());
  await sim.go(500);
  const targets = [targetWith(), targetWith({ name: "new" })];
  ask(sim, planWith({ targets }));
  await sim.advance(500);
  assert.deepEqual(
    sim.checked.map(({ targets }) => targets.map(({ name }) => name)),
    [["api", "new"]],
  );
  sim.run.stop();
  await sim.advance(100);
});

/** Every target with some of its settings replaced. */
function targetsWith(plan: Plan, change: Partial<TargetPlan>): Plan {
  const targets = plan.targets.map((target) => ({ ...target, ...change }));
  return { ...plan, targets };
}

Deno.test("reload() back to the plan before goes on with its connections", async () => {
  const plan = targetsWith(planWith(), { timeoutMs: 5000 });
  const sim = new SimRun(plan, { workers: 2 });
  await sim.go(2000);
  ask(sim, targetsWith(plan, { method: "HEAD" }));
  await sim.advance(1000);
  ask(sim, plan);
  // Longer than what only the plan between had needed was kept.
  const s = await sim.advance(20_000);
  assert.deepEqual(s.missed, {});
  sim.run.stop();
  await sim.advance(100);
});

Deno.test("reload() lets the requests of a plan that came by reload end in their time", async () => {
  const plan = targetsWith(planWith(), { timeoutMs: 1000 });
  const sim = new SimRun(plan);
  sim.server.latencyMs = () => 20_000;
  await sim.go(2000);
  ask(sim, targetsWith(plan, { timeoutMs: 30_000 }));
  await sim.advance(2000);
  ask(sim, targetsWith(plan, { timeoutMs: 2000 }));
  const s = await sim.advance(25_000);
  assert.ok(s.ok > 100, `${s.ok} answers`);
  assert.equal(s.failed.aborted, undefined);
  sim.run.stop();
  await sim.advance(100);
});

Deno.test("reload() leaves nothing behind, however often it is asked for", async () => {
  const plan = targetsWith(base(1), { timeoutMs: 1000 });
  const sim = new SimRun(plan, { workers: 2, lookMs: 60_000 });
  await sim.go(2000);
  for (let i = 1; i <= 50; i++) {
    ask(sim, targetsWith(plan, { timeoutMs: 1000 + i }));
    await sim.advance(500);
  }
  sim.server.refuses = () => true;
  for (let i = 1; i <= 50; i++) {
    ask(sim, targetsWith(plan, { timeoutMs: 2000 + i }));
    await sim.advance(500);
  }
  await sim.advance(5000);
  assert.equal(sim.server.clients, 2, "clients that are open");
  // Whoever comes later opens what is still needed, and nothing else.
  sim.server.refuses = ({ timeoutMs }) => timeoutMs !== 1050;
  await sim.advance(2 * 3_600_000);
  sim.workers[0]!.kill("for the test");
  await sim.advance(2000);
  assert.equal(sim.run.snapshot().workersUp, 2);
  assert.equal(sim.server.clients, 2);
  sim.run.stop();
  await sim.advance(100);
});

Deno.test("reload() is possible however many changes came before", async () => {
  const sim = new SimRun(planWith());
  await sim.go(2000);
  const changes = Array.from(
    { length: 3000 },
    () => sim.run.apply({ kind: "scale", value: 1 }).catch(() => {}),
  );
  const asked = ask(sim, base(300));
  await sim.advance(2000);
  await Promise.all(changes);
  assert.equal(asked.error, undefined);
  assertRate(sim, 300);
  sim.run.stop();
  await sim.advance(100);
});

Deno.test("a worker that is made while a plan is taken over has that plan, too", async () => {
  const sim = new SimRun(planWith(), { workers: 2 });
  await sim.go(2000);
  const gate = Promise.withResolvers<void>();
  sim.afterSpawn = () => gate.promise;
  sim.workers[0]!.kill("for the test");
  await sim.advance(500);
  const asked = ask(sim, base(300));
  await sim.advance(500);
  gate.resolve();
  await sim.advance(3000);
  assert.equal(asked.error, undefined);
  assert.equal(sim.run.snapshot().workersUp, 2);
  const lost = sim.log.filter((line) => line.startsWith("Worker lost"));
  assert.equal(lost.length, 1, lost.join("\n"));
  const due = sim.run.snapshot().steps.slice(-3, -1)
    .reduce((sum, step) => sum + step.due, 0);
  assert.ok(Math.abs(due - 600) < 5 * Math.sqrt(600), `${due} due`);
  sim.run.stop();
  await sim.advance(100);
});

Deno.test("reload() changes how long an end waits for open requests", async () => {
  const sim = new SimRun(planWith({ shutdownTimeoutMs: 60_000 }));
  sim.server.latencyMs = () => 30_000;
  await sim.go(1000);
  ask(sim, planWith({ shutdownTimeoutMs: 2000 }));
  await sim.advance(500);
  sim.run.drain();
  const end = await sim.advance(3000);
  checkEnd(sim, end);
  assert.ok(end.failed.aborted! > 0);
});

/** The digest of two spans: both halves of it are sums. */
function sum(a: string, b: string): string {
  return [0, 8].map((at) => {
    const half = (text: string) => parseInt(text.slice(at, at + 8), 16);
    return ((half(a) + half(b)) >>> 0).toString(16).padStart(8, "0");
  }).join("");
}
