/** A run whose traffic has scenarios: its length, its sums, its digest. */
import assert from "node:assert/strict";
import type { ScenarioSpec } from "../../src/pattern/mod.ts";
import { checkEnd, dueOf, planned, planWith, SimRun } from "./harness.ts";

const START_MS = Date.UTC(2026, 2, 28, 3, 12);
const QUIET = { spikes: null, noise: null, max: 10_000, inject: [] };
const SCENARIOS: readonly ScenarioSpec[] = [
  { ...QUIET, name: "calm", durationMs: 1500, base: 100 },
  {
    ...QUIET,
    name: "rise",
    durationMs: 2000,
    base: 0,
    inject: [{ kind: "ramp", durationMs: 2000, from: 100, to: 1000 }],
  },
];

Deno.test("a run with scenarios ends with the last one, and is the same for 1 and 8 workers", async () => {
  const plan = planWith({ pattern: { base: 500, scenarios: SCENARIOS } });
  const digests = new Set<string>();
  for (const workers of [1, 8]) {
    const sim = new SimRun(plan, { startMs: START_MS, workers });
    const end = await sim.go(3500 + 1000);
    checkEnd(sim, end);
    assert.deepEqual(dueOf(end), planned(plan, START_MS, 3500));
    digests.add(end.arrivalsDigest);
  }
  assert.equal(digests.size, 1);
});

Deno.test("a duration that is given holds, and after the last scenario the plan's own rate", async () => {
  const plan = planWith({ pattern: { base: 500, scenarios: SCENARIOS } });
  const sim = new SimRun(plan, { startMs: START_MS, durationMs: 6000 });
  const end = await sim.go(6000 + 1000);
  checkEnd(sim, end);
  assert.deepEqual(dueOf(end), planned(plan, START_MS, 6000));
  const last = end.steps.at(-1)!;
  assert.ok(Math.abs(last.planned - 500) < 1, `${last.planned}`);
});
