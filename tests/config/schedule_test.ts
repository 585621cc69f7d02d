import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Competing,
  overlapsOf,
  spansOf,
  weekdaysOf,
} from "../../src/config/schedule.ts";
import { minutesOf } from "../../src/pattern/mod.ts";

Deno.test("spansOf() joins neighbouring hours and keeps the order of the day", () => {
  assert.deepEqual(spansOf({ hours: [17, 9, 11, 10, 9] }), [
    [540, 720],
    [1020, 1080],
  ]);
  assert.deepEqual(spansOf({ hours: [23, 0] }), [[0, 60], [1380, 1440]]);
});

Deno.test("spansOf() reads times of day, also over midnight", () => {
  assert.deepEqual(spansOf({ from: "09:30", to: "24:00" }), [[570, 1440]]);
  assert.deepEqual(spansOf({ from: "22:00", to: "05:00" }), [[1320, 300]]);
  assert.deepEqual(spansOf({ days: ["mon"] }), [[0, 1440]]);
});

Deno.test("weekdaysOf() counts from Monday, and means every day without days", () => {
  assert.deepEqual(weekdaysOf({ days: ["sun", "mon"] }), [1, 7]);
  assert.deepEqual(weekdaysOf({}), [1, 2, 3, 4, 5, 6, 7]);
});

const clock = fc.integer({ min: 0, max: 95 }).map((quarter) => {
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${pad(Math.floor(quarter / 4))}:${pad(quarter % 4 * 15)}`;
});
const rule: fc.Arbitrary<Competing> = fc.record({
  from: clock,
  to: clock,
  days: fc.subarray(["mon", "tue", "sat", "sun"] as const, { minLength: 1 }),
  priority: fc.integer({ min: 0, max: 1 }),
  tps_multiplier: fc.integer({ min: 1, max: 2 }),
}).filter(({ from, to }) => from !== to);

Deno.test("overlapsOf() finds what a look at every minute of every pair finds", () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), (schedule) => {
      const found = new Set(overlapsOf(schedule).map(({ second }) => second));
      for (const [i, later] of schedule.entries()) {
        const clashes = schedule.slice(0, i).some((earlier, j) =>
          clash(earlier, later, schedule.slice(j + 1, i))
        );
        assert.equal(found.has(i), clashes, `rule ${i}`);
      }
    }),
    { seed: 98, numRuns: 200 },
  );
});

/** Whether two rules disagree on a minute that none between them took over. */
function clash(a: Competing, b: Competing, between: readonly Competing[]) {
  if (a.priority !== b.priority || a.tps_multiplier === b.tps_multiplier) {
    return false;
  }
  const hidden = between.filter((rule) => rule.priority === a.priority)
    .map(weekMinutes);
  const minutes = weekMinutes(b);
  return [...weekMinutes(a)].some((minute) =>
    minutes.has(minute) && !hidden.some((other) => other.has(minute))
  );
}

/** The minutes that the engine gives to a rule. */
function weekMinutes(rule: Competing): Set<number> {
  return new Set(minutesOf({
    spans: spansOf(rule),
    days: weekdaysOf(rule),
    multiplier: 1,
    priority: 0,
  }));
}
