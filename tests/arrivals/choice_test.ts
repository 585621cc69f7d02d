import assert from "node:assert/strict";
import fc from "fast-check";
import { chooser } from "../../src/arrivals/mix.ts";

const anyWeights = fc.array(
  fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 1000, noNaN: true })),
  { minLength: 1, maxLength: 12 },
).filter((weights) => weights.some((weight) => weight > 0));
const anyU = fc.oneof(
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  fc.constantFrom(0, 1 - 2 ** -53),
);

Deno.test("chooser() never names a target of weight 0", () => {
  fc.assert(
    fc.property(anyWeights, anyU, (weights, u) => {
      assert.ok(weights[chooser(weights)(u)]! > 0);
    }),
    { seed: 98, numRuns: 2000 },
  );
});

Deno.test("chooser() gives each target its share of [0, 1), in order", () => {
  fc.assert(
    fc.property(anyWeights, anyU, (weights, u) => {
      const total = weights.reduce((a, b) => a + b, 0);
      const chosen = chooser(weights)(u);
      const below = weights.slice(0, chosen).reduce((a, b) => a + b, 0);
      assert.ok(u >= below / total - 1e-12);
      assert.ok(u <= (below + weights[chosen]!) / total + 1e-12);
    }),
    { seed: 98, numRuns: 2000 },
  );
});

Deno.test("chooser() cuts where the shares meet", () => {
  const choose = chooser([1, 0, 3]);
  assert.deepEqual([0, 0.2499, 0.25, 0.9999].map(choose), [0, 0, 2, 2]);
});
