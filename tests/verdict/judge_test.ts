import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bound, brokenBounds, judge } from "../../src/verdict/mod.ts";

type Subject = number | null;

/** A bound on the subject itself. */
function upTo(limit: number, name = "it"): Bound<Subject> {
  return { name, operator: "<=", limit, measure: (value) => value };
}

Deno.test("judge() keeps a bound up to its limit, and not above", () =>
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (value, limit) => {
      const result = value <= limit ? "pass" : "fail";
      assert.deepEqual(judge([upTo(limit)], value), [
        { name: "it", value, limit, result },
      ]);
    }),
    { seed: 98 },
  ));

Deno.test("judge() compares as the operator says", () => {
  const kept = (operator: Bound<Subject>["operator"]) =>
    [1, 2, 3].map((value) =>
      judge([{ ...upTo(2), operator }], value)[0]!.result === "pass"
    );
  assert.deepEqual(kept("<"), [true, false, false]);
  assert.deepEqual(kept("<="), [true, true, false]);
  assert.deepEqual(kept("=="), [false, true, false]);
  assert.deepEqual(kept(">="), [false, true, true]);
  assert.deepEqual(kept(">"), [false, false, true]);
});

Deno.test("judge() neither passes nor fails what is not known", () => {
  const [verdict] = judge([upTo(-1)], null);
  const unknown = { name: "it", value: null, limit: -1, result: "unknown" };
  assert.deepEqual(verdict, unknown);
  assert.deepEqual(brokenBounds([upTo(-1)], null), []);
});

Deno.test("judge() gives one verdict for each bound, in their order", () => {
  const bounds = [upTo(3, "b"), upTo(1, "a"), upTo(2, "c")];
  assert.deepEqual(
    judge(bounds, 2).map(({ name, result }) => [name, result]),
    [["b", "pass"], ["a", "fail"], ["c", "pass"]],
  );
  assert.deepEqual(brokenBounds(bounds, 2), ["a"]);
});
