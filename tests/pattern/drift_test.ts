import assert from "node:assert/strict";
import fc from "fast-check";
import { streamKey } from "../../src/base/mod.ts";
import { forecast, type Pattern, Wander } from "../../src/pattern/mod.ts";
import { firedAt, patternWith } from "./support.ts";

const START_MS = Date.UTC(2026, 8, 1);
const START = START_MS / 100;
const DRIFT = [
  { amplitude: 0.3, timeMs: 540_000 },
  { amplitude: 0.2, timeMs: 20_000 },
];

function driftsAt(change: Partial<Pattern>, slots: readonly number[]) {
  const traffic = firedAt(patternWith(change), START_MS);
  return slots.map((slot) => traffic.partsAt(slot).drift);
}

Deno.test("Wander has mean 0, and the covariance e^(−Δ/τ) within 0.02", () => {
  const timeMs = 60_000;
  const lags = [0, 0.1, 0.5, 1, 2];
  const sums = new Float64Array(lags.length);
  let mean = 0;
  const steps = 400_000;
  const path = new Wander(timeMs, streamKey(98, 32));
  const ahead = lags.map(() => new Wander(timeMs, streamKey(98, 32)));
  for (let i = 0; i < steps; i++) {
    // A step that is no multiple of the knots' distance.
    const ms = START_MS + i * timeMs * 0.317;
    const here = path.at(ms);
    mean += here / steps;
    lags.forEach((lag, k) => {
      sums[k]! += here * ahead[k]!.at(ms + lag * timeMs) / steps;
    });
  }
  assert.ok(Math.abs(mean) < 0.02, `mean ${mean}`);
  lags.forEach((lag, k) => {
    const off = sums[k]! - Math.exp(-lag);
    assert.ok(Math.abs(off) < 0.02, `covariance at ${lag} τ is off by ${off}`);
  });
});

Deno.test("drift has the same bits in any order", () => {
  const slots = fc.array(fc.integer({ min: 0, max: 200_000 }), {
    minLength: 2,
    maxLength: 60,
  });
  fc.assert(
    fc.property(fc.nat(), slots, (seed, offsets) => {
      const asked = offsets.map((offset) => START + offset);
      const sorted = asked.toSorted((a, b) => a - b);
      const inOrder = new Map(
        driftsAt({ seed, drift: DRIFT }, sorted)
          .map((factor, i) => [sorted[i]!, factor]),
      );
      driftsAt({ seed, drift: DRIFT }, asked).forEach((factor, i) => {
        assert.equal(factor, inOrder.get(asked[i]!));
        const alone = driftsAt({ seed, drift: DRIFT }, [asked[i]!]);
        assert.equal(factor, alone[0]);
      });
    }),
    { seed: 98 },
  );
});

Deno.test("drift has mean 1 and the deviation of its amplitudes", () => {
  const slots = Array.from({ length: 200_000 }, (_, i) => START + i * 3001);
  const factors = driftsAt({ drift: DRIFT }, slots);
  const mean = factors.reduce((sum, f) => sum + f) / factors.length;
  const logs = factors.map(Math.log);
  const middle = logs.reduce((sum, l) => sum + l) / logs.length;
  const variance = logs.reduce((sum, l) => sum + (l - middle) ** 2, 0) /
    logs.length;
  assert.ok(Math.abs(mean - 1) < 0.02, `mean ${mean}`);
  assert.ok(Math.abs(Math.sqrt(variance) / Math.hypot(0.3, 0.2) - 1) < 0.02);
});

Deno.test("drifts of one list are different ones, and so are those of another seed", () => {
  const twice = { amplitude: 0.3, timeMs: 540_000 };
  const slots = Array.from({ length: 2000 }, (_, i) => START + i * 5000);
  const one = driftsAt({ drift: [twice] }, slots);
  const both = driftsAt({ drift: [twice, twice] }, slots);
  const other = driftsAt({ drift: [twice], seed: 99 }, slots);
  assert.ok(both.some((factor, i) => Math.abs(factor - one[i]! ** 2) > 0.1));
  assert.notDeepEqual(one, other);
});

Deno.test("a plan without drift has no key of it, and the factor is 1", () => {
  assert.ok(!("drift" in patternWith()));
  assert.deepEqual(driftsAt({}, [START]), [1]);
});

Deno.test("forecast() has a column of the drift", () => {
  const span = { startMs: START_MS, durationMs: 60_000, stepMs: 60_000 };
  const [row] = forecast(patternWith({ drift: DRIFT }), span).rows;
  assert.ok(row!.drift > 0 && row!.drift !== 1);
  assert.ok(Math.abs(row!.rate - 100 * row!.drift) < 1e-9);
});
