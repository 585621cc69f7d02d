/** The circuit breaker beside operators, reloads, silent hours and restarts. */
import assert from "node:assert/strict";
import { answer, failure } from "../../src/transport/mod.ts";
import {
  ask,
  end,
  ERRORS,
  type Posted,
  runWith,
  SLOWNESS,
  until,
} from "./breaker.ts";
import { NOON_MS, planWith, SimRun, targetWith } from "./harness.ts";

Deno.test("resume closes a tripped breaker, and pause wins over it", async () => {
  const { sim, transitions } = runWith(ERRORS);
  sim.server.outcome = answer(500);
  await sim.go(2000);
  await until(sim, ({ state }) => state === "tripped");
  await ask(sim, { kind: "pause" });
  assert.equal((await sim.advance(60_000)).state, "paused");
  assert.deepEqual(transitions(), ["open"], "nothing is probed in a pause");
  sim.server.outcome = answer(200);
  await ask(sim, { kind: "resume" });
  const { state, plannedRate } = await sim.advance(300);
  assert.equal(state, "firing");
  assert.equal(plannedRate, 100);
  assert.deepEqual(transitions(), ["open", "close"]);

  sim.server.outcome = answer(500);
  await until(sim, ({ state }) => state === "tripped");
  await sim.advance(1000);
  await ask(sim, { kind: "resume" });
  assert.equal((await sim.advance(300)).state, "firing");
  await end(sim);
});

Deno.test("a reload without a breaker lets all traffic flow again", async () => {
  const { sim } = runWith(ERRORS);
  sim.server.outcome = answer(500);
  await sim.go(2000);
  await until(sim, ({ state }) => state === "tripped");
  void sim.run.reload(planWith(), {});
  await until(sim, ({ state }) => state === "firing");
  assert.equal((await sim.advance(30_000)).state, "firing");
  assert.equal(sim.run.snapshot().plannedRate, 100);
  await end(sim);
});

Deno.test("a reload that judges answers by another rule brings up no old ones", async () => {
  const { sim, transitions } = runWith(ERRORS);
  sim.server.outcome = answer(404);
  await sim.go(60_000);
  sim.server.outcome = answer(200);
  await sim.advance(15_000);
  const targets = [targetWith({ ok: [[200, 299]] })];
  void sim.run.reload(planWith({ targets, safety: ERRORS }), { KEY: "k1" });
  assert.equal((await sim.advance(20_000)).state, "firing");
  assert.deepEqual(transitions(), []);
  sim.server.outcome = answer(404);
  await until(sim, ({ state }) => state === "tripped");
  await end(sim);
});

Deno.test("a reload that allows slower answers trips nothing for those before it", async () => {
  const { sim, transitions } = runWith(SLOWNESS);
  sim.server.latencyMs = () => 300;
  await sim.go(4500);
  const safety = { ...SLOWNESS, p95AboveMs: 500 };
  void sim.run.reload(planWith({ safety }), { KEY: "k1" });
  assert.equal((await sim.advance(20_000)).state, "firing");
  assert.deepEqual(transitions(), []);
  await end(sim);
});

Deno.test("a plan without a breaker never trips", async () => {
  const sim = new SimRun(planWith());
  sim.server.outcome = answer(500);
  assert.equal((await sim.go(20_000)).state, "firing");
  assert.deepEqual((await end(sim)).warnings, []);
});

Deno.test("the breaker begins with a trickle when a silent hour ends meanwhile", async () => {
  // Five past twelve to one is silent; the breaker trips right before it.
  const schedule = [{
    spans: [[12 * 60 + 5, 13 * 60] as const],
    days: [1, 2, 3, 4, 5, 6, 7],
    multiplier: 0,
    priority: 0,
  }];
  const posts: Posted[] = [];
  const plan = planWith({
    pattern: { zone: "UTC", schedule },
    safety: ERRORS,
  });
  const sim = new SimRun(plan, {
    wallMs: NOON_MS + 285_000,
    openHook: () => ({
      post: (url, change) => posts.push({ url, change }),
      close: () => {},
    }),
    lookMs: 60_000,
  });
  sim.server.outcome = answer(500);
  await sim.go(3000);
  await until(sim, ({ state }) => state === "tripped");
  await sim.advance(54 * 60_000);
  assert.equal(posts.length, 1, "nothing to probe with in a silent hour");
  sim.server.outcome = answer(200);
  const { sent } = await sim.advance(60_000);
  await until(sim, () => posts.length > 1);
  const before = sim.run.snapshot().sent;
  assert.ok(before - sent < 10, `${before - sent}`);
  const { sent: probes } = await sim.advance(8000);
  assert.ok(probes > before && probes - before < 30, `${probes - before}`);
  await end(sim);
});

Deno.test("a successor goes on holding back what the breaker held back, and counts on", async () => {
  const { sim } = runWith(ERRORS);
  sim.server.outcome = answer(503);
  sim.server.retryAfterMs = 90_000;
  await sim.go(2000);
  await until(sim, ({ state }) => state === "tripped");
  await sim.advance(5000);
  const restore = JSON.parse(JSON.stringify(sim.run.save()));
  const { breaker } = await end(sim);
  assert.equal(breaker.trips, 1);

  // Not by `advance`: the server of a successor knows nothing of counts before.
  const wallMs = sim.clock.wall();
  const next = new SimRun(planWith({ safety: ERRORS }), { restore, wallMs });
  await next.start();
  await next.clock.run(60_000);
  assert.equal(next.run.snapshot().state, "tripped", "Retry-After");
  assert.equal(next.server.sent, 0);
  await next.clock.run(90_000);
  const later = next.run.snapshot();
  assert.equal(later.state, "firing");
  assert.deepEqual([later.breaker.trips, later.breaker.level], [1, 1]);
  assert.equal(later.breaker.reason, breaker.reason);
  assert.ok(later.breaker.heldMs > breaker.heldMs + 60_000);
  next.run.stop();
  await next.clock.run(500);

  const free = new SimRun(planWith(), { restore, wallMs });
  await free.start();
  await free.clock.run(1000);
  const { state, breaker: { heldMs } } = free.run.snapshot();
  assert.equal(state, "firing", "no breaker, no level");
  assert.equal(heldMs, restore.body.breaker.heldMs, "nothing is held any more");
  free.run.stop();
  await free.clock.run(500);
});

Deno.test("late timeouts of what was sent before the silence are not taken for probes", async () => {
  const targets = [targetWith({ timeoutMs: 30_000 })];
  const { sim, transitions } = runWith(ERRORS, { targets });
  await sim.go(1000);
  sim.server.outcome = failure("reset");
  // Every second request fails at once, the others hang.
  let count = 0;
  sim.server.latencyMs = () => ++count % 2 === 0 ? 5 : Infinity;
  await until(sim, ({ state }) => state === "tripped");
  sim.server.outcome = answer(200);
  sim.server.latencyMs = () => 5;
  await until(sim, () => transitions().includes("close"));
  assert.deepEqual(transitions(), ["open", "half-open", "close"]);
  await end(sim);
});

Deno.test("the breaker acts however busy operators are", async () => {
  const { sim } = runWith(ERRORS);
  await sim.go(500);
  for (let i = 0; i < 3000; i++) {
    sim.run.apply({ kind: "scale", value: 1 }).catch(() => {});
  }
  sim.server.outcome = answer(503);
  await until(sim, ({ state }) => state === "tripped");
  assert.equal((await sim.advance(1000)).plannedRate, 0);
  await end(sim);
});
