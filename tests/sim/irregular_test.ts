/** Named irregularities in a run: one digest, phases of their own. */
import assert from "node:assert/strict";
import type { PlanChange } from "./plans.ts";
import {
  checkEnd,
  dueOf,
  planned,
  planWith,
  SimRun,
  targetWith,
} from "./harness.ts";

const START_MS = Date.UTC(2026, 2, 28, 9, 59, 58);
const IRREGULAR: PlanChange = {
  pattern: {
    base: 200,
    burst: { slow: 0.5, mid: 0.6, fast: 0.7 },
    irregular: [
      {
        kind: "cron",
        when: { kind: "every", everyMs: 3_600_000, offsetMs: 0 },
        ...{ requests: 600, spreadMs: 500, skewMs: 0, target: "report" },
      },
      {
        kind: "flash",
        when: { kind: "once", at: "2026-03-28T09:59:59" },
        ...{ factor: 3, riseMs: 2000, halfMs: 60_000, power: 1 },
        ...{ lastsMs: 60_000, hot: { target: "b", share: 0.8 } },
      },
    ],
  },
  targets: [
    targetWith({ weight: 3 }),
    targetWith({ name: "b" }),
    targetWith({ name: "report", weight: 0 }),
  ],
};

for (const arrivals of ["poisson", "uniform"] as const) {
  Deno.test(`a run (${arrivals}) with irregularities has the digest of its plan, for 1, 3 and 8 workers`, async () => {
    const plan = planWith({ ...IRREGULAR, arrivals });
    const expected = planned(plan, START_MS, 6000);
    assert.ok(expected.due > 1500, `${expected.due}`);
    for (const workers of [1, 3, 8]) {
      const options = { startMs: START_MS, durationMs: 6000, workers };
      const sim = new SimRun(plan, options);
      const end = await sim.go(12_000);
      checkEnd(sim, end);
      assert.deepEqual(dueOf(end), expected, `${workers} workers`);
    }
  });
}

Deno.test("what an irregularity adds is counted in its phase, and goes to its target", async () => {
  const { irregular } = IRREGULAR.pattern!;
  const plan = planWith({
    ...IRREGULAR,
    pattern: { base: 100, irregular: [irregular![0]!] },
  });
  const sim = new SimRun(plan, { startMs: START_MS, durationMs: 20_000 });
  const end = await sim.go(30_000);
  checkEnd(sim, end);
  const phases = new Map(end.phases.map((each) => [each.phase, each]));
  assert.deepEqual([...phases.keys()].sort(), ["baseline", "cron"]);
  const report = end.targets.find(({ name }) => name === "report")!;
  assert.ok(Math.abs(report.due - 600) < 100, `${report.due}`);
  assert.ok(phases.get("cron")!.due > 600);
});
