import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatDuration,
  isoTime,
  parseDuration,
  SLOT_MS,
  slotOf,
  SLOTS_PER_HOUR,
  SLOTS_PER_SEC,
  slotStartMs,
} from "../../src/base/mod.ts";

Deno.test("parseDuration() reads each unit and compound durations", () => {
  for (
    const [text, ms] of [
      ["500ms", 500],
      ["30s", 30_000],
      ["5m", 300_000],
      ["2h", 7_200_000],
      ["1m30s", 90_000],
      ["1h1m1s1ms", 3_661_001],
      ["0s", 0],
      ["0.5ms", 0.5],
      ["1.5h", 5_400_000],
      ["48h", 172_800_000],
      ["7d", 604_800_000],
      ["1d12h", 129_600_000],
    ] as const
  ) {
    assert.equal(parseDuration(text), ms, text);
  }
});

Deno.test("parseDuration() refuses what is not a duration", () => {
  const wrong = [
    "",
    " ",
    "5",
    "s",
    "5 s",
    " 5s",
    "5s ",
    "-5s",
    "+5s",
    "5S",
    "1e3ms",
    ".5s",
    "5.s",
    "1,5s",
    "5s5",
    "Infinitys",
    "NaNs",
    "5s\n",
    "٥s",
    "9".repeat(400) + "h",
  ];
  for (const text of wrong) {
    assert.equal(parseDuration(text), undefined, JSON.stringify(text));
  }
});

Deno.test("parseDuration() decides about long garbage at once", () => {
  // A pattern that backtracks would not come back from this.
  assert.equal(parseDuration("1s".repeat(20_000) + "x"), undefined);
  assert.equal(parseDuration("1".repeat(50_000)), undefined);
});

Deno.test("parseDuration() gives whole milliseconds for what is written as such", () => {
  // In floating point 1.1 × 1000 is above 1100: a slot too many.
  assert.equal(parseDuration("1.1s"), 1100);
  assert.equal(parseDuration("4.084s"), 4084);
  assert.equal(parseDuration("1h0.001s"), 3_600_001);
});

Deno.test("formatDuration() writes the shortest compound form", () => {
  for (
    const [ms, text] of [
      [0, "0ms"],
      [1, "1ms"],
      [999, "999ms"],
      [1000, "1s"],
      [1500, "1.5s"],
      [90_000, "1m30s"],
      [3_600_000, "1h"],
      [3_600_001, "1h0.001s"],
      [86_400_000, "24h"],
    ] as const
  ) {
    assert.equal(formatDuration(ms), text);
  }
});

Deno.test("formatDuration() and parseDuration() are a round trip for whole milliseconds", () => {
  const anyMs = fc.oneof(
    fc.integer({ min: 0, max: 100_000 }),
    fc.integer({ min: 0, max: 400 * 86_400_000 }),
  );
  fc.assert(
    fc.property(anyMs, (ms) => {
      assert.equal(parseDuration(formatDuration(ms)), ms);
    }),
    { seed: 98, numRuns: 2000 },
  );
});

Deno.test("formatDuration() loses less than a millisecond of any duration", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (ms) => {
      const back = parseDuration(formatDuration(ms));
      assert.ok(back !== undefined && Math.abs(back - ms) <= 0.5001);
    }),
    { seed: 98, numRuns: 2000 },
  );
});

Deno.test("slotOf() gives the slot whose span holds the instant", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e13, max: 1e13 }), (ms) => {
      const slot = slotOf(ms);
      assert.ok(slotStartMs(slot) <= ms && ms < slotStartMs(slot + 1));
    }),
    { seed: 98 },
  );
  assert.equal(SLOT_MS * SLOTS_PER_SEC, 1000);
  assert.equal(SLOTS_PER_HOUR * SLOT_MS, 3_600_000);
});

Deno.test("isoTime() is UTC and keeps milliseconds", () => {
  assert.equal(
    isoTime(Date.UTC(2026, 4, 4, 7, 0, 0, 100)),
    "2026-05-04T07:00:00.1Z",
  );
});
