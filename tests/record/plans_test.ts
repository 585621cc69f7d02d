import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { ARMED } from "../../src/pattern/mod.ts";
import type { HeldPlan } from "../../src/plan/mod.ts";
import { Recording, RecordReader } from "../../src/record/mod.ts";
import { planFixture } from "../fixtures/snapshot.ts";
import { entryOf, MadeUp, metaFixture, NOON, withRecord } from "./support.ts";

const MAX_BYTES = 2 ** 28;
/** Plans that a record keeps. */
const KEPT = 100;

function planCalled(planId: string) {
  return { ...planFixture(), planId };
}

function held(slot: number, planId: string): HeldPlan {
  return { slot, plan: planCalled(planId) };
}

/** Writes a record in which plans take over. */
function write(path: string, plans: readonly HeldPlan[], seconds = 2): void {
  const recording = new Recording({ path, maxBytes: MAX_BYTES });
  recording.begin(metaFixture(NOON));
  const made = new MadeUp(3);
  for (let t = NOON; t < NOON + seconds; t++) {
    const own = plans.filter(({ slot }) => Math.floor(slot / 10) === t);
    const changes = own.map(({ slot }, i) => ({
      slot,
      control: { ...ARMED, plan: i + 1 },
    }));
    recording.take(entryOf(made.second(t), { plans: own, changes }));
  }
  recording.close(null, 0);
}

function plansOf(path: string): (readonly [slot: number, planId: string])[] {
  const reader = new RecordReader(path);
  try {
    return reader.plans().map(({ slot, plan }) => [slot, plan.planId]);
  } finally {
    reader.close();
  }
}

Deno.test("a record keeps each plan that came into force, and since when", () =>
  withRecord((path) => {
    write(path, [held(NOON * 10 + 12, "b"), held(NOON * 10 + 15, "c")]);
    const first = planFixture().planId;
    assert.deepEqual(plansOf(path), [
      [-Infinity, first],
      [NOON * 10 + 12, "b"],
      [NOON * 10 + 15, "c"],
    ]);
    // Whoever goes on with the same plan has no other one.
    const again = new Recording({ path, maxBytes: MAX_BYTES });
    again.begin(metaFixture(NOON + 9, { plan: planCalled("c") }));
    again.close(null, 0);
    assert.equal(plansOf(path).length, 3);
  }));

Deno.test("of more plans than a record keeps the oldest go, and what they held is not known", () =>
  withRecord((path) => {
    const plans = Array.from(
      { length: KEPT + 20 },
      (_, i) => held((NOON + 1 + i) * 10, `p${i}`),
    );
    write(path, plans, KEPT + 60);
    const kept = plansOf(path);
    assert.ok(kept.length <= KEPT + 60, `${kept.length}`);
    assert.ok(Number.isFinite(kept[0]![0]));
    assert.equal(kept.at(-1)![1], `p${KEPT + 19}`);
  }));

Deno.test("of an older kar's record the last plan is known, from the last reload on", () =>
  withRecord((path) => {
    write(path, [held(NOON * 10 + 12, "b")]);
    const db = new DatabaseSync(path);
    db.exec("DROP TABLE plan");
    db.close();
    assert.deepEqual(plansOf(path), [[NOON * 10 + 12, "b"]]);
  }));
