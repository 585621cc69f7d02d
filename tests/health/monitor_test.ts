import assert from "node:assert/strict";
import { HealthMonitor } from "../../src/health/mod.ts";
import type { HealthPlan } from "../../src/plan/mod.ts";
import { answer, failure, type Outcome } from "../../src/transport/mod.ts";
import { FakeClock } from "../sim/fake_clock.ts";
import { targetWith } from "../sim/harness.ts";

const HEALTH: HealthPlan = {
  enabled: true,
  intervalMs: 1000,
  timeoutMs: 500,
  onUnhealthy: "remove",
  url: null,
  method: null,
  expect: null,
};

function watch(change: Partial<HealthPlan>, answers: (n: number) => Outcome) {
  const clock = new FakeClock(0);
  const removed: boolean[] = [];
  const log: string[] = [];
  let asked = 0;
  const monitor = new HealthMonitor({
    health: { ...HEALTH, ...change },
    clock,
    ask: () => Promise.resolve(answers(asked++)),
    removed: (_, isRemoved) => removed.push(isRemoved),
    log: (line) => log.push(line),
  });
  monitor.watch([targetWith(), targetWith({ name: "off", weight: 0 })]);
  return { clock, monitor, removed, log, asked: () => asked };
}

Deno.test("HealthMonitor takes a target out after three failures and back after two successes", async () => {
  const isBad = (n: number) => n >= 2 && n < 7;
  const { clock, monitor, removed } = watch(
    {},
    (n) => isBad(n) ? failure("refused") : answer(200),
  );
  await clock.run(3500);
  assert.deepEqual(removed, []);
  assert.equal(monitor.read()[0]!.healthy, false);
  await clock.run(1000);
  assert.deepEqual(removed, [true]);
  await clock.run(10_000);
  assert.deepEqual(removed, [true, false]);
  const { healthy, removedMs } = monitor.read()[0]!;
  assert.equal(healthy, true);
  assert.equal(removedMs, 4000);
});

Deno.test("HealthMonitor only reports when the plan says report", async () => {
  const { clock, removed, log } = watch(
    { onUnhealthy: "report" },
    () => failure("timeout"),
  );
  await clock.run(20_000);
  assert.deepEqual(removed, []);
  assert.deepEqual(log, ["Target api is unhealthy"]);
});

Deno.test("HealthMonitor judges by the expected codes", async () => {
  const { clock, monitor } = watch({ expect: [[204, 204]] }, () => answer(200));
  await clock.run(100);
  assert.equal(monitor.read()[0]!.healthy, false);
});

Deno.test("HealthMonitor never asks a target without weight, nor after stop()", async () => {
  const { clock, monitor, asked } = watch({}, () => answer(200));
  await clock.run(2500);
  assert.equal(asked(), 3);
  assert.equal(monitor.read()[1]!.healthy, null);
  monitor.stop();
  await clock.run(5000);
  assert.equal(asked(), 3);
});

Deno.test("HealthMonitor goes with a plan that takes over: what became another target is judged anew", async () => {
  const clock = new FakeClock(0);
  const removed: [number, boolean][] = [];
  const asked: number[] = [];
  let isUp = false;
  const monitor = new HealthMonitor({
    health: HEALTH,
    clock,
    ask: (i) => {
      asked.push(i);
      return Promise.resolve(i > 0 || isUp ? answer(200) : failure("refused"));
    },
    removed: (i, isRemoved) => removed.push([i, isRemoved]),
    log: () => {},
  });
  const [moving, steady] = [targetWith(), targetWith({ name: "steady" })];
  monitor.watch([moving, steady]);
  await clock.run(2500);
  assert.deepEqual(removed, [[0, true]]);
  isUp = true;
  asked.length = 0;
  const moved = targetWith({ url: "http://elsewhere.invalid/" });
  const late = targetWith({ name: "late" });
  monitor.watch([moved, { ...steady, weight: 7 }, late]);
  await clock.run(1);
  assert.deepEqual(removed, [[0, true], [0, false]]);
  assert.deepEqual(asked, [0, 2], "what did not change has its own time");
  assert.deepEqual(monitor.read().map(({ healthy }) => healthy), [
    true,
    true,
    true,
  ]);
  assert.equal(monitor.read()[0]!.removedMs, 500);
  asked.length = 0;
  monitor.watch([{ ...moved, weight: 0 }, steady, { ...late, weight: 0 }]);
  await clock.run(5000);
  assert.deepEqual(new Set(asked), new Set([1]));
});
