import assert from "node:assert/strict";
import fc from "fast-check";
import { pickPacing } from "../../../src/worker/pacing/mod.ts";

Deno.test("pickPacing() is exact up to 5,000 a second for each worker that has a core, normal beyond", () => {
  const picks = [
    [10, 1, 1, "exact"],
    [5000, 1, 1, "exact"],
    [5001, 1, 8, "normal"],
    [10_000, 2, 2, "exact"],
    [10_000, 4, 1, "normal"],
    [40_000, 2, 2, "normal"],
    [40_000, 8, 8, "exact"],
  ] as const;
  for (const [ratePerSec, workers, cores, picked] of picks) {
    const at = { ratePerSec, workers, cores };
    assert.equal(pickPacing("auto", at), picked, JSON.stringify(at));
  }
});

Deno.test("pickPacing() leaves what the user has picked", () => {
  const pacing = fc.constantFrom("exact", "normal", "eco");
  const count = fc.integer({ min: 1, max: 1000 });
  fc.assert(
    fc.property(pacing, count, count, count, (asked, rate, workers, cores) => {
      const at = { ratePerSec: 100 * rate, workers, cores };
      assert.equal(pickPacing(asked, at), asked);
    }),
  );
});
