import assert from "node:assert/strict";
import fc from "fast-check";
import { FINE, Histogram, RecentWindow } from "../../src/stats/mod.ts";
import { durationsOf } from "../fixtures/durations.ts";

Deno.test("RecentWindow holds the samples of the last ten readings", () => {
  const second = fc.array(fc.integer({ min: 1, max: 50_000 }), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(
      fc.array(second, { minLength: 1, maxLength: 25 }),
      (seconds) => {
        const window = new RecentWindow(FINE);
        const total = new Histogram(FINE);
        for (const values of seconds) {
          for (const ms of values) total.record(ms);
          window.push((sum) => sum.add(total));
        }
        const expected = durationsOf(seconds.slice(-10).flat());
        const found = window.read();
        assert.deepEqual([...found.cells()], [...expected.cells()]);
        assert.equal(found.count, expected.count);
        assert.ok(Math.abs(found.sumMs - expected.sumMs) < 1e-6);
        if (expected.count === 0) return;
        assert.ok(Math.abs(found.maxMs / expected.maxMs - 1) < 0.001);
        assert.ok(Math.abs(found.minMs / expected.minMs - 1) < 0.001);
      },
    ),
    { seed: 98, numRuns: 40 },
  );
});

Deno.test("RecentWindow has no percentile of nothing", () => {
  const window = new RecentWindow(FINE);
  assert.equal(window.read().percentile(0.5), null);
  window.push(() => {});
  assert.equal(window.read().count, 0);
});
