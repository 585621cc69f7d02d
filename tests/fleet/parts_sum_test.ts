import assert from "node:assert/strict";
import fc from "fast-check";
import { PartsSum } from "../../src/cli/watch/parts_sum.ts";
import { NO_TOTALS, sumTotals, type Totals } from "../../src/stats/mod.ts";

/** Totals that differ by one count. */
function totalsOf(count: number): Totals {
  const times = { cells: [count % 7, 1 + count], sumMs: 1, minMs: 1, maxMs: 1 };
  return { ...NO_TOTALS, digest: [count, 1], run: { response: times } };
}

Deno.test("PartsSum is the sum of all parts, whichever of them are new, more or fewer", () =>
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.nat(3), { maxLength: 50 }), { maxLength: 6 }),
      (looks) => {
        const sum = new PartsSum();
        const known = [0, 1, 2, 3].map(totalsOf);
        for (const look of looks) {
          const parts = look.map((which) => known[which]!);
          assert.deepEqual(sum.of(parts), sumTotals(parts));
        }
      },
    ),
    { seed: 98 },
  ));
