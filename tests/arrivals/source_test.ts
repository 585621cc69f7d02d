/** What holds for both kinds of arrivals. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Digest, laneOf, lanesOf, targetOf } from "../../src/arrivals/mod.ts";
import { arrivalsOf, planOf } from "./support.ts";

const HOUR = 493_000 * 36_000;
const anyRates = fc.array(
  fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5000, noNaN: true })),
  { minLength: 3, maxLength: 8 },
);
const anyCase = fc.record({
  seed: fc.nat(),
  weights: fc.constantFrom([1], [1, 3], [0, 2, 1, 0]),
  rates: anyRates,
  /** Near the edge of an hour, where `uniform` starts anew. */
  from: fc.integer({ min: HOUR - 6, max: HOUR + 3 }),
  stripes: fc.oneof(fc.integer({ min: 1, max: 16 }), fc.constant(256)),
});

for (const kind of ["poisson", "uniform"] as const) {
  Deno.test(`ArrivalSource (${kind}) sends with any number of stripes the list of one`, () => {
    fc.assert(
      fc.property(anyCase, ({ rates, from, stripes, ...change }) => {
        const plan = planOf(kind, change);
        const rateAt = (slot: number) => rates[(slot - from) % 8] ?? 0;
        const span = { from, count: rates.length };
        const whole = arrivalsOf(plan, rateAt, span);
        const parts = Array.from(
          { length: stripes },
          (_, i) =>
            arrivalsOf(plan, rateAt, {
              ...span,
              stripe: { index: i + 1, count: stripes },
            }),
        );
        const sum = new Digest();
        whole.forEach((list, i) => {
          const union = parts.flatMap((part) => part[i]!);
          assert.deepEqual(union.sort((a, b) => a - b), list);
          parts.forEach((part) => addSlot(sum, from + i, part[i]!));
        });
        assert.equal(sum.toString(), digestOf(from, whole));
      }),
      { seed: 98, numRuns: kind === "poisson" ? 25 : 4 },
    );
  });

  Deno.test(`ArrivalSource (${kind}) gives each stripe its own lanes only`, () => {
    const plan = planOf(kind);
    for (const count of [1, 2, 7, 256]) {
      const stripe = { index: count, count };
      const lists = arrivalsOf(plan, () => 3000, {
        from: HOUR,
        count: 5,
        stripe,
      });
      const lanes = new Set(lanesOf(stripe));
      assert.ok(lists.flat().every((arrival) => lanes.has(laneOf(arrival))));
      assert.ok(lists.flat().length > 0);
    }
  });

  Deno.test(`ArrivalSource (${kind}) gives the same slot in any order, again`, () => {
    fc.assert(
      fc.property(
        anyCase,
        fc.nat(7),
        fc.nat(7),
        ({ rates, from, ...change }, a, b) => {
          const plan = planOf(kind, change);
          const rateAt = (slot: number) => rates[((slot % 8) + 8) % 8] ?? 100;
          const at = (slots: readonly number[]) =>
            slots.map((slot) =>
              arrivalsOf(plan, rateAt, { from: slot, count: 1 })[0]
            );
          const inOrder = arrivalsOf(plan, rateAt, { from, count: 8 });
          assert.deepEqual(at([from + a, from + b]), [inOrder[a], inOrder[b]]);
        },
      ),
      { seed: 98, numRuns: 40 },
    );
  });

  Deno.test(`ArrivalSource (${kind}) sends nothing at rate 0, and in order otherwise`, () => {
    const rates = [0, 2000, 0, 1e-9, 1_000_000];
    const rateAt = (slot: number) => rates[slot - HOUR] ?? 0;
    const lists = arrivalsOf(planOf(kind), rateAt, { from: HOUR, count: 5 });
    assert.deepEqual([lists[0], lists[2], lists[3]], [[], [], []]);
    assert.ok(Math.abs(lists[1]!.length - 200) < 60);
    assert.ok(Math.abs(lists[4]!.length - 100_000) < 1500);
    for (const list of lists) {
      assert.deepEqual(list, list.toSorted((a, b) => a - b));
    }
  });

  Deno.test(`ArrivalSource (${kind}) never names a target of weight 0`, () => {
    const plan = planOf(kind, { weights: [0, 2, 0, 1, 0] });
    const lists = arrivalsOf(plan, () => 2000, { from: HOUR, count: 20 });
    const targets = new Set(lists.flat().map(targetOf));
    assert.deepEqual(targets, new Set([1, 3]));
  });

  Deno.test(`ArrivalSource (${kind}) hears the seed`, () => {
    const of = (seed: number) =>
      arrivalsOf(planOf(kind, { seed }), () => 500, { from: HOUR, count: 3 });
    assert.notDeepEqual(of(1), of(2));
  });
}

function addSlot(digest: Digest, slot: number, list: readonly number[]): void {
  digest.addSlot(slot, Float64Array.from(list), list.length);
}

function digestOf(from: number, lists: readonly number[][]): string {
  const digest = new Digest();
  lists.forEach((list, i) => addSlot(digest, from + i, list));
  return digest.toString();
}
