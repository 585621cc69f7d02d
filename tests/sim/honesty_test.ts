/** What kar says about a server that is slow, stuck or dead, and about itself. */
import assert from "node:assert/strict";
import { answer } from "../../src/transport/mod.ts";
import { total } from "../../src/stats/mod.ts";
import { checkEnd, planWith, SimRun, targetWith } from "./harness.ts";

const START_MS = Date.UTC(2026, 2, 28, 3, 12);
const FAST = planWith({ pattern: { base: 1000 } });

Deno.test("a stall of 1 s in 20 s at 1000/s is seen in the response time and not in the service time", async () => {
  const service: (number | null)[] = [];
  for (const stallMs of [0, 1000]) {
    const options = { startMs: START_MS, durationMs: 20_000, workers: 2 };
    const sim = new SimRun(FAST, options);
    // One connection-like queue: what comes during the stall waits for its end.
    const stall = [sim.clock.now() + 8000, sim.clock.now() + 8000 + stallMs];
    sim.server.latencyMs = (nowMs) =>
      nowMs >= stall[0]! && nowMs < stall[1]! ? stall[1]! - nowMs + 5 : 5;
    const end = await sim.go(30_000);
    checkEnd(sim, end);
    assert.deepEqual(end.missed, {});
    service.push(end.latency.service.percentile(0.5));
    const p99 = end.latency.response.percentile(0.99)!;
    if (stallMs === 0) assert.ok(p99 < 5.1, `${p99}`);
    else assert.ok(p99 > 750 && p99 < 850, `${p99}`);
  }
  assert.ok(Math.abs(service[0]! - service[1]!) < 0.01);
});

Deno.test("a process that stalls is seen in the response time, never in the service time", async () => {
  const options = { startMs: START_MS, durationMs: 20_000 };
  const plan = planWith({
    pattern: { base: 1000 },
    limits: { maxLatenessMs: 2000, inFlight: 4000 },
  });
  const sim = new SimRun(plan, options);
  await sim.go(8000);
  sim.clock.freeze(1000);
  const end = await sim.advance(22_000);
  checkEnd(sim, end);
  const { response, service, sendLag } = end.latency;
  const p99 = response.percentile(0.99)!;
  assert.ok(p99 > 750 && p99 < 850, `${p99}`);
  assert.ok(sendLag.percentile(0.99)! > 750);
  // What was under way when the process stalled was answered late.
  assert.ok(service.percentile(0.99)! < 5.1);
});

Deno.test("a constant delay is the response's median, to one percent", async () => {
  for (const delayMs of [0.4, 3, 80, 1500]) {
    const options = { startMs: START_MS, durationMs: 5000 };
    const sim = new SimRun(FAST, options);
    sim.server.latencyMs = () => delayMs;
    const end = await sim.go(20_000);
    checkEnd(sim, end);
    const p50 = end.latency.response.percentile(0.5)!;
    assert.ok(Math.abs(p50 / delayMs - 1) < 0.01, `${p50} of ${delayMs}`);
    assert.equal(end.recent.count > 0, true);
  }
});

Deno.test("a dead server has a hundred requests under way at most, and all else is missed", async () => {
  const plan = planWith({
    pattern: { base: 1000 },
    limits: { inFlight: 100 },
    shutdownTimeoutMs: 2000,
  });
  const options = { startMs: START_MS, durationMs: 10_000, workers: 4 };
  const sim = new SimRun(plan, options);
  sim.server.latencyMs = () => Infinity;
  let most = 0;
  sim.server.watch = () => most = Math.max(most, sim.server.open);
  const end = await sim.go(20_000);
  checkEnd(sim, end);
  assert.equal(most, 100);
  assert.deepEqual(end.failed, { aborted: 100 });
  assert.deepEqual(end.missed, { in_flight_limit: end.due - 100 });
  assert.equal(end.latency.response.count, 0);
});

Deno.test("a process frozen for 3 s sends what is 100 ms late, misses the rest, and makes no burst", async () => {
  const options = { startMs: START_MS, durationMs: 12_000, workers: 2 };
  const sim = new SimRun(FAST, options);
  await sim.go(5000);
  const before = sim.server.sent;
  sim.clock.freeze(3000);
  await sim.advance(10);
  const burst = sim.server.sent - before;
  assert.ok(burst > 70 && burst < 110 + 6 * Math.sqrt(110), `${burst} at once`);
  const end = await sim.advance(15_000);
  checkEnd(sim, end);
  assert.deepEqual(Object.keys(end.missed), ["late"]);
  assert.ok(Math.abs(end.missed.late! - 2900) < 250, `${end.missed.late}`);
  assert.ok(end.latency.sendLag.maxMs <= 100.1);
  assert.deepEqual(end.warnings, []);
});

Deno.test("answers are judged by each target's own rule, and counted by code", async () => {
  const plan = planWith({
    targets: [
      targetWith({ weight: 1 }),
      targetWith({ name: "strict", ok: [[200, 200]] }),
      targetWith({ name: "off", weight: 0 }),
    ],
  });
  const options = { startMs: START_MS, durationMs: 5000, workers: 2 };
  const sim = new SimRun(plan, options);
  sim.server.outcome = answer(204);
  const end = await sim.go(10_000);
  checkEnd(sim, end);
  const [plain, strict, off] = end.targets;
  assert.ok(plain!.due > 150 && strict!.due > 150);
  assert.equal(plain!.ok, plain!.due);
  assert.deepEqual(strict!.failed, { status: strict!.due });
  assert.deepEqual([...strict!.status], [[204, strict!.due]]);
  assert.equal(off!.due, 0);
});

Deno.test("a server without free connections is missed, never waited for", async () => {
  const options = { startMs: START_MS, durationMs: 5000 };
  const sim = new SimRun(FAST, options);
  sim.server.accepts = () => sim.server.open < 2;
  sim.server.latencyMs = () => 100;
  const end = await sim.go(10_000);
  checkEnd(sim, end);
  assert.deepEqual(end.missed, { no_connection: end.due - end.sent });
  assert.ok(end.sent > 90 && end.sent <= 101, `${end.sent}`);
  assert.ok(end.latency.sendLag.maxMs < 0.1);
  assert.equal(total(end.failed), 0);
});
