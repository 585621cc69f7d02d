import assert from "node:assert/strict";
import { MergedJudge } from "../../src/cli/watch/merged_judge.ts";
import { ARMED, EventLog, Traffic } from "../../src/pattern/mod.ts";
import { parseThreshold, type Threshold } from "../../src/threshold/mod.ts";
import { NO_PROOF, type Totals } from "../../src/stats/mod.ts";
import { planWith, SimRun } from "../sim/harness.ts";

Deno.test("what all parts sent before a pause counts, though it was told when they had paused", async () => {
  const sim = new SimRun(planWith(), { durationMs: 10_000 });
  await sim.go(60_000);
  const { totals } = sim.run.measured();
  const due = totalsDue(totals);
  const { threshold } = parseThreshold(`sent >= ${due}`) as {
    readonly threshold: Threshold;
  };
  const plan = planWith({
    judging: { thresholds: [threshold], tolerate: 0.05, allowUnknown: false },
  } as never);
  const log = new EventLog({ base: { ...ARMED, firedSlot: 0 }, changes: [] });
  log.append({ slot: 10, kind: "pause", value: 0, durationMs: 0 });
  log.append({ slot: 50, kind: "resume", value: 0, durationMs: 0 });
  const traffic = new Traffic([plan.pattern], log);
  const judge = new MergedJudge(plan, 0);
  const where = (slot: number) => ({
    ...{ slot, atMs: (slot + 1) * 100, traffic, proof: NO_PROOF },
  });
  judge.take(totals, where(29));
  judge.take(totals, where(59));
  judge.end(totals, where(99));
  assert.deepEqual(
    judge.verdict.thresholds.map(({ result }) => result),
    ["pass"],
  );
});

function totalsDue({ targets }: Totals): number {
  return targets.api!.tallies.reduce((sum, tally) => sum + tally[0]!, 0);
}
