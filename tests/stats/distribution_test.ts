import assert from "node:assert/strict";
import fc from "fast-check";
import {
  COARSE,
  FINE,
  Histogram,
  SAMPLES_BEYOND,
} from "../../src/stats/mod.ts";
import { durationsOf } from "../fixtures/durations.ts";
import { range, testRandom } from "../laws/statistics.ts";

const anyMs = fc.oneof(
  fc.double({ min: 0, max: 60_000, noNaN: true }),
  fc.double({ min: 0, max: 3, noNaN: true }),
  fc.integer({ min: 0, max: 60_000 }),
);
const anyList = fc.array(anyMs, { maxLength: 60 });

for (const [name, shape] of Object.entries({ FINE, COARSE })) {
  Deno.test(`percentile() (${name}) is that of the sorted values, to half a cell`, () => {
    const anyShare = fc.constantFrom(0.5, 0.9, 0.95, 0.99, 0.25, 0.001);
    const anyCount = fc.integer({ min: 10, max: 3000 });
    fc.assert(
      fc.property(fc.nat(), anyCount, anyShare, (seed, count, share) => {
        const random = testRandom(seed + 1);
        const values = range(count).map(() => 60_000 * random() ** 8);
        const found = durationsOf(values, shape).percentile(share);
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
  const ones = (n: number) => durationsOf(Array<number>(n).fill(1));
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
  assert.equal(durationsOf([]).percentile(0.5), null);
});

Deno.test("percentile() never leaves what was recorded", () => {
  const one = durationsOf(Array<number>(1000).fill(12.3456));
  assert.equal(one.percentile(0.5), 12.3456);
  const long = durationsOf(Array<number>(1000).fill(90_000));
  assert.equal(long.percentile(0.99), 90_000);
});

Deno.test("meanMs, minMs and maxMs are exact", () => {
  const histogram = durationsOf([1.25, 3.75, 100]);
  assert.equal(histogram.meanMs, 35);
  assert.equal(histogram.minMs, 1.25);
  assert.equal(histogram.maxMs, 100);
  assert.equal(durationsOf([]).meanMs, null);
});

Deno.test("countUpTo() counts what lies below, to the width of one cell", () => {
  fc.assert(
    fc.property(anyList, anyMs, (values, ms) => {
      const found = durationsOf(values).countUpTo(ms);
      const width = Math.max(0.001, ms / 1024);
      const sure = values.filter((v) => v <= ms - width).length;
      const possible = values.filter((v) => v <= ms + width).length;
      assert.ok(found >= sure && found <= possible);
    }),
    { seed: 98, numRuns: 100 },
  );
});

Deno.test("countUpTo() never falls as its bound rises", () => {
  const histogram = durationsOf([0.5, 1, 1, 2, 5, 10, 10, 59_000]);
  const bounds = [0, 0.5, 1, 1.5, 5.01, 10.02, 60_000];
  const counts = bounds.map((ms) => histogram.countUpTo(ms));
  assert.deepEqual(counts, counts.toSorted((a, b) => a - b));
  assert.equal(counts.at(-1), 8);
});

Deno.test("cells() names each cell that holds samples, with their number", () => {
  const durations = durationsOf([0.005, 0.0051, 0.007, 59_999]);
  const last = FINE.cells - 1;
  assert.deepEqual([...durations.cells()], [[5, 2], [7, 1], [last, 1]]);
});

Deno.test("Histogram.distribution() is a value: what is counted later leaves it alone", () => {
  const histogram = new Histogram(FINE);
  histogram.record(5);
  const before = histogram.distribution();
  histogram.record(9);
  assert.equal(before.count, 1);
  assert.equal(before.maxMs, 5);
  assert.equal(histogram.distribution().count, 2);
});
