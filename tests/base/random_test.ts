import assert from "node:assert/strict";
import fc from "fast-check";
import { draw, finish, streamKey, unit } from "../../src/base/mod.ts";

const anyIndex = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

Deno.test("unit() lies in [0, 1) for any seed, stream and index", () => {
  fc.assert(
    fc.property(anyIndex, anyIndex, anyIndex, (seed, stream, index) => {
      const u = unit(seed, stream, index);
      assert.ok(u >= 0 && u < 1);
    }),
    { seed: 98, numRuns: 2000 },
  );
});

Deno.test("unit() is the draw of a prepared stream, and the same each time", () => {
  fc.assert(
    fc.property(anyIndex, anyIndex, anyIndex, (seed, stream, index) => {
      const { a, b } = streamKey(seed, stream);
      assert.equal(unit(seed, stream, index), draw(a, b, index));
      assert.equal(unit(seed, stream, index), unit(seed, stream, index));
    }),
    { seed: 98 },
  );
});

Deno.test("unit() keeps the values it had when the first plans were written", () => {
  // Changing a value here changes the traffic of every seed that was noted down.
  assert.deepEqual(
    [
      unit(0, 0, 0),
      unit(98, 1, 0),
      unit(98, 1, 1),
      unit(2 ** 40, 2048, 2 ** 50),
    ],
    FIRST_VALUES,
  );
});

Deno.test("unit() hears every bit of seed, stream and index, also above 2^32", () => {
  const at = [12_345, 2048, 17_700_000_000 * 65_536] as const;
  const before = unit(...at);
  for (const which of [0, 1, 2]) {
    for (let bit = 0; bit < 53; bit++) {
      const changed = at.map((word, i) => i === which ? flip(word, bit) : word);
      const after = unit(changed[0]!, changed[1]!, changed[2]!);
      assert.notEqual(after, before, `word ${which}, bit ${bit}`);
    }
  }
});

Deno.test("finish() maps different words to different words", () => {
  const seen = new Set<number>();
  for (let word = 0; word < 100_000; word++) seen.add(finish(word));
  assert.equal(seen.size, 100_000);
});

function flip(word: number, bit: number): number {
  const isSet = Math.floor(word / 2 ** bit) % 2 === 1;
  return isSet ? word - 2 ** bit : word + 2 ** bit;
}

const FIRST_VALUES = [
  0.3082391547148685,
  0.13757299314324256,
  0.6216272600079142,
  0.36180370403215456,
];
