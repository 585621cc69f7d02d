import assert from "node:assert/strict";
import fc from "fast-check";
import { SetupValues } from "../../src/journey/mod.ts";

const bytes = (text: string) => [new TextEncoder().encode(text)];

Deno.test("SetupValues: without a setup there is nothing", () => {
  assert.equal(new SetupValues(null).at(7), null);
});

Deno.test("SetupValues: new values hold from the next slot on, and no slot has some of both", () => {
  const steps = fc.array(fc.oneof(
    fc.record({ ahead: fc.integer({ min: 0, max: 2 }) }),
    fc.constant("new" as const),
  ));
  fc.assert(fc.property(steps, (steps) => {
    let newest = bytes("0");
    const values = new SetupValues(newest);
    const bySlot = new Map<number, unknown>();
    let slot = 0;
    for (const [i, step] of steps.entries()) {
      if (step === "new") {
        newest = bytes(`${i}`);
        values.take(newest);
        continue;
      }
      slot += step.ahead;
      const known = bySlot.get(slot);
      const got = values.at(slot);
      // In a slot that has begun nothing changes; one that begins has the newest.
      assert.equal(got, known ?? newest);
      bySlot.set(slot, got);
    }
  }));
});
