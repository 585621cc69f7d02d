import assert from "node:assert/strict";
import fc from "fast-check";
import { ArrivalList } from "../../src/arrivals/mod.ts";

Deno.test("ArrivalList holds what was pushed, however much it is", () => {
  const list = new ArrivalList();
  for (let i = 0; i < 5000; i++) list.push(i * 7 % 5000);
  assert.equal(list.length, 5000);
  assert.equal(list.at(4999), 4999 * 7 % 5000);
  list.sort();
  assert.deepEqual(Array.from(list.view()), [...Array(5000).keys()]);
});

Deno.test("ArrivalList shows nothing of an earlier slot after clear()", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(), { maxLength: 2000 })), (slots) => {
      const list = new ArrivalList();
      for (const slot of slots) {
        list.clear();
        for (const arrival of slot) list.push(arrival);
        list.sort();
        assert.deepEqual(
          Array.from(list.view()),
          slot.toSorted((a, b) => a - b),
        );
      }
    }),
    { seed: 98, numRuns: 50 },
  );
});
