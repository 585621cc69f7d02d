import assert from "node:assert/strict";
import { minutesOf, type ScheduleRule } from "../../src/pattern/mod.ts";
import { Schedule } from "../../src/pattern/components/schedule.ts";
import { clock, ruleWith } from "./support.ts";

/** The multiplier at a local time, which names one instant. */
function at(
  rules: readonly ScheduleRule[],
  iso: string,
  zone = "UTC",
): number {
  const { epochMilliseconds } = Temporal.Instant.from(iso);
  return new Schedule(rules, zone).at(Math.floor(epochMilliseconds / 100));
}

function span(from: string, to: string): readonly [number, number] {
  return [clock(from), clock(to)];
}

Deno.test("Schedule is 1 where no rule applies", () => {
  assert.equal(at([], "2026-03-01T10:00:00Z"), 1);
  const night = ruleWith({ spans: [span("00:00", "05:00")] });
  assert.equal(at([night], "2026-03-01T05:00:00Z"), 1);
});

Deno.test("Schedule changes exactly on the slot in which a span begins and ends", () => {
  const rule = ruleWith({ spans: [span("09:00", "17:30")], multiplier: 1.5 });
  for (
    const [time, multiplier] of [
      ["08:59:59.900", 1],
      ["09:00:00.000", 1.5],
      ["17:29:59.999", 1.5],
      ["17:30:00.000", 1],
    ] as const
  ) {
    assert.equal(at([rule], `2026-03-02T${time}Z`), multiplier, time);
  }
});

Deno.test("Schedule lets a span over midnight belong to the day on which it begins", () => {
  // 2 March 2026 is a Monday.
  const rule = ruleWith({ spans: [span("22:00", "06:00")], days: [1] });
  assert.equal(at([rule], "2026-03-02T05:59:59Z"), 1, "Sunday's night");
  assert.equal(at([rule], "2026-03-02T22:00:00Z"), 2);
  assert.equal(at([rule], "2026-03-03T05:59:59Z"), 2, "Monday's night");
  assert.equal(at([rule], "2026-03-03T06:00:00Z"), 1);
  assert.equal(at([rule], "2026-03-03T22:00:00Z"), 1);
});

Deno.test("Schedule carries a Sunday night into Monday, over the week's end", () => {
  const rule = ruleWith({ spans: [span("23:00", "01:00")], days: [7] });
  assert.equal(at([rule], "2026-03-01T23:30:00Z"), 2);
  assert.equal(at([rule], "2026-03-02T00:30:00Z"), 2);
  assert.equal(at([rule], "2026-03-02T01:00:00Z"), 1);
  assert.equal(at([rule], "2026-03-01T00:30:00Z"), 1, "Saturday's night");
});

Deno.test("Schedule takes equal ends as a whole day, and 24:00 as its end", () => {
  const turn = ruleWith({ spans: [span("08:00", "08:00")], days: [1] });
  assert.equal(at([turn], "2026-03-02T07:59:59Z"), 1);
  assert.equal(at([turn], "2026-03-02T08:00:00Z"), 2);
  assert.equal(at([turn], "2026-03-03T07:59:59Z"), 2);
  const day = ruleWith({ spans: [span("00:00", "24:00")], days: [1] });
  assert.equal([...minutesOf(day)].length, 1440);
  assert.equal(at([day], "2026-03-03T00:00:00Z"), 1);
});

Deno.test("Schedule takes the highest priority, and among equals the later rule", () => {
  const spans = [span("10:00", "12:00")];
  const low = ruleWith({ spans, multiplier: 2, priority: -1 });
  const a = ruleWith({ spans, multiplier: 3, priority: 5 });
  const b = ruleWith({ spans, multiplier: 4, priority: 5 });
  const noon = "2026-03-02T11:00:00Z";
  assert.equal(at([low], noon), 2);
  assert.equal(at([a, b, low], noon), 4);
  assert.equal(at([b, a, low], noon), 3);
  assert.equal(at([low, a], noon), 3);
});

Deno.test("Schedule knows a multiplier of 0", () => {
  const rule = ruleWith({ spans: [span("10:00", "10:30")], multiplier: 0 });
  assert.equal(at([rule], "2026-03-02T10:29:59.999Z"), 0);
  assert.equal(at([rule], "2026-03-02T10:30:00Z"), 1);
});

Deno.test("Schedule skips what a clock change skips and repeats what it repeats", () => {
  const two = ruleWith({ spans: [span("02:00", "03:00")] });
  const hoursWith = (day: string, zone: string) => {
    const start = Temporal.PlainDate.from(day).toZonedDateTime(zone);
    const schedule = new Schedule([two], zone);
    let slots = 0;
    const end = start.add({ days: 1 }).epochMilliseconds;
    for (let ms = start.epochMilliseconds; ms < end; ms += 60_000) {
      if (schedule.at(ms / 100) === 2) slots++;
    }
    return slots / 60;
  };
  assert.equal(hoursWith("2026-03-29", "Europe/Berlin"), 0);
  assert.equal(hoursWith("2026-10-25", "Europe/Berlin"), 2);
  assert.equal(hoursWith("2026-03-08", "America/New_York"), 0);
  assert.equal(hoursWith("2026-10-24", "Europe/Berlin"), 1);
  // Lord Howe's clocks go half an hour: 02:00 becomes 02:30, or 01:30 again.
  assert.equal(hoursWith("2026-10-04", "Australia/Lord_Howe"), 0.5);
  const half = ruleWith({ spans: [span("01:30", "02:00")] });
  const lordHowe = new Schedule([half], "Australia/Lord_Howe");
  const april = Temporal.Instant.from("2026-04-04T14:00:00Z").epochMilliseconds;
  let minutes = 0;
  for (let i = 0; i < 180; i++) {
    if (lordHowe.at((april + i * 60_000) / 100) === 2) minutes++;
  }
  assert.equal(minutes, 60);
});

Deno.test("Schedule refuses a zone that does not exist", () => {
  const rule = ruleWith({ spans: [span("10:00", "12:00")] });
  assert.throws(
    () => at([rule], "2026-03-02T11:00:00Z", "Mars/Olympus"),
    RangeError,
  );
});
