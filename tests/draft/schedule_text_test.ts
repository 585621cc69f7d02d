import assert from "node:assert/strict";
import fc from "fast-check";
import { type HourRule, parseScheduleText } from "../../src/draft/mod.ts";

function rulesOf(text: string): readonly HourRule[] {
  const read = parseScheduleText(text);
  assert.equal(read.kind, "rules", text);
  return read.kind === "rules" ? read.rules : [];
}

Deno.test("parseScheduleText() includes both hours, and runs past midnight", () => {
  assert.deepEqual(rulesOf(" 9-11:1.5, 0-1:0.3 ,12:2"), [
    { hours: [9, 10, 11], multiplier: 1.5 },
    { hours: [0, 1], multiplier: 0.3 },
    { hours: [12], multiplier: 2 },
  ]);
  assert.deepEqual(rulesOf("22-1:0"), [
    { hours: [22, 23, 0, 1], multiplier: 0 },
  ]);
  assert.deepEqual(rulesOf("  "), []);
});

Deno.test("parseScheduleText() reads what was written from rules", () => {
  const hour = fc.integer({ min: 0, max: 23 });
  const multiplier = fc.integer({ min: 0, max: 1000 }).map((n) => n / 8);
  const rule = fc.record({ from: hour, to: hour, multiplier });
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 5 }), (rules) => {
      const text = rules.map((r) => `${r.from}-${r.to}:${r.multiplier}`)
        .join(", ");
      const read = rulesOf(text);
      assert.deepEqual(
        read.map((r) => [r.hours[0], r.hours.at(-1), r.multiplier]),
        rules.map((r) => [r.from, r.to, r.multiplier]),
      );
      for (const { hours } of read) {
        assert.equal(new Set(hours).size, hours.length);
      }
    }),
    { seed: 98 },
  );
});

Deno.test("parseScheduleText() says what is wrong with any other text", () => {
  for (const text of ["9-17", "9-17:x", "a-b:1", "9-17:1.5,,", "9:-1", ","]) {
    const read = parseScheduleText(text);
    assert.equal(read.kind, "complaint", text);
    assert.match(read.kind === "complaint" ? read.message : "", /9-17:1\.5/);
  }
  const late = parseScheduleText("9-24:1");
  assert.match(
    late.kind === "complaint" ? late.message : "",
    /0 to 23, got "9-24:1"/,
  );
});
