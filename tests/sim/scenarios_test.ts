/** A run whose traffic has scenarios: its length, its sums, its digest. */
import assert from "node:assert/strict";
import type { ScenarioSpec } from "../../src/pattern/mod.ts";
import { mergePlans } from "../../src/plan/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
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
    assertByScenario(end);
  }
  assert.equal(digests.size, 1);
});

/** Each arrival has a scenario, and those of the first 1.5 s the first one. */
function assertByScenario({ scenarios, due, phases, own }: Snapshot): void {
  assert.deepEqual(scenarios.map((one) => one.scenario), ["calm", "rise"]);
  const [calm, rise] = scenarios;
  assert.equal(calm!.due + rise!.due, due);
  assert.ok(Math.abs(calm!.due - 150) < 60, `${calm!.due}`);
  assert.equal(calm!.response.count, calm!.ok);
  assert.equal(phases.reduce((sum, phase) => sum + phase.due, 0), due);
  assert.equal(own.scenarios[1]!.ok, rise!.ok);
}

Deno.test("a reload keeps scenarios, and refuses others", () => {
  const plan = planWith({ pattern: { base: 500, scenarios: SCENARIOS } });
  const slower = SCENARIOS.map((one) => ({ ...one, base: 1 }));
  const same = planWith({ pattern: { base: 500, scenarios: slower } });
  assert.equal(mergePlans(plan, same).pattern.scenarios![0]!.base, 1);
  assert.throws(
    () => mergePlans(plan, planWith({ pattern: { base: 500 } })),
    /Cannot reload: scenarios were calm, rise, and their names/,
  );
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
