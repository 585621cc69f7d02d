import assert from "node:assert/strict";
import fc from "fast-check";
import { Agenda, type Dated } from "../../src/journey/mod.ts";

Deno.test("Agenda gives the earliest instant first, whatever is put, moved and taken out", () => {
  const action = fc.record({
    who: fc.nat(30),
    atMs: fc.nat(100),
    isOut: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
      const agenda = new Agenda<Dated>();
      const entries = Array.from(
        { length: 31 },
        (): Dated => ({ atMs: 0, place: -1 }),
      );
      const model = new Map<Dated, number>();
      for (const { who, atMs, isOut } of actions) {
        const entry = entries[who]!;
        if (isOut) agenda.remove(entry);
        else agenda.put(entry, atMs);
        if (isOut) model.delete(entry);
        else model.set(entry, atMs);
        assert.equal(agenda.nextMs, Math.min(Infinity, ...model.values()));
        assert.equal(agenda.size, model.size);
      }
      const order: number[] = [];
      for (let first = agenda.first; first; first = agenda.first) {
        order.push(first.atMs);
        agenda.remove(first);
      }
      assert.deepEqual(order, [...model.values()].sort((a, b) => a - b));
      assert.ok(entries.every(({ place }) => place === -1));
    }),
    { seed: 98 },
  );
});
