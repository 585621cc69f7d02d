import assert from "node:assert/strict";
import fc from "fast-check";
import { FINE, Histogram } from "../../src/stats/mod.ts";

const anyMs = fc.oneof(
  fc.double({ min: 0, max: 60_000, noNaN: true }),
  fc.double({ min: 0, max: 3, noNaN: true }),
  fc.integer({ min: 0, max: 60_000 }),
);
const anyList = fc.array(anyMs, { maxLength: 60 });

function of(values: readonly number[]): Histogram {
  const histogram = new Histogram(FINE);
  for (const ms of values) histogram.record(ms);
  return histogram;
}

function sum(...parts: readonly Histogram[]): Histogram {
  const all = new Histogram(FINE);
  for (const part of parts) all.add(part);
  return all;
}

/** Everything but the sum, which floating point adds in some order. */
function seen({ counts, minMs, maxMs }: Histogram) {
  return { counts: Array.from(counts), minMs, maxMs };
}

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
