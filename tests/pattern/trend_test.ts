import assert from "node:assert/strict";
import fc from "fast-check";
import { forecast } from "../../src/pattern/mod.ts";
import { firedAt, patternWith } from "./support.ts";

const START_MS = Date.UTC(2026, 8, 1);
const DAY_MS = 86_400_000;
const WEEK_SLOTS = 7 * DAY_MS / 100;
const START = START_MS / 100;

function trendAt(perWeek: number, sinceMs: number, slot: number): number {
  const pattern = { ...patternWith(), trend: { perWeek, sinceMs } };
  return firedAt(pattern, START_MS).partsAt(slot).trend;
}

function assertClose(found: number, wanted: number): void {
  assert.ok(Math.abs(found / wanted - 1) < 1e-9, `${found}, not ${wanted}`);
}

Deno.test("the trend is compound growth by the week, from its start on", () => {
  const at = (weeks: number) =>
    trendAt(0.02, START_MS - 50, START + weeks * WEEK_SLOTS);
  for (const weeks of [1, 2, 52]) {
    assertClose(at(weeks), 1.02 ** (weeks + 100 / WEEK_SLOTS / 100));
  }
  assert.equal(at(-1), 1);
});

Deno.test("the trend stands still ten years after its start", () => {
  const end = trendAt(0.1, START_MS, START + 520 * WEEK_SLOTS);
  assert.equal(trendAt(0.1, START_MS, START + 600 * WEEK_SLOTS), end);
  assertClose(end, 1.1 ** 520);
});

Deno.test("a week's growth multiplies the trend, whatever the week", () => {
  fc.assert(fc.property(
    fc.double({ min: -0.5, max: 1, noNaN: true }),
    fc.integer({ min: 0, max: 400 * WEEK_SLOTS }),
    (perWeek, slots) => {
      const from = trendAt(perWeek, START_MS, START + slots);
      const to = trendAt(perWeek, START_MS, START + slots + WEEK_SLOTS);
      assert.ok(Math.abs(to / from / (1 + perWeek) - 1) < 1e-6);
    },
  ));
});

Deno.test("a plan without a trend has no key of it, and the factor is 1", () => {
  assert.ok(!("trend" in patternWith()));
  assert.equal(firedAt(patternWith(), START_MS).partsAt(START).trend, 1);
});

Deno.test("forecast() has a column of the trend", () => {
  const pattern = {
    ...patternWith(),
    trend: { perWeek: 1, sinceMs: START_MS - 7 * DAY_MS },
  };
  const span = { startMs: START_MS, durationMs: 60_000, stepMs: 60_000 };
  const [row] = forecast(pattern, span).rows;
  assert.ok(row!.trend > 2 && row!.trend < 2.001);
});
