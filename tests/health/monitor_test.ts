import assert from "node:assert/strict";
import { HealthMonitor } from "../../src/health/mod.ts";
import type { HealthPlan } from "../../src/plan/mod.ts";
import {
  answer,
  failure,
  type Outcome,
  REACHED_CODE,
} from "../../src/transport/mod.ts";
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

function watch(
  change: Partial<HealthPlan>,
  answers: (n: number) => Outcome,
  target = targetWith(),
) {
  const clock = new FakeClock(0);
  const removed: boolean[] = [];
  const log: string[] = [];
  const targets: number[] = [];
  let asked = 0;
  const monitor = new HealthMonitor({
    health: { ...HEALTH, ...change },
    targets: [target, targetWith({ name: "off", weight: 0 })],
    clock,
    ask: (target) => {
      targets.push(target);
      return Promise.resolve(answers(asked++));
    },
    removed: (_, isRemoved) => removed.push(isRemoved),
    log: (line) => log.push(line),
  });
  monitor.start();
  return { clock, monitor, removed, log, targets, asked: () => asked };
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
  assert.deepEqual(log, [
    "Target api is unhealthy: no answer (timeout): no answer came within its timeout",
  ]);
});

Deno.test("HealthMonitor judges by the expected codes", async () => {
  const { clock, monitor } = watch({ expect: [[204, 204]] }, () => answer(200));
  await clock.run(100);
  assert.equal(monitor.read()[0]!.healthy, false);
});

Deno.test("HealthMonitor calls no target of gRPC well that answers UNIMPLEMENTED, and says what it answered", async () => {
  const grpc = targetWith({ protocol: "grpc" });
  const rows = [
    [answer(0), true],
    [answer(12, "UNIMPLEMENTED (12): unknown service"), false],
    [answer(14, "UNAVAILABLE (14)"), false],
    // It was only connected to.
    [answer(REACHED_CODE), true],
  ] as const;
  for (const [outcome, isWell] of rows) {
    const { clock, monitor, log } = watch({}, () => outcome, grpc);
    await clock.run(100);
    assert.equal(monitor.read()[0]!.healthy, isWell);
    if (!isWell) {
      assert.match(log[0]!, /(?:UNIMPLEMENTED|UNAVAILABLE) \(1[24]\)/);
    }
  }
  const own = { ...grpc, ok: [[12, 12]] as const };
  const { clock, monitor } = watch({}, () => answer(12), own);
  await clock.run(100);
  assert.equal(monitor.read()[0]!.healthy, true);
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

Deno.test("HealthMonitor checks a target that comes at once, and one that goes no more", async () => {
  const { clock, monitor, targets } = watch({}, () => answer(200));
  await clock.run(1500);
  assert.deepEqual(targets, [0, 0]);
  targets.length = 0;
  const gone = targetWith({ weight: 0 });
  monitor.take([
    gone,
    targetWith({ name: "off" }),
    targetWith({ name: "new" }),
  ]);
  await clock.run(0);
  assert.deepEqual(targets, [1, 2]);
  assert.deepEqual(
    monitor.read().map(({ healthy }) => healthy),
    [null, true, true],
  );
  await clock.run(2500);
  assert.deepEqual(targets, [1, 2, 1, 2, 1, 2]);
});

Deno.test("HealthMonitor asks anew where a target is asked in another way, and lets it back in", async () => {
  let outcome: Outcome = failure("refused");
  const { clock, monitor, targets, removed } = watch({}, () => outcome);
  await clock.run(4500);
  assert.deepEqual(removed, [true]);
  const off = targetWith({ name: "off", weight: 0 });
  monitor.take([targetWith({ weight: 7 }), off]);
  assert.deepEqual(removed, [true], "another weight is nothing new");
  targets.length = 0;
  outcome = answer(200);
  monitor.take([targetWith({ url: "http://elsewhere/" }), off]);
  assert.deepEqual(removed, [true, false]);
  await clock.run(0);
  assert.deepEqual(targets, [0]);
  const { healthy, removedMs } = monitor.read()[0]!;
  assert.deepEqual([healthy, removedMs], [true, 2500]);
});
