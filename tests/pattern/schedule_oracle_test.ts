import assert from "node:assert/strict";
import fc from "fast-check";
import type { ScheduleRule } from "../../src/pattern/mod.ts";
import { Schedule } from "../../src/pattern/components/schedule.ts";

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "Asia/Kathmandu",
  "Africa/Casablanca",
  "Pacific/Apia",
];
const YEAR_MS = Date.UTC(2026, 0, 1);
const MINUTES_PER_YEAR = 365 * 1440;

/** What a reader of the config expects, found by asking the calendar each time. */
function oracle(rules: readonly ScheduleRule[], zone: string, ms: number) {
  const here = Temporal.Instant.fromEpochMilliseconds(ms)
    .toZonedDateTimeISO(zone);
  const yesterday = here.dayOfWeek === 1 ? 7 : here.dayOfWeek - 1;
  const minute = here.hour * 60 + here.minute;
  const covers = (rule: ScheduleRule) =>
    rule.spans.some(([from, to]) => {
      const isOver = to <= from;
      const today = minute >= from && (isOver || minute < to) &&
        rule.days.includes(here.dayOfWeek);
      const carried = isOver && minute < to && rule.days.includes(yesterday);
      return today || carried;
    });
  const best = rules.filter(covers).reduce<ScheduleRule | null>(
    (best, rule) =>
      best === null || rule.priority >= best.priority ? rule : best,
    null,
  );
  return best?.multiplier ?? 1;
}

const anyRule: fc.Arbitrary<ScheduleRule> = fc.record({
  spans: fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: 0, max: 1440 }),
    ),
    { minLength: 1, maxLength: 3 },
  ),
  days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
  multiplier: fc.double({ min: 0, max: 10, noNaN: true }),
  priority: fc.integer({ min: -2, max: 2 }),
});
const anyRules = fc.array(anyRule, { minLength: 1, maxLength: 6 });
const anyMinute = fc.integer({ min: 0, max: MINUTES_PER_YEAR - 1 });

/** The minutes on both sides of each change of a zone's clocks in 2026. */
function minutesNearChanges(zone: string): number[] {
  const minutes: number[] = [];
  let here = Temporal.Instant.fromEpochMilliseconds(YEAR_MS)
    .toZonedDateTimeISO(zone).getTimeZoneTransition("next");
  while (here !== null && here.epochMilliseconds < YEAR_MS + 366 * 86_400_000) {
    const at = (here.epochMilliseconds - YEAR_MS) / 60_000;
    for (const by of [-61, -31, -1, 0, 29, 30, 59, 60, 119, 120]) {
      minutes.push(at + by);
    }
    here = here.getTimeZoneTransition("next");
  }
  return minutes;
}

for (const zone of ZONES) {
  const edges = minutesNearChanges(zone);
  Deno.test(`Schedule agrees with the calendar all year in ${zone}`, () => {
    fc.assert(
      fc.property(
        anyRules,
        fc.array(anyMinute, { minLength: 10, maxLength: 10 }),
        fc.integer({ min: 0, max: 599 }),
        (rules, minutes, slotOfMinute) => {
          const schedule = new Schedule(rules, zone);
          // In any order: what was asked before must not matter.
          for (
            const minute of [...minutes, ...edges, ...minutes.toReversed()]
          ) {
            const ms = YEAR_MS + minute * 60_000;
            const found = schedule.at(ms / 100 + slotOfMinute);
            assert.equal(found, oracle(rules, zone, ms), String(minute));
          }
        },
      ),
      { seed: 98, numRuns: 25 },
    );
  });
}
