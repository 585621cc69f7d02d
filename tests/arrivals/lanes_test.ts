import assert from "node:assert/strict";
import fc from "fast-check";
import { LANES, lanesOf, shareOf, WHOLE } from "../../src/arrivals/mod.ts";

const ALL = Array.from({ length: LANES }, (_, lane) => lane);
const anyCount = fc.integer({ min: 1, max: LANES });

function sorted(lanes: readonly number[]): number[] {
  return lanes.toSorted((a, b) => a - b);
}

Deno.test("lanesOf() cuts all lanes into stripes that differ by one lane at most", () => {
  for (let count = 1; count <= LANES; count++) {
    const stripes = Array.from(
      { length: count },
      (_, i) => lanesOf({ index: i + 1, count }),
    );
    assert.equal(sorted(stripes.flat()).join(), ALL.join(), `${count} stripes`);
    const sizes = stripes.map((lanes) => lanes.length);
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
  }
  assert.deepEqual(lanesOf(WHOLE), ALL);
});

Deno.test("lanesOf() refuses what is not a stripe", () => {
  const wrong = [[0, 1], [2, 1], [1, 0], [-1, 3], [1.5, 2], [1, 257], [NaN, 2]];
  for (const [index, count] of wrong) {
    assert.throws(
      () => lanesOf({ index: index!, count: count! }),
      { name: "KarError", message: /i\/n with 1 ≤ i ≤ n ≤ 256/ },
    );
  }
});

Deno.test("shareOf() cuts the lanes of a stripe among its workers without rest", () => {
  fc.assert(
    fc.property(
      anyCount,
      fc.nat(),
      fc.integer({ min: 1, max: 64 }),
      (count, at, n) => {
        const lanes = lanesOf({ index: at % count + 1, count });
        const shares = Array.from(
          { length: n },
          (_, i) => shareOf(lanes, i, n),
        );
        assert.deepEqual(sorted(shares.flat()), sorted(lanes));
      },
    ),
    { seed: 98 },
  );
});
