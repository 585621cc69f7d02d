import assert from "node:assert/strict";
import fc from "fast-check";
import {
  cellOf,
  COARSE,
  FINE,
  type Geometry,
  ROUGH,
} from "../../src/stats/mod.ts";
import {
  cellMap,
  decodeCells,
  encodeCells,
  pairsOf,
  reshaped,
} from "../../src/stats/hdr/mod.ts";

const anyPairs = ({ cells }: Geometry) =>
  fc.uniqueArray(
    fc.tuple(
      fc.oneof(fc.nat(300), fc.nat(cells - 1), fc.constant(cells - 1)),
      fc.oneof(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      ),
    ),
    { selector: ([cell]) => cell, maxLength: 40 },
  ).map((rows) => rows.sort(([a], [b]) => a - b).flat());

const OPTIONS = { seed: 98, numRuns: 300 };

Deno.test("encodeCells() and decodeCells() give back every histogram, empty ones and counts up to 2^53 too", () =>
  fc.assert(
    fc.property(anyPairs(COARSE), (pairs) => {
      const counts = new Float64Array(COARSE.cells);
      const samples = decodeCells(encodeCells(pairs), counts);
      assert.deepEqual(pairsOf(counts), pairs);
      const total = pairs.reduce((n, x, i) => i % 2 ? n + x : n, 0);
      assert.equal(samples, total);
    }),
    OPTIONS,
  ));

Deno.test("decodeCells() twice is the sum of two histograms", () =>
  fc.assert(
    fc.property(fc.nat(5), fc.nat(2000), (a, b) => {
      const counts = new Float64Array(COARSE.cells);
      decodeCells(encodeCells([a, 3, a + 2, 5]), counts);
      decodeCells(encodeCells([b, 4]), counts);
      const expected = new Float64Array(COARSE.cells);
      expected[a]! += 3;
      expected[a + 2]! += 5;
      expected[b]! += 4;
      assert.deepEqual(counts, expected);
    }),
    OPTIONS,
  ));

Deno.test("decodeCells() refuses bytes that no histogram has", () => {
  const counts = new Float64Array(10);
  const cases: readonly (readonly [number[], RegExp])[] = [
    [[0x80], /cut off/],
    [new Array(9).fill(0xff), /too long/],
    [[...encodeCells([10, 1])], /beyond the last/],
    [[...encodeCells([5000, 1])], /beyond the last/],
  ];
  for (const [bytes, message] of cases) {
    assert.throws(() => decodeCells(Uint8Array.from(bytes), counts), message);
  }
});

Deno.test("reshaped() to a coarser shape counts each sample where it would have been counted", () =>
  fc.assert(
    fc.property(fc.array(fc.nat(60_000_000), { maxLength: 30 }), (values) => {
      const pairsIn = (shape: Geometry) => {
        const counts = new Float64Array(shape.cells);
        for (const us of values) counts[cellOf(shape, us)]! += 1;
        return pairsOf(counts);
      };
      assert.deepEqual(reshaped(pairsIn(FINE), FINE, COARSE), pairsIn(COARSE));
      assert.deepEqual(reshaped(pairsIn(FINE), FINE, ROUGH), pairsIn(ROUGH));
      assert.deepEqual(
        reshaped(pairsIn(COARSE), COARSE, ROUGH),
        pairsIn(ROUGH),
      );
    }),
    OPTIONS,
  ));

Deno.test("cellMap() to a finer shape and back is the same cell", () => {
  const there = cellMap(ROUGH, COARSE);
  const back = cellMap(COARSE, ROUGH);
  for (let cell = 0; cell < ROUGH.cells; cell++) {
    assert.equal(back[there[cell]!], cell);
  }
});
