import assert from "node:assert/strict";
import fc from "fast-check";
import { judge, type Threshold } from "../../src/stats/mod.ts";

/** A threshold on the subject itself. */
function upTo(max: number, name = "it"): Threshold<number | null> {
  return { name, max, measure: (value) => value };
}

Deno.test("judge() keeps a threshold up to its value, and not above", () =>
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (value, max) => {
      assert.deepEqual(judge([upTo(max)], value), [
        { name: "it", value, max, isKept: value <= max },
      ]);
    }),
    { seed: 98 },
  ));

Deno.test("judge() passes nothing on what is not known", () => {
  const [verdict] = judge([upTo(-1)], null);
  assert.deepEqual(verdict, { name: "it", value: null, max: -1, isKept: true });
});

Deno.test("judge() gives one verdict for each threshold, in their order", () => {
  const verdicts = judge([upTo(3, "b"), upTo(1, "a"), upTo(2, "c")], 2);
  assert.deepEqual(
    verdicts.map(({ name, isKept }) => [name, isKept]),
    [["b", true], ["a", false], ["c", true]],
  );
});
