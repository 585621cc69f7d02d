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

for (
  const [what, secondMs, lengthMs] of [
    ["longer", 4000, 5500],
    ["shorter", 1000, 2500],
    ["over by then", 100, 2200],
  ] as const
) {
  Deno.test(`a reload of scenarios that are ${what} moves the end of a run that took its length from them`, async () => {
    const withSecond = (durationMs: number) =>
      planWith({
        pattern: {
          base: 500,
          scenarios: [
            { ...QUIET, name: "calm", durationMs: 1500, base: 100 },
            { ...QUIET, name: "busy", durationMs, base: 200 },
          ],
        },
      });
    const sim = new SimRun(withSecond(2000), { startMs: START_MS });
    await sim.go(2000);
    void sim.run.reload(withSecond(secondMs), {});
    await sim.advance(lengthMs - 2000 + 1000);
    const end = sim.run.snapshot();
    assert.equal(end.state, "stopped");
    checkEnd(sim, end);
    const sentMs = end.endMs! - START_MS;
    // A run that is over in the new plan ends as soon as it can.
    assert.ok(Math.abs(sentMs - lengthMs) <= 300, `${sentMs} ms`);
    if (secondMs >= 1000) assert.equal(sentMs, lengthMs);
  });
}

Deno.test("a reload of longer scenarios moves no end that was asked for", async () => {
  const planOf = (durationMs: number) =>
    planWith({
      pattern: {
        base: 500,
        scenarios: [{ ...QUIET, name: "calm", durationMs, base: 100 }],
      },
    });
  const sim = new SimRun(planOf(3000), { startMs: START_MS, durationMs: 3000 });
  await sim.go(1000);
  void sim.run.reload(planOf(9000), {});
  await sim.advance(3000);
  assert.equal(sim.run.snapshot().endMs, START_MS + 3000);
  const other = new SimRun(planOf(3000), { startMs: START_MS });
  await other.go(1000);
  other.run.drain();
  void other.run.reload(planOf(9000), {}).catch(() => {});
  await other.advance(2000);
  assert.equal(other.run.snapshot().state, "stopped");
});
