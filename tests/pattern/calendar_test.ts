import assert from "node:assert/strict";
import type { CalendarDay, Pattern } from "../../src/pattern/mod.ts";
import { clock, firedAt, patternWith, ruleWith } from "./support.ts";

const BERLIN = "Europe/Berlin";
const ROWS = [
  { days: [1, 2, 3, 4, 5], spans: [[0, 1440]] as const, multiplier: 2 },
  { days: [6, 7], spans: [[0, 1440]] as const, multiplier: 0.5 },
  { days: [7], spans: [[clock("10:00"), clock("12:00")]] as const },
].map((row) => ruleWith({ multiplier: 3, ...row }));

function dayWith(change: Partial<CalendarDay>): CalendarDay {
  return { date: "2026-12-25", as: null, times: 1, ...change };
}

function at(local: string, calendar: CalendarDay[], zone = BERLIN) {
  const pattern: Pattern = patternWith({ zone, schedule: ROWS, calendar });
  const ms = Temporal.PlainDateTime.from(local).toZonedDateTime(zone)
    .epochMilliseconds;
  const { rate, schedule, calendar: times } = firedAt(pattern, ms)
    .partsAt(ms / 100);
  return { rate, schedule, times };
}

Deno.test("a date of the calendar is read as another weekday, from midnight to midnight", () => {
  const calendar = [dayWith({ as: 7, times: 0.6 })];
  const friday = { rate: 200, schedule: 2, times: 1 };
  assert.deepEqual(at("2026-12-24T23:59:59.9", calendar), friday);
  assert.deepEqual(at("2026-12-26T00:00", calendar).times, 1);
  assert.deepEqual(at("2026-12-26T00:00", calendar).schedule, 0.5);
  const begin = at("2026-12-25T00:00", calendar);
  assert.deepEqual([begin.schedule, begin.times], [0.5, 0.6]);
  assert.equal(begin.rate, 100 * 0.5 * 0.6);
  assert.equal(at("2026-12-25T10:30", calendar).schedule, 3);
  assert.equal(at("2026-12-25T23:59:59.9", calendar).times, 0.6);
});

Deno.test("a date may have a multiplier alone, or a weekday alone", () => {
  assert.deepEqual(at("2026-12-25T09:00", [dayWith({ times: 2 })]), {
    rate: 400,
    schedule: 2,
    times: 2,
  });
  assert.deepEqual(at("2026-12-25T09:00", [dayWith({ as: 6 })]), {
    rate: 50,
    schedule: 0.5,
    times: 1,
  });
});

Deno.test("days of a clock change have 23 and 25 hours", () => {
  for (const [date, hours] of [["2026-03-29", 23], ["2026-10-25", 25]]) {
    const calendar = [dayWith({ date: date as string, times: 9 })];
    const pattern = patternWith({ zone: BERLIN, calendar });
    const startMs = Temporal.PlainDate.from(date as string)
      .toZonedDateTime(BERLIN).epochMilliseconds;
    const traffic = firedAt(pattern, startMs);
    let count = 0;
    for (let hour = -3; hour < 30; hour++) {
      const slot = startMs / 100 + hour * 36_000;
      if (traffic.partsAt(slot).calendar === 9) count++;
    }
    assert.equal(count, hours);
  }
});

Deno.test("the calendar's dates may come in any order, and be asked in any", () => {
  const calendar = [
    dayWith({ date: "2026-12-31", times: 3 }),
    dayWith({ date: "2026-12-24", times: 4 }),
    dayWith({ date: "2026-12-25", times: 5 }),
  ];
  const pattern = patternWith({ zone: "UTC", calendar });
  const days = [
    ...[23, 24, 25, 26, 30, 31],
    ...[31, 25, 24, 23, 30, 26, 24],
  ];
  const traffic = firedAt(pattern, 0);
  const found = days.map((day) =>
    traffic.partsAt(Date.UTC(2026, 11, day, 12) / 100).calendar
  );
  const times: Record<number, number> = { 24: 4, 25: 5, 31: 3 };
  assert.deepEqual(found, days.map((day) => times[day] ?? 1));
  assert.equal(traffic.partsAt(Date.UTC(2030, 0) / 100).calendar, 1);
});

Deno.test("a plan that takes over with another calendar has another week", () => {
  const before = patternWith({ zone: "UTC", schedule: ROWS });
  const after = { ...before, calendar: [dayWith({ as: 7 })] };
  const traffic = firedAt(before, 0);
  traffic.addPattern(1, after);
  const slot = Date.UTC(2026, 11, 25, 11) / 100;
  const event = { kind: "plan", value: 1, durationMs: 0 } as const;
  assert.equal(traffic.partsAt(slot).schedule, 2);
  traffic.events.append({ slot, ...event });
  assert.equal(traffic.partsAt(slot).schedule, 3);
});
