/** A run that goes on from a state that version 0.1.0 of kar has saved. */
import assert from "node:assert/strict";
import type { SavedRun } from "../../src/run/types.ts";
import saved from "./saved_run_v1.json" with { type: "json" };
import { planWith, SimRun, targetWith } from "./harness.ts";

const PLAN = planWith({
  pattern: { base: 60 },
  targets: [
    targetWith({ name: "api" }),
    targetWith({ name: "calls", protocol: "grpc" }),
  ],
});

Deno.test("a state that version 0.1.0 has saved is taken over with every count, and saved again alike", async () => {
  const restore = saved as SavedRun;
  const sim = new SimRun(PLAN, { restore, wallMs: restore.savedMs });
  await sim.start();
  const begun = sim.run.snapshot();
  const { due, sent, missed, completed, ok, failed } = begun;
  assert.deepEqual({ due, sent, missed, completed, ok, failed }, {
    due: 248,
    sent: 233,
    missed: { worker_lost: 15 },
    completed: 233,
    ok: 96,
    failed: { status: 110, timeout: 19, aborted: 8 },
  });
  assert.equal(begun.arrivalsDigest, "c2daa955cf07c839");
  assert.equal(begun.control.scale, 2);
  assert.deepEqual(
    begun.targets.map((target) => [
      target.name,
      target.due,
      [...target.status],
      target.response.count,
    ]),
    [["api", 117, [[200, 96]], 106], ["calls", 131, [[200, 110]], 119]],
  );
  const { count, sumMs, minMs, maxMs } = begun.latency.response;
  assert.deepEqual([count, sumMs, minMs, maxMs], [225, 3788, 5, 2000]);
  assert.deepEqual([begun.before?.due, begun.before?.sent], [248, 233]);
  assert.deepEqual([begun.own.sent, begun.own.missed], [0, {}]);

  const again = JSON.parse(JSON.stringify(sim.run.save()));
  const { columns, ...totals } = again.body.totals;
  assert.deepEqual(columns.missed.length + columns.failed.length > 21, true);
  again.body.totals = totals;
  // Version 0.1.0 had no thresholds.
  delete again.body.verdict;
  assert.deepEqual(shapeOf(again), shapeOf(saved));
  assert.deepEqual(again.body.totals.run, saved.body.totals.run);
  assert.deepEqual(again.body.totals.digest, saved.body.totals.digest);
  sim.run.stop();
  await sim.clock.run(100);
});

/** Names and kinds of everything in a value, without its numbers. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return typeof value;
  if (Array.isArray(value)) return "list";
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) => [key, shapeOf(inside)]),
  );
}
