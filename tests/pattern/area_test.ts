import assert from "node:assert/strict";
import { ArrivalSource, lanesOf, WHOLE } from "../../src/arrivals/mod.ts";
import { SLOTS_PER_HOUR } from "../../src/base/mod.ts";
import { Area } from "../../src/pattern/mod.ts";
import { planOf } from "../arrivals/support.ts";

const START = 493_031 * SLOTS_PER_HOUR;
/** Rates whose sums depend on the order of the summands. */
const rateAt = (slot: number) => 0.1 + (slot % 977) * 1.3e-3;

function sumUpTo(slot: number): number {
  let sum = 0;
  for (let s = START; s < slot; s++) sum += rateAt(s) / 10;
  return sum;
}

Deno.test("Area is the same sum to the last bit, wherever one begins and in whatever steps", () => {
  const inSteps = new Area(rateAt);
  for (const at of [0, 1, 7, 5000, 5001, 35_999, 12, 30_000, 30_000]) {
    const expected = sumUpTo(START + at);
    assert.equal(inSteps.before(START + at), expected, `${at}`);
    assert.equal(new Area(rateAt).before(START + at), expected, `${at}`);
  }
  assert.equal(inSteps.before(START + SLOTS_PER_HOUR), 0);
});

Deno.test("Area goes on from what another one has summed, and asks for nothing before it", () => {
  const first = new Area(rateAt);
  assert.equal(first.point, null);
  first.before(START + 5000);
  const { point } = first;
  assert.deepEqual(point, { slot: START + 5000, sum: sumUpTo(START + 5000) });
  const next = new Area((slot) => {
    assert.ok(slot >= START + 5000);
    return rateAt(slot);
  }, point);
  assert.equal(next.before(START + 7000), sumUpTo(START + 7000));
  // A point of another hour says nothing of this one.
  const other = new Area(rateAt, { slot: START - 5, sum: 77 });
  assert.equal(other.before(START + 9), sumUpTo(START + 9));
});

Deno.test("Area asks for each rate of an hour once, even for another source", () => {
  let asked = 0;
  const counted = (slot: number) => (asked++, rateAt(slot));
  const area = new Area(counted);
  const open = () =>
    new ArrivalSource({
      plan: planOf("uniform"),
      lanes: lanesOf(WHOLE),
      traffic: { rateAt },
      area,
    });
  const first = open();
  area.before(START + 30_000);
  assert.equal(asked, 30_000);
  const list = [...first.slot(START + 30_001).view()];
  assert.equal(asked, 30_001);
  assert.deepEqual([...open().slot(START + 30_001).view()], list);
  open().slot(START + 30_002);
  assert.equal(asked, 30_002);
});
