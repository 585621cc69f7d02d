import assert from "node:assert/strict";
import fc from "fast-check";
import {
  cellMidUs,
  cellOf,
  cellStartUs,
  COARSE,
  FINE,
  MAX_US,
} from "../../src/stats/mod.ts";

for (const [name, shape] of Object.entries({ FINE, COARSE })) {
  Deno.test(`cellOf() (${name}) names the cell whose span holds the value`, () => {
    const anyUs = fc.oneof(
      fc.integer({ min: 0, max: MAX_US - 1 }),
      fc.nat(30).map((bits) => Math.min(2 ** bits, MAX_US - 1)),
      fc.nat(30).map((bits) => Math.min(2 ** bits - 1, MAX_US - 1)),
    );
    fc.assert(
      fc.property(anyUs, (us) => {
        const cell = cellOf(shape, us);
        assert.ok(cellStartUs(shape, cell) <= us);
        assert.ok(us < cellStartUs(shape, cell + 1));
        const width = cellStartUs(shape, cell + 1) - cellStartUs(shape, cell);
        assert.ok(width === 1 || width <= us / shape.half);
        assert.equal(cellOf(shape, us + 0.999), cell, "fractions fall down");
      }),
      { seed: 98, numRuns: 3000 },
    );
  });

  Deno.test(`cellOf() (${name}) rises cell by cell, from 0 to the last`, () => {
    assert.equal(cellOf(shape, 0), 0);
    for (let cell = 0; cell < shape.cells; cell++) {
      assert.equal(cellOf(shape, cellStartUs(shape, cell)), cell);
    }
    for (
      const us of [MAX_US, MAX_US + 1, 2 ** 31, 2 ** 32 + 5, 1e300, Infinity]
    ) {
      assert.equal(cellOf(shape, us), shape.cells - 1);
    }
    for (const us of [-1, -0, NaN, -Infinity]) {
      assert.equal(cellOf(shape, us), 0);
    }
  });
}

Deno.test("cellMidUs() is known for the last cell, too", () => {
  assert.ok(cellMidUs(FINE, FINE.cells - 1) >= MAX_US);
});
