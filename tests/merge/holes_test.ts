import assert from "node:assert/strict";
import {
  dueIn,
  dueOf,
  firedAt,
  holesOf,
  notConfirmed,
  type PartSpan,
} from "../../src/merge/mod.ts";
import { planOf } from "../arrivals/support.ts";
import { Chance } from "../fixtures/chance.ts";
import { FIRE, spanOf } from "./support.ts";

/*
 * What the spans of all parts have counted, and what their holes were due, is
 * the plan: whatever is missing.
 */

const SLOTS = 300;

for (const arrivals of ["poisson", "uniform"] as const) {
  const plan = planOf(arrivals, { base: 400 });
  const run = { plan, fireSlot: FIRE, endSlot: FIRE + SLOTS };
  const dueIs = (part: number, parts: number, from: number, to: number) =>
    dueOf({ plan, fireSlot: FIRE, changes: [], part, parts }, {
      from: FIRE + from,
      to: FIRE + to,
    });
  const whole = dueIs(1, 1, 0, SLOTS);
  const countedBy = (spans: readonly PartSpan[]) =>
    spans.reduce(
      (sum, { part, parts, fromSlot, toSlot, over }) =>
        sum + over + dueIs(part, parts, fromSlot - FIRE, toSlot - FIRE),
      0,
    );

  for (const parts of [1, 2, 3, 7, 256]) {
    Deno.test(`holesOf() (${arrivals}) finds none in ${parts} whole parts, which are the plan`, () => {
      const spans = Array.from(
        { length: parts },
        (_, i) => spanOf({ part: i + 1, parts }, 0, SLOTS),
      );
      assert.deepEqual(holesOf(run, spans), []);
      assert.equal(countedBy(spans), whole);
    });

    Deno.test(`holesOf() (${arrivals}) of ${parts} parts with gaps comes to the plan`, () => {
      for (let seed = 0; seed < (parts > 7 ? 3 : 20); seed++) {
        const chance = new Chance(1000 * parts + seed);
        const spans = Array.from({ length: parts }, (_, i) => i + 1)
          .filter((part) => part === 1 || !chance.oneIn(4))
          .flatMap((part) => someSpans({ part, parts }, chance));
        const holes = holesOf(run, spans);
        const found = countedBy(spans) + dueIn(holes);
        assert.equal(found, whole, `seed ${seed}`);
        const cut = FIRE + chance.below(SLOTS + 1);
        const [first, second] = [
          { from: FIRE, to: cut },
          { from: cut, to: FIRE + SLOTS },
        ].map((within) => dueIn(holesOf(run, spans, within)));
        assert.equal(first! + second!, dueIn(holes), `cut at ${cut - FIRE}`);
      }
    });
  }

  Deno.test(`holesOf() (${arrivals}) names part, time and reason`, () => {
    const parts = 3;
    const spans = [
      spanOf({ part: 1, parts }, 40, 100, { end: "killed", over: 2 }),
      spanOf({ part: 1, parts }, 150, 250),
    ];
    const holes = holesOf(run, spans);
    const at = (slot: number) => (FIRE + slot) * 100;
    assert.deepEqual(
      holes.map(({ part, fromMs, toMs, why }) => [part, fromMs, toMs, why]),
      [
        [1, at(0), at(40), "late"],
        [2, at(0), at(SLOTS), "absent"],
        [3, at(0), at(SLOTS), "absent"],
        [1, at(100), at(150), "killed"],
        [1, at(250), at(SLOTS), "stopped"],
      ],
    );
    const [, second, third, killed] = holes;
    assert.equal(killed!.due, dueIs(1, parts, 100, 150) - 2);
    assert.equal(
      notConfirmed(holes),
      second!.due + third!.due + killed!.due,
    );
  });
}

Deno.test("holesOf() goes on with what was made of the plan when a part was killed", () => {
  const plan = planOf("poisson", { base: 400 });
  const run = { plan, fireSlot: FIRE, endSlot: FIRE + SLOTS };
  const [normal, twice, paused] = [1, 2, 0].map((scale) => {
    const span = spanOf({ part: 1, parts: 1 }, 0, 100, { end: "killed" });
    const control = { ...span.control, scale, paused: scale === 0 };
    const [hole] = holesOf(run, [{ ...span, control }]);
    return hole?.due ?? 0;
  });
  assert.ok(normal! > 500, `${normal}`);
  assert.ok(twice! > 1.6 * normal!, `${twice} of ${normal}`);
  assert.equal(paused, 0);
});

Deno.test("holesOf() counts a gap by what all other parts were told in it", () => {
  const plan = planOf("poisson", { base: 400 });
  const parts = 2;
  const [begun, paused, resumed] = [false, true, false].map((paused, i) => ({
    slot: FIRE + [0, 90, 120][i]!,
    control: { ...firedAt(FIRE), paused },
  }));
  const changes = [begun!, paused!, resumed!];
  const spans = [
    spanOf({ part: 1, parts }, 0, 100, {
      end: "killed",
      control: paused!.control,
    }),
    spanOf({ part: 1, parts }, 150, SLOTS),
    spanOf({ part: 2, parts }, 0, SLOTS),
  ];
  const run = { plan, fireSlot: FIRE, endSlot: FIRE + SLOTS };
  assert.deepEqual(holesOf(run, spans), [], "paused, as far as it knew");
  const [hole, ...others] = holesOf({ ...run, changes }, spans);
  assert.deepEqual(others, []);
  const due = dueOf(
    { plan, fireSlot: FIRE, changes, part: 1, parts },
    { from: FIRE + 100, to: FIRE + 150 },
  );
  assert.ok(due > 100, `${due}`);
  assert.equal(hole!.due, due);
});

/** One to three stretches of a part, some of them killed between two slots. */
function someSpans(
  name: { readonly part: number; readonly parts: number },
  chance: Chance,
): PartSpan[] {
  const edges = Array.from({ length: 6 }, () => chance.below(SLOTS + 1));
  const sorted = [...new Set(edges)].sort((a, b) => a - b);
  return [0, 2, 4].flatMap((i) => {
    const [from, to] = [sorted[i], sorted[i + 1]];
    if (from === undefined || to === undefined) return [];
    const isKilled = chance.oneIn(2);
    const over = isKilled ? chance.below(7) - 3 : 0;
    return [
      spanOf(name, from, to, { end: isKilled ? "killed" : "ended", over }),
    ];
  });
}
