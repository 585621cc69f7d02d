import assert from "node:assert/strict";
import {
  chiSquare,
  chiSquareTail,
  correlation,
  ksDistance,
  ksLimit,
  normalCdf,
  range,
  testRandom,
} from "./statistics.ts";

Deno.test("ksDistance() is the largest gap to the distribution", () => {
  assert.equal(ksDistance([0.5]), 0.5);
  assert.ok(Math.abs(ksDistance([0.25, 0.75]) - 0.25) < 1e-12);
  assert.equal(ksDistance([0, 0, 0, 0]), 1);
});

Deno.test("ksDistance() passes its limit for a list that is too even or too crowded", () => {
  const n = 2000;
  const crowded = range(n).map((i) => (i / n) ** 1.2);
  assert.ok(ksDistance(crowded) > ksLimit(n));
  const random = testRandom(7);
  assert.ok(ksDistance(range(n).map(() => random())) < ksLimit(n));
});

Deno.test("chiSquareTail() agrees with the printed tables", () => {
  for (
    const [degrees, value, share] of [
      [10, 18.307, 0.05],
      [10, 23.209, 0.01],
      [50, 76.154, 0.01],
      [100, 124.342, 0.05],
      [255, 310.457, 0.01],
    ] as const
  ) {
    const found = chiSquareTail(value, degrees);
    assert.ok(Math.abs(found - share) < share * 0.05, `${degrees}: ${found}`);
  }
});

Deno.test("chiSquare() sums squared differences over what was expected", () => {
  assert.equal(chiSquare([8, 12], [10, 10]), 0.8);
});

Deno.test("normalCdf() agrees with the printed tables", () => {
  assert.ok(Math.abs(normalCdf(1.96) - 0.9750021) < 1e-6);
  assert.ok(Math.abs(normalCdf(-2.575829) - 0.005) < 1e-6);
});

Deno.test("correlation() is 1 for a line and 0 for a circle", () => {
  const angles = range(360).map((i) => i * Math.PI / 180);
  assert.ok(correlation([1, 2, 3], [5, 7, 9]) > 0.999999);
  const circle = correlation(angles.map(Math.cos), angles.map(Math.sin));
  assert.ok(Math.abs(circle) < 1e-9);
});
