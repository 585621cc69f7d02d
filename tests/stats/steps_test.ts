import assert from "node:assert/strict";
import fc from "fast-check";
import { PHASES } from "../../src/pattern/mod.ts";
import {
  SECONDS_KEPT,
  type StepField,
  Steps,
  STEPS_MAX,
} from "../../src/stats/mod.ts";

const FIELDS: readonly StepField[] = ["due", "sent", "ok", "failed", "missed"];
const anyAdds = fc.array(
  fc.record({
    second: fc.oneof(fc.nat(100), fc.nat(STEPS_MAX * 9)),
    field: fc.constantFrom(...FIELDS),
    n: fc.integer({ min: 1, max: 1000 }),
  }),
  { minLength: 1, maxLength: 80 },
);

Deno.test("Steps keeps every count in the step that holds its second, however often it doubles", () => {
  fc.assert(
    fc.property(anyAdds, (adds) => {
      const steps = new Steps();
      for (const { second, field, n } of adds) steps.add(second, field, n);
      const last = Math.max(...adds.map(({ second }) => second));
      const list = steps.list();
      assert.ok(list.length <= STEPS_MAX);
      assert.equal(list.length, Math.floor(last * 1000 / steps.stepMs) + 1);
      for (const field of FIELDS) {
        const expected = list.map(() => 0);
        for (const add of adds) {
          const i = Math.floor(add.second * 1000 / steps.stepMs);
          if (add.field === field) expected[i]! += add.n;
        }
        assert.deepEqual(list.map((step) => step[field]), expected);
      }
    }),
    { seed: 98, numRuns: 60 },
  );
});

Deno.test("Steps doubles exactly when a step more is needed", () => {
  const steps = new Steps();
  steps.add(STEPS_MAX - 1, "due", 1);
  assert.equal(steps.stepMs, 1000);
  assert.equal(steps.list().length, STEPS_MAX);
  steps.add(STEPS_MAX, "due", 1);
  assert.equal(steps.stepMs, 2000);
  assert.equal(steps.list().length, STEPS_MAX / 2 + 1);
  steps.add(STEPS_MAX * 8, "due", 1);
  assert.equal(steps.stepMs, 16_000);
});

Deno.test("Steps.list() makes anew only what has changed, and never changes a list", () => {
  const steps = new Steps();
  for (let second = 0; second < 3; second++) steps.add(second, "due", 1);
  const before = steps.list();
  steps.add(1, "due", 6);
  const after = steps.list();
  assert.deepEqual(before.map(({ due }) => due), [1, 1, 1]);
  assert.deepEqual(after.map(({ due }) => due), [1, 7, 1]);
  assert.equal(after[0], before[0]);
  assert.equal(after[2], before[2]);
});

Deno.test("Steps names the start of each step, and counts ok and failed as completed", () => {
  const steps = new Steps();
  steps.add(0, "ok", 3);
  steps.add(2, "failed", 4);
  assert.deepEqual(steps.list().map(({ t }) => t), [0, 1000, 2000]);
  assert.deepEqual(steps.list().map(({ completed }) => completed), [3, 0, 4]);
});

Deno.test("Steps adds up what was planned, and keeps the commonest phase through doubling", () => {
  const steps = new Steps();
  for (let slot = 0; slot < 40; slot++) {
    const phase = slot < 13 ? "ramp" : slot < 30 ? "spike" : "baseline";
    steps.plan(Math.floor(slot / 10), 2, phase);
  }
  const first = steps.list();
  assert.deepEqual(first.map(({ planned }) => planned), [20, 20, 20, 20]);
  assert.deepEqual(
    first.map(({ phase }) => phase),
    ["ramp", "spike", "spike", "baseline"],
  );
  steps.add(STEPS_MAX * 2 - 1, "due", 1);
  steps.add(STEPS_MAX * 2, "due", 1);
  const [four] = steps.list();
  assert.equal(steps.stepMs, 4000);
  assert.equal(four!.planned, 80);
  assert.equal(four!.phase, "spike");
  assert.ok(PHASES.includes(four!.phase));
});

Deno.test("sentIn() is exact for the last seconds, whatever the length of a step", () => {
  const steps = new Steps();
  const sent = new Map<number, number>();
  for (let i = 0; i < 1000; i++) {
    const second = 20_000 + Math.floor(i / 10);
    steps.add(second, "sent", i);
    sent.set(second, (sent.get(second) ?? 0) + i);
    steps.add(second, "due", 1000);
  }
  assert.ok(steps.stepMs > 1000);
  for (let second = 20_036; second < 20_100; second++) {
    assert.equal(steps.sentIn(second), sent.get(second), String(second));
  }
  assert.equal(steps.sentIn(20_100), 0);
  assert.equal(steps.sentIn(20_035), 0, "forgotten");
  assert.equal(steps.sentIn(-1), 0);
});

Deno.test("sentIn() is 0 for seconds in which nothing was sent", () => {
  const steps = new Steps();
  steps.add(3, "sent", 5);
  steps.add(6, "sent", 7);
  const found = [2, 3, 4, 5, 6, 7].map((second) => steps.sentIn(second));
  assert.deepEqual(found, [0, 5, 0, 0, 7, 0]);
});

Deno.test("Steps.lastSeconds() are the last ones as they were counted, whatever the length of a step", () =>
  fc.assert(
    fc.property(anyAdds, (adds) => {
      const steps = new Steps();
      for (const { second, field, n } of adds) {
        steps.add(second, field, n);
        steps.plan(second, 0.5, "spike");
      }
      const seconds = steps.lastSeconds();
      const last = Math.max(...adds.map(({ second }) => second));
      assert.equal(seconds.at(-1)!.second, last);
      assert.equal(seconds.length, Math.min(last + 1, SECONDS_KEPT));
      for (const row of seconds) {
        // What came after its row was taken by a later second is not kept.
        const own = adds.filter((add, i) =>
          add.second === row.second &&
          add.second > latest(adds.slice(0, i)) - SECONDS_KEPT
        );
        for (const field of FIELDS) {
          const of = own.filter((add) => add.field === field);
          assert.equal(row[field], of.reduce((sum, { n }) => sum + n, 0));
        }
        assert.equal(row.planned, own.length / 2);
        assert.equal(row.phases[PHASES.indexOf("spike")], own.length);
      }
    }),
    { seed: 98, numRuns: 60 },
  ));

function latest(adds: readonly { readonly second: number }[]): number {
  return Math.max(0, ...adds.map(({ second }) => second));
}
