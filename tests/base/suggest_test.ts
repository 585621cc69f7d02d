import assert from "node:assert/strict";
import fc from "fast-check";
import { distance, suggest } from "../../src/base/suggest.ts";

Deno.test("suggest() finds the word that was most likely meant", () => {
  const known = ["weight", "timeout", "headers", "name", "ok"];
  const cases: [typed: string, meant: string | undefined][] = [
    ["weigth", "weight"],
    ["wieght", "weight"],
    ["Timeout", "timeout"],
    ["time_out", "timeout"],
    ["header", "headers"],
    ["nam", "name"],
    ["okay", undefined],
    ["colour", undefined],
    ["", undefined],
    ["weight".repeat(10), undefined],
  ];
  for (const [typed, meant] of cases) {
    assert.equal(suggest(typed, known), meant, typed);
  }
});

Deno.test("distance() counts each kind of slip as one", () => {
  assert.equal(distance("abcd", "abcd"), 0);
  for (const slip of ["bcd", "abxcd", "abxd", "bacd", "abdc"]) {
    assert.equal(distance("abcd", slip), 1, slip);
  }
  assert.equal(distance("", "abcd"), 4);
});

Deno.test("distance() is the same both ways and no longer than the longer word", () => {
  const word = fc.string({
    unit: fc.constantFrom("a", "b", "c"),
    maxLength: 8,
  });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const between = distance(a, b);
      assert.equal(between, distance(b, a));
      assert.equal(between === 0, a === b);
      assert.ok(between <= Math.max(a.length, b.length));
      assert.ok(between >= Math.abs(a.length - b.length));
    }),
    { seed: 98, numRuns: 1000 },
  );
});
