import assert from "node:assert/strict";
import type { PageData } from "../../src/page/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { RecordReader, snapshotOf } from "../../src/record/mod.ts";
import { withRecord } from "../record/support.ts";
import { ask, NOON_MS, planWith, SimRun, targetWith } from "../sim/harness.ts";
import { RecordedForTest } from "./recorded.ts";

/*
 * What page and report say of a run that took over another plan under way.
 */

const NOON = NOON_MS / 1000;
const RELOADED_AT = 10;
const SECONDS = 20;

/** Two targets by weights, so that shares change as well as the rate. */
function planOf(base: number, weights: readonly number[], id: string): Plan {
  return planWith({
    planId: id,
    pattern: { base },
    targets: ["api", "search", "checkout"].slice(0, weights.length)
      .map((name, i) => targetWith({ name, weight: weights[i]! })),
  });
}

const FIRST = planOf(90, [3, 1], "1111111111111111");
const SECOND = planOf(40, [1, 1, 2], "2222222222222222");

/** A run that is reloaded in the middle. */
async function reloaded(
  use: (path: string, data: PageData) => void,
): Promise<void> {
  const sim = new SimRun(FIRST, { durationMs: SECONDS * 1000 });
  await sim.start();
  await withRecord(async (path) => {
    const recorded = new RecordedForTest(sim.run, path, () => sim.clock.wall());
    const pass = async (seconds: number) => {
      for (let i = 0; i < seconds; i++) {
        await sim.advance(1000);
        recorded.look();
      }
    };
    await pass(3);
    await ask(sim, { kind: "scale", value: 2 });
    await pass(RELOADED_AT - 3);
    recorded.data();
    void sim.run.reload(SECOND, {});
    await pass(SECONDS - RELOADED_AT + 2);
    await recorded.ended(sim.run.snapshot());
    use(path, recorded.data());
  });
}

Deno.test("a page says why the rate was what it was before a reload and after it, each by the plan that held", () =>
  reloaded((_, { run, marks, series }) => {
    const { base } = run.factors;
    assert.equal(base![5], 90);
    assert.equal(base![15], 40);
    assert.ok(base!.every((value) => value !== null));
    assert.deepEqual(
      marks.map(({ text }) => text),
      ["fired", "scale 2", "another plan"],
    );
    const planned = Object.fromEntries(
      series.map(({ target, planned }) => [target, planned]),
    );
    assert.equal(planned.null, undefined, "all of it is the run's");
    assert.equal(planned.api![5], 90 * 2 * 3 / 4);
    assert.equal(planned.api![15], 40 * 2 / 4);
    assert.equal(planned.checkout![5], 0);
    assert.equal(planned.checkout![15], 40 * 2 / 2);
  }));

Deno.test("a report of a span names the plan that held in it, and the whole one the last", () =>
  reloaded((path) => {
    const record = new RecordReader(path);
    try {
      assert.deepEqual(
        record.plans().map(({ plan: { planId } }) => planId),
        [FIRST.planId, SECOND.planId],
      );
      const before = snapshotOf(record, { from: NOON, to: NOON + 8 });
      assert.equal(before.plan.planId, FIRST.planId);
      assert.deepEqual(
        before.targets.map(({ name }) => name),
        ["api", "search"],
      );
      const after = snapshotOf(record, { from: NOON + 12, to: NOON + 18 });
      assert.equal(after.plan.planId, SECOND.planId);
      const across = snapshotOf(record, { from: NOON + 8, to: NOON + 18 });
      assert.equal(across.plan.planId, SECOND.planId);
      assert.equal(across.targets.length, 3);
      assert.equal(snapshotOf(record, undefined).plan.planId, SECOND.planId);
    } finally {
      record.close();
    }
  }));
