import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type BurstSpec,
  SlotShape,
  slotShapeOf,
} from "../../src/pattern/mod.ts";
import { firedAt, patternWith } from "./support.ts";

const BURST: BurstSpec = { slow: 0.75, mid: 0.65, fast: 0.85 };
/** Aligned to a cell of 409.6 s. */
const START = 4_300_000 * 4096;
const START_MS = START * 100;

function burstsAt(
  slots: readonly number[],
  { burst = BURST, seed = 98 }: { burst?: BurstSpec; seed?: number } = {},
): number[] {
  const traffic = firedAt(patternWith({ burst, seed }), START_MS);
  return slots.map((slot) => traffic.partsAt(slot).burst);
}

function slotsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

const anyBurst = fc.record({
  slow: fc.double({ min: 0.5, max: 0.95, noNaN: true }),
  mid: fc.double({ min: 0.5, max: 0.95, noNaN: true }),
  fast: fc.double({ min: 0.5, max: 0.95, noNaN: true }),
});

Deno.test("bursts keep the mean of each cell of 409.6 s", () => {
  fc.assert(
    fc.property(fc.nat(), anyBurst, (seed, burst) => {
      const factors = burstsAt(slotsFrom(START, 4096), { burst, seed });
      const mean = factors.reduce((sum, f) => sum + f) / 4096;
      assert.ok(Math.abs(mean - 1) < 1e-9, `mean ${mean}`);
    }),
    { seed: 98, numRuns: 30 },
  );
});

Deno.test("the fuller half of a stretch has the share of its length", () => {
  const factors = burstsAt(slotsFrom(START, 4096));
  const shareOf = (slots: number) => {
    const sum = (from: number) =>
      factors.slice(from, from + slots / 2).reduce((all, f) => all + f);
    const [left, right] = [sum(0), sum(slots / 2)];
    return Math.max(left, right) / (left + right);
  };
  const slow = [4096, 2048, 1024, 512, 256, 128];
  const mid = [64, 32, 16, 8, 4];
  for (const slots of slow) assert.ok(Math.abs(shareOf(slots) - 0.75) < 1e-9);
  for (const slots of mid) assert.ok(Math.abs(shareOf(slots) - 0.65) < 1e-9);
  assert.ok(Math.abs(shareOf(2) - 0.85) < 1e-9);
});

Deno.test("bursts have the same bits in any order", () => {
  const offsets = fc.array(fc.integer({ min: -20_000, max: 20_000 }), {
    minLength: 2,
    maxLength: 60,
  });
  fc.assert(
    fc.property(fc.nat(), offsets, (seed, list) => {
      const asked = list.map((offset) => START + offset);
      burstsAt(asked, { seed }).forEach((factor, i) => {
        assert.equal(factor, burstsAt([asked[i]!], { seed })[0]);
      });
    }),
    { seed: 98 },
  );
});

Deno.test("SlotShape's two functions are each other's inverse, and rise", () => {
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      fc.double({ min: 0.501, max: 0.95, noNaN: true }),
      fc.integer({ min: 0, max: 2 ** 35 }),
      share,
      share,
      (b, slot, u, v) => {
        const shape = new SlotShape(b, 98);
        const place = shape.placeOf(slot, u);
        assert.ok(place >= 0 && place < 1);
        assert.ok(Math.abs(shape.massAt(slot, place) - u) < 1e-9);
        if (u < v) assert.ok(place <= shape.placeOf(slot, v));
      },
    ),
    { seed: 98, numRuns: 1000 },
  );
});

Deno.test("SlotShape splits a slot five times by its share", () => {
  const shape = new SlotShape(0.85, 98);
  for (let slot = START; slot < START + 50; slot++) {
    const masses = Array.from(
      { length: 32 },
      (_, cell) =>
        shape.massAt(slot, (cell + 0.9999) / 32) -
        shape.massAt(slot, cell / 32),
    ).map((mass) => mass / 0.9999);
    const most = Math.max(...masses);
    assert.ok(Math.abs(most / 0.85 ** 5 - 1) < 1e-6, `${most}`);
    assert.ok(Math.abs(Math.min(...masses) / 0.15 ** 5 - 1) < 1e-6);
  }
});

Deno.test("slotShapeOf() gives nothing where slots are even", () => {
  assert.equal(slotShapeOf(patternWith()), null);
  const burst = { ...BURST, fast: 0.5 };
  assert.equal(slotShapeOf(patternWith({ burst })), null);
});

Deno.test("a plan without bursts has no key of them, and the factor is 1", () => {
  assert.ok(!("burst" in patternWith()));
  const traffic = firedAt(patternWith(), START_MS);
  assert.equal(traffic.partsAt(START).burst, 1);
});
