import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalJson } from "../../src/plan/build/mod.ts";

const RUNS = { seed: 98, numRuns: 500 };

Deno.test("canonicalJson() sorts keys and leaves no room for taste", () => {
  const cases: [value: unknown, text: string][] = [
    [{ b: 1, a: [true, null, "x"] }, '{"a":[true,null,"x"],"b":1}'],
    [{ b: undefined, a: {} }, '{"a":{}}'],
    // Property order of numeric keys is JavaScript's own, and must not show.
    [{ "10": 1, "9": 2, A: 3, "": 4 }, '{"":4,"10":1,"9":2,"A":3}'],
    [{ é: 1, z: 2, "😀": 3, "\ufb33": 4 }, '{"z":2,"é":1,"😀":3,"\ufb33":4}'],
    [[-0, 1e21, 1e-7, 0.1], "[0,1e+21,1e-7,0.1]"],
    ['"\n\u2028', '"\\"\\n\u2028"'],
  ];
  for (const [value, text] of cases) assert.equal(canonicalJson(value), text);
});

Deno.test("canonicalJson() refuses what JSON cannot hold", () => {
  for (const value of [NaN, Infinity, undefined, () => 1, 1n, Symbol("x")]) {
    assert.throws(() => canonicalJson(value));
    assert.throws(() => canonicalJson([value]));
  }
  assert.throws(() => canonicalJson({ a: { b: NaN } }));
  assert.throws(() => canonicalJson(new Array(2)));
});

Deno.test("canonicalJson() is JSON of the same value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const same = JSON.parse(JSON.stringify(value));
      assert.deepEqual(JSON.parse(canonicalJson(value)), same);
    }),
    RUNS,
  );
});

Deno.test("canonicalJson() gives one text for one value, in whatever order it was made", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      assert.equal(canonicalJson(reversed(value)), text);
      assert.equal(canonicalJson(JSON.parse(text)), text);
    }),
    RUNS,
  );
});

/** The same value with the keys of every object in reverse. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(
    entries.map(([key, item]) => [key, reversed(item)]),
  );
}
