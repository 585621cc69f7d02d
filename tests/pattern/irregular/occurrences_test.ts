import assert from "node:assert/strict";
import fc from "fast-check";
import { Occurrences } from "../../../src/pattern/irregular/occurrences.ts";
import type { Recurrence } from "../../../src/pattern/mod.ts";

const BERLIN = "Europe/Berlin";

function slotOf(text: string): number {
  return Temporal.Instant.from(text).epochMilliseconds / 100;
}

Deno.test("a dated occurrence is local where it has no offset", () => {
  const at = (text: string) =>
    new Occurrences({ kind: "once", at: text }, BERLIN).lastAt(Infinity);
  const noon = slotOf("2026-12-01T11:00:00Z");
  assert.equal(at("2026-12-01T12:00:00"), noon);
  assert.equal(at("2026-12-01T11:00:00Z"), noon);
  assert.equal(at("2026-12-01T06:00:00-05:00"), noon);
  const once = new Occurrences(
    { kind: "once", at: "2026-12-01T12:00" },
    BERLIN,
  );
  assert.equal(once.lastAt(noon - 1), -Infinity);
  assert.equal(once.lastAt(noon), noon);
});

Deno.test("a daily occurrence keeps its clock over a clock change, and its weekdays", () => {
  const when: Recurrence = { kind: "daily", sec: 3 * 3600, days: [6, 7, 1] };
  const daily = new Occurrences(when, BERLIN);
  const last = (text: string) => daily.lastAt(slotOf(text));
  const saturday = slotOf("2026-03-28T02:00:00Z");
  const sunday = slotOf("2026-03-29T01:00:00Z");
  assert.equal(last("2026-03-29T00:59:59.9Z"), saturday);
  assert.equal(last("2026-03-29T01:00:00Z"), sunday);
  const monday = slotOf("2026-03-30T01:00:00Z");
  assert.equal(last("2026-03-31T12:00:00Z"), monday);
  assert.equal(last("2026-04-04T00:59:00Z"), monday);
  assert.equal(last("2026-04-04T01:00:00Z"), slotOf("2026-04-04T01:00:00Z"));
});

Deno.test("occurrences are the same in any order", () => {
  const whens: Recurrence[] = [
    { kind: "once", at: "2026-12-01T12:00:00" },
    { kind: "every", everyMs: 3_600_000, offsetMs: 300_000 },
    { kind: "daily", sec: 3600, days: [1, 3, 5] },
  ];
  const start = slotOf("2026-12-01T00:00:00Z");
  fc.assert(
    fc.property(
      fc.constantFrom(...whens),
      fc.array(fc.integer({ min: -1e7, max: 1e7 }), { maxLength: 20 }),
      (when, offsets) => {
        const one = new Occurrences(when, BERLIN);
        for (const offset of offsets) {
          const slot = start + offset;
          const last = one.lastAt(slot);
          assert.equal(last, new Occurrences(when, BERLIN).lastAt(slot));
          assert.ok(last <= slot);
        }
      },
    ),
    { seed: 98 },
  );
});
