import assert from "node:assert/strict";
import { concat } from "../../src/base/mod.ts";

const bytes = (...values: number[]) => new Uint8Array(values);

Deno.test("concat() puts pieces one behind the other", () => {
  assert.deepEqual(
    concat([bytes(1, 2), bytes(), bytes(3)]),
    bytes(1, 2, 3),
  );
  assert.deepEqual(concat([]), bytes());
});

Deno.test("concat() gives a single piece back without a copy", () => {
  const piece = bytes(1, 2);
  assert.equal(concat([piece]), piece);
});
