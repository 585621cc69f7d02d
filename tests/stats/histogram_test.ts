import assert from "node:assert/strict";
import fc from "fast-check";
import {
  cellMidUs,
  cellOf,
  cellStartUs,
  COARSE,
  FINE,
  type Geometry,
  Histogram,
  MAX_US,
  SAMPLES_BEYOND,
} from "../../src/stats/mod.ts";
import { range, testRandom } from "../laws/statistics.ts";

const SHAPES = { FINE, COARSE };
const anyMs = fc.oneof(
  fc.double({ min: 0, max: 60_000, noNaN: true }),
  fc.double({ min: 0, max: 3, noNaN: true }),
  fc.integer({ min: 0, max: 60_000 }),
);
const anyList = fc.array(anyMs, { maxLength: 60 });

function of(values: readonly number[], shape: Geometry = FINE): Histogram {
  const histogram = new Histogram(shape);
  for (const ms of values) histogram.record(ms);
  return histogram;
}

function sum(...parts: readonly Histogram[]): Histogram {
  const all = new Histogram(FINE);
  for (const part of parts) all.add(part);
  return all;
}

/** Everything but the sum, which floating point adds in some order. */
function seen({ counts, count, minMs, maxMs }: Histogram) {
  return { counts: Array.from(counts), count, minMs, maxMs };
}

for (const [name, shape] of Object.entries(SHAPES)) {
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

  Deno.test(`percentile() (${name}) is that of the sorted values, to half a cell`, () => {
    const anyShare = fc.constantFrom(0.5, 0.9, 0.95, 0.99, 0.25, 0.001);
    const anyCount = fc.integer({ min: 10, max: 3000 });
    fc.assert(
      fc.property(fc.nat(), anyCount, anyShare, (seed, count, share) => {
        const random = testRandom(seed + 1);
        const values = range(count).map(() => 60_000 * random() ** 8);
        const found = of(values, shape).percentile(share);
        assert.equal(found === null, count * (1 - share) + 1e-9 < 10);
        if (found === null) return;
        const rank = Math.ceil(values.length * share - 1e-9);
        const exact = values.toSorted((a, b) => a - b)[rank - 1]!;
        const half = Math.max(0.0005, exact / shape.half / 2);
        assert.ok(Math.abs(found - exact) <= half * 1.001, `${found} ${exact}`);
      }),
      { seed: 98, numRuns: 200 },
    );
  });
}

Deno.test("percentile() is null with fewer than ten samples beyond it, and only then", () => {
  const ones = (n: number) => of(Array<number>(n).fill(1));
  for (
    const [share, n] of [[0.5, 20], [0.9, 100], [0.95, 200], [0.99, 1000], [
      0.999,
      10_000,
    ]] as const
  ) {
    assert.equal(ones(n - 1).percentile(share), null, `${share} of ${n - 1}`);
    assert.equal(ones(n).percentile(share), 1, `${share} of ${n}`);
  }
  assert.equal(SAMPLES_BEYOND, 10);
  assert.equal(new Histogram(FINE).percentile(0.5), null);
});

Deno.test("percentile() never leaves what was recorded", () => {
  const one = of(Array<number>(1000).fill(12.3456));
  assert.equal(one.percentile(0.5), 12.3456);
  const long = of(Array<number>(1000).fill(90_000));
  assert.equal(long.percentile(0.99), 90_000);
});

Deno.test("Histogram.add() is commutative and associative, with the empty one as identity", () => {
  fc.assert(
    fc.property(anyList, anyList, anyList, (a, b, c) => {
      assert.deepEqual(seen(sum(of(a), of(b))), seen(sum(of(b), of(a))));
      assert.deepEqual(
        seen(sum(sum(of(a), of(b)), of(c))),
        seen(sum(of(a), sum(of(b), of(c)))),
      );
      assert.deepEqual(seen(sum(of(a), new Histogram(FINE))), seen(of(a)));
    }),
    { seed: 98, numRuns: 30 },
  );
});

Deno.test("Histogram.add() of parts is the histogram of all samples", () => {
  fc.assert(
    fc.property(anyList, anyList, (a, b) => {
      const merged = sum(of(a), of(b));
      const whole = of([...a, ...b]);
      assert.deepEqual(seen(merged), seen(whole));
      assert.ok(Math.abs(merged.sumMs - whole.sumMs) <= 1e-6);
    }),
    { seed: 98, numRuns: 30 },
  );
});

Deno.test("meanMs, minMs and maxMs are exact", () => {
  const histogram = of([1.25, 3.75, 100]);
  assert.equal(histogram.meanMs, 35);
  assert.equal(histogram.minMs, 1.25);
  assert.equal(histogram.maxMs, 100);
  assert.equal(new Histogram(FINE).meanMs, null);
});

Deno.test("countUpTo() counts what lies below, to the width of one cell", () => {
  fc.assert(
    fc.property(anyList, anyMs, (values, ms) => {
      const found = of(values).countUpTo(ms);
      const width = Math.max(0.001, ms / 1024);
      const sure = values.filter((v) => v <= ms - width).length;
      const possible = values.filter((v) => v <= ms + width).length;
      assert.ok(found >= sure && found <= possible);
    }),
    { seed: 98, numRuns: 100 },
  );
});

Deno.test("countUpTo() never falls as its bound rises", () => {
  const histogram = of([0.5, 1, 1, 2, 5, 10, 10, 59_000]);
  const bounds = [0, 0.5, 1, 1.5, 5.01, 10.02, 60_000];
  const counts = bounds.map((ms) => histogram.countUpTo(ms));
  assert.deepEqual(counts, counts.toSorted((a, b) => a - b));
  assert.equal(counts.at(-1), 8);
  assert.ok(Number.isFinite(cellMidUs(FINE, FINE.cells - 1)));
});
