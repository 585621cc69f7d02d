/** How long a simulated target takes to come back after spikes. */
import assert from "node:assert/strict";
import { threshold } from "../verdict/seconds.ts";
import { ask, planWith, SimRun } from "./harness.ts";

Deno.test("a manual spike after which the target stays slow for a while has that time as its recovery", async () => {
  const thresholds = [
    threshold("recovery.p50{target=api} < 30s"),
    threshold("recovery.max < 5s"),
  ];
  const sim = new SimRun(planWith({
    pattern: { base: 60 },
    judging: { thresholds, tolerate: 1, allowUnknown: false },
  }));
  await sim.go(60_000);
  await ask(sim, { kind: "spike", factor: 3, durationMs: 10_000 });
  sim.server.latencyMs = () => 300;
  await sim.advance(25_000);
  sim.server.latencyMs = () => 5;
  await sim.advance(40_000);
  sim.run.drain();
  const { recovery, verdict } = await sim.advance(2000);
  assert.equal(recovery.spikes.length, 1);
  const [spike] = recovery.spikes;
  assert.ok(spike!.factor > 2 && spike!.factor <= 3);
  const [api] = spike!.targets;
  assert.equal(api!.result, "recovered");
  assert.ok(api!.ms! >= 10_000 && api!.ms! <= 25_000, `${api!.ms}`);
  assert.deepEqual(verdict.thresholds.map(({ result }) => result), [
    "pass",
    "fail",
  ]);
});

Deno.test("without a spike a threshold of recovery is unknown", async () => {
  const thresholds = [threshold("recovery.p50 < 30s")];
  const sim = new SimRun(
    planWith({ judging: { thresholds, tolerate: 1, allowUnknown: false } }),
    { durationMs: 5000 },
  );
  const { recovery, verdict } = await sim.go(7000);
  assert.deepEqual(recovery, { spikes: [], medians: [] });
  assert.equal(verdict.thresholds[0]!.result, "unknown");
});
