import assert from "node:assert/strict";
import {
  doublesOf,
  dueIn,
  dueOf,
  firedAt,
  holesOf,
  jointPlans,
  type PartSpan,
} from "../../src/merge/mod.ts";
import type { HeldPlan, Plan } from "../../src/plan/mod.ts";
import { planOf } from "../arrivals/support.ts";
import { FIRE, spanOf } from "./support.ts";

const SLOTS = 300;

Deno.test("holesOf() counts a gap by the plan that held, whichever came later", () => {
  const [slow, fast] = [200, 600].map((base, i) => {
    const plan = planOf("poisson", { base, seed: i });
    return { ...plan, planId: `plan-${base}` };
  });
  const parts = 2;
  const taken = { slot: FIRE + 120, control: { ...firedAt(FIRE), plan: 1 } };
  const plans = [{ slot: -Infinity, plan: slow! }, {
    slot: taken.slot,
    plan: fast!,
  }];
  const run = {
    ...{ plan: fast!, plans, fireSlot: FIRE, endSlot: FIRE + SLOTS },
    changes: [taken],
  };
  const ended = (from: number, to: number, { planId }: Plan) =>
    spanOf({ part: 1, parts }, from, to, { end: "killed", planId });
  const dueIs = (plan: Plan, from: number, to: number) =>
    dueOf({ plan, fireSlot: FIRE, changes: [], part: 1, parts }, {
      from: FIRE + from,
      to: FIRE + to,
    });
  const there = spanOf({ part: 2, parts }, 0, SLOTS);
  const dueWith = (...spans: PartSpan[]) =>
    holesOf(run, [...spans, there]).map(({ due }) => due);
  const after = dueIs(fast!, 120, SLOTS);
  assert.deepEqual(dueWith(), [dueIs(slow!, 0, 120) + after], "absent");
  assert.deepEqual(
    dueWith(ended(0, 50, slow!)),
    [dueIs(slow!, 50, 120) + after],
    "gone before",
  );
  assert.deepEqual(dueWith(ended(0, 120, slow!)), [after], "gone with it");
  assert.deepEqual(
    dueWith(ended(0, 200, fast!)),
    [dueIs(fast!, 200, SLOTS)],
    "gone after",
  );
  // Parts without a bus: the others took it over, each at its own time.
  const alone = { ...run, changes: [] };
  assert.deepEqual(
    holesOf(alone, [ended(0, 50, slow!), there]).map(({ due }) => due),
    [dueIs(slow!, 50, SLOTS)],
  );
  assert.deepEqual(
    holesOf(alone, [ended(0, 130, slow!), there]).map(({ due }) => due),
    [dueIs(slow!, 130, SLOTS)],
  );
});

Deno.test("doublesOf() counts what two members of a part have sent, and with the holes it is the plan", () => {
  const plan = planOf("poisson", { base: 400 });
  const run = { plan, fireSlot: FIRE, endSlot: FIRE + SLOTS };
  const name = { part: 1, parts: 2 };
  const dueIs = (from: number, to: number) =>
    dueOf({ ...run, ...name, changes: [] }, {
      from: FIRE + from,
      to: FIRE + to,
    });
  const span = (from: number, to: number, change: Partial<PartSpan> = {}) =>
    spanOf(name, from, to, { fleet: "blue", ...change });
  const cut = span(0, 120, { end: "killed", over: 3 });
  const rows: readonly (readonly [PartSpan[], number])[] = [
    [[cut, span(80, SLOTS)], dueIs(80, 120) + 3],
    [[span(0, SLOTS), span(80, 120, { over: 2 })], dueIs(80, 120) + 2],
    [
      [cut, span(80, 200), span(190, 250)],
      dueIs(80, 120) + 3 + dueIs(190, 200),
    ],
    [[cut, span(120, SLOTS)], 0],
  ];
  const other = spanOf({ part: 2, parts: 2 }, 0, SLOTS);
  for (const [spans, due] of rows) {
    const all = [...spans, other];
    const doubled = dueIn(doublesOf(run, all));
    assert.equal(doubled, due);
    const sent = spans.reduce(
      (sum, { fromSlot, toSlot, over }) =>
        sum + over + dueIs(fromSlot - FIRE, toSlot - FIRE),
      0,
    );
    assert.equal(sent + dueIn(holesOf(run, all)) - doubled, dueIs(0, SLOTS));
    const [first, second] = [
      { from: FIRE, to: FIRE + 100 },
      { from: FIRE + 100, to: FIRE + SLOTS },
    ].map((within) => dueIn(doublesOf(run, all, within)));
    assert.equal(first! + second!, doubled);
  }
});

Deno.test("jointPlans() has each plan from where it first held, and a joiner's only if nobody was there before", () => {
  const planOfName = (planId: string, ...names: string[]) => ({
    ...planOf("poisson", { base: 200 }),
    planId,
    targets: names.map((name) => ({ ...planOf("poisson").targets[0]!, name })),
  });
  const first = { slot: -Infinity, plan: planOfName("first", "a", "b") };
  const later = (slot: number) => ({
    slot: FIRE + slot,
    plan: planOfName("second", "b", "c"),
  });
  const known = (part: number, from: number, plans: HeldPlan[]) => ({
    spans: [spanOf({ part, parts: 3 }, from, SLOTS)],
    plans,
  });
  const records = [
    known(1, 200, [{ ...later(200), slot: -Infinity }]),
    known(2, 0, [first, later(130)]),
    known(3, 0, [first, later(120)]),
  ];
  const joint = jointPlans(records);
  assert.deepEqual(
    joint.map(({ slot, plan }) => [slot, plan.planId]),
    [[-Infinity, "first"], [FIRE + 120, "second"]],
  );
  assert.deepEqual(
    joint[1]!.plan.targets.map(({ name, gone }) => [name, gone ?? false]),
    [["a", true], ["b", false], ["c", false]],
  );
  assert.deepEqual(jointPlans(records.toReversed()), joint);
});
