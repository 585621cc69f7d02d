import assert from "node:assert/strict";
import { planWith, targetWith } from "../sim/plans.ts";
import { RUN_START_MS, WorkerBench } from "./support.ts";

/** 1000/s for one second. */
function benchOf(change: Parameters<typeof planWith>[0] = {}): WorkerBench {
  const plan = planWith({ pattern: { base: 1000 }, ...change });
  const bench = new WorkerBench(plan);
  bench.shared.endBeat = 10;
  return bench;
}

Deno.test("Dispatcher sends each arrival at its instant", async () => {
  for (const pacing of ["exact", "normal", "eco"] as const) {
    const bench = benchOf({ pacing });
    const lags: number[] = [];
    bench.server.watch = (call, nowMs) => lags.push(nowMs - call.intendedMs);
    await bench.go(3000);
    const { due, sent, ok } = bench.run();
    assert.ok(due > 900 && due === sent && sent === ok);
    assert.ok(lags.every((lag) => lag >= 0 && lag < 0.1), pacing);
    assert.equal(bench.shared.inFlight, 0);
  }
});

Deno.test("Dispatcher counts response from the intended instant and service from the sent one", async () => {
  const bench = benchOf();
  bench.clock.timerLateMs = () => 10;
  bench.server.latencyMs = () => 40;
  await bench.go(3000);
  const { response, service, sendLag } = bench.stats.read().latency();
  assert.ok(service.minMs >= 49.99 && service.maxMs < 50.01, "40 + 10 late");
  assert.ok(sendLag.maxMs > 9);
  assert.ok(
    Math.abs(response.meanMs! - service.meanMs! - sendLag.meanMs!) < 1e-6,
  );
});

Deno.test("Dispatcher misses as late what it cannot send within max_lateness, and sends the rest at once", async () => {
  const bench = benchOf({ limits: { maxLatenessMs: 100 } });
  const sentAt: number[] = [];
  bench.server.watch = (call, nowMs) => sentAt.push(nowMs - call.intendedMs);
  bench.dispatcher.start();
  await bench.clock.run(20 + 200);
  const before = bench.server.sent;
  bench.clock.freeze(500);
  await bench.clock.run(5);
  const burst = bench.server.sent - before;
  const { missed } = bench.run();
  assert.ok(burst < 110 + 40 && burst > 70, `${burst} sent at once`);
  assert.ok(Math.abs(missed.late! - 400) < 120, `${missed.late} late`);
  assert.ok(Math.max(...sentAt) <= 100 + 0.01);
  await bench.clock.run(2000);
  const { due, sent, missed: all } = bench.run();
  assert.equal(due, sent + all.late!);
});

Deno.test("Dispatcher lets input and output have their turn after 16 requests", async () => {
  const bench = benchOf({ limits: { maxLatenessMs: 5000 } });
  const turns: number[] = [];
  bench.dispatcher.start();
  await bench.clock.run(20 + 100);
  bench.clock.freeze(500);
  let before = bench.server.sent;
  await bench.clock.run(1, () => {
    turns.push(bench.server.sent - before);
    before = bench.server.sent;
  });
  assert.ok(Math.max(...turns) <= 16, `${turns}`);
  assert.ok(turns.filter((n) => n === 16).length >= 6);
});

Deno.test("Dispatcher never has more under way than the limit", async () => {
  const bench = benchOf({ limits: { inFlight: 100 } });
  bench.server.latencyMs = () => Infinity;
  let most = 0;
  bench.server.watch = () => most = Math.max(most, bench.server.open);
  await bench.go(1500);
  const { due, sent, missed } = bench.run();
  assert.equal(most, 100);
  assert.equal(sent, 100);
  assert.deepEqual(missed, { in_flight_limit: due - 100 });
  assert.equal(bench.shared.inFlight, 100);
  await bench.clock.run(40_000);
  assert.deepEqual(bench.run().failed, { timeout: 100 });
  assert.equal(bench.shared.inFlight, 0);
});

Deno.test("Dispatcher shares the limit with all other workers", async () => {
  const bench = benchOf({ limits: { inFlight: 100 } });
  bench.server.latencyMs = () => Infinity;
  for (let i = 0; i < 70; i++) assert.ok(bench.shared.enter(100));
  await bench.go(1500);
  assert.equal(bench.run().sent, 30);
});

Deno.test("Dispatcher misses as no_connection what its transport does not take", async () => {
  const bench = benchOf();
  bench.server.accepts = () => bench.server.open < 3;
  bench.server.latencyMs = () => 100;
  await bench.go(3000);
  const { due, sent, missed } = bench.run();
  assert.deepEqual(missed, { no_connection: due - sent });
  assert.ok(sent >= 27 && sent <= 33, `${sent}`);
  assert.equal(bench.shared.inFlight, 0);
});

Deno.test("Dispatcher misses as unhealthy what goes to a target that was taken out", async () => {
  const bench = benchOf({
    targets: [targetWith(), targetWith({ name: "other" })],
  });
  bench.shared.setRemoved(1, true);
  await bench.go(3000);
  const reading = bench.stats.read();
  assert.deepEqual(reading.series(0).missed, {});
  const { due, missed } = reading.series(1);
  assert.ok(due > 400);
  assert.deepEqual(missed, { unhealthy: due });
});

Deno.test("Dispatcher calls late what is both late and unhealthy", async () => {
  const bench = benchOf();
  bench.shared.setRemoved(0, true);
  bench.clock.freeze(20 + 2000);
  await bench.go(100);
  const { due, missed } = bench.run();
  assert.deepEqual(missed, { late: due });
});

Deno.test("Dispatcher.halt() misses what waits as stopped and still counts what is open", async () => {
  const bench = benchOf();
  bench.server.latencyMs = () => 50;
  await bench.go(20 + 250);
  const before = bench.run();
  const waiting = before.due - before.sent;
  assert.ok(waiting > 20 && bench.dispatcher.open > 20);
  bench.dispatcher.halt();
  await bench.clock.run(5000);
  const { due, sent, missed, ok } = bench.run();
  assert.deepEqual([due, sent, ok], [before.due, before.sent, before.sent]);
  assert.deepEqual(missed, { stopped: waiting });
  assert.equal(bench.dispatcher.open, 0);
});

Deno.test("Dispatcher.kill() counts nothing from then on", async () => {
  const bench = benchOf();
  bench.server.latencyMs = () => 50;
  await bench.go(20 + 250);
  const before = bench.run();
  const { inFlight } = bench.shared;
  bench.dispatcher.kill();
  await bench.clock.run(5000);
  assert.deepEqual(bench.run(), before);
  assert.equal(bench.shared.inFlight, inFlight);
});

Deno.test("Dispatcher uses a call again only after its end", async () => {
  const bench = benchOf();
  const open = new Map<unknown, number>();
  bench.server.latencyMs = () => 7;
  bench.server.watch = (call, nowMs) => {
    assert.ok((open.get(call) ?? 0) <= nowMs, "still under way");
    open.set(call, nowMs + 7);
    assert.ok(Number.isNaN(call.connectMs) && Number.isNaN(call.tlsMs));
  };
  await bench.go(3000);
  assert.ok(open.size < 40, `${open.size} calls for ${bench.server.sent}`);
});

Deno.test("Dispatcher with nothing to send wakes twice a slot at most", async () => {
  const bench = benchOf({ pattern: { base: 0 } });
  let steps = 0;
  bench.dispatcher.start();
  await bench.clock.run(RUN_START_MS, () => steps++);
  assert.ok(steps <= 22, `${steps}`);
  assert.equal(bench.run().due, 0);
});
