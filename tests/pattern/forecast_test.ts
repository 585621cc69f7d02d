import assert from "node:assert/strict";
import {
  forecast,
  FORECAST_ROWS_MAX,
  forecastTraffic,
  type Pattern,
  PHASES,
} from "../../src/pattern/mod.ts";
import { NO_SPIKE, Spikes } from "../../src/pattern/components/spikes.ts";
import { firedAt, patternWith, ruleWith, spikesWith } from "./support.ts";

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 2, 28, 23);
const FULL = patternWith({
  zone: "Europe/Berlin",
  rampUpMs: 90_000,
  schedule: [ruleWith({ spans: [[60, 300]], multiplier: 0.3 })],
  spikes: spikesWith({ lambda: 0.01 }),
  noise: { kind: "spring", amplitude: 0.2 },
});

/** Sum and extremes over every slot of a span. */
function bySlots(pattern: Pattern, startMs: number, durationMs: number) {
  const traffic = firedAt(pattern, startMs);
  const slots = Array.from(
    { length: durationMs / 100 },
    (_, i) => ({
      timeMs: startMs + i * 100,
      ...traffic.partsAt(startMs / 100 + i),
    }),
  );
  const rates = slots.map(({ rate }) => rate);
  return { slots, total: rates.reduce((a, b) => a + b, 0) / 10, rates };
}

function isClose(a: number, b: number, share = 1e-9): boolean {
  return Math.abs(a - b) <= share * Math.abs(b);
}

Deno.test("forecast() is the sum over slots, row by row", () => {
  // 02:00 local on 29 March is skipped: 3 hours over a clock change.
  const stepMs = 60_000;
  const span = { startMs: START_MS, durationMs: 3 * HOUR_MS, stepMs };
  const found = forecast(FULL, span);
  const { slots, total, rates } = bySlots(FULL, START_MS, span.durationMs);
  assert.equal(found.rows.length, 180);
  found.rows.forEach((row, i) => {
    const mine = slots.slice(i * 600, (i + 1) * 600);
    const mean = (of: (s: typeof mine[number]) => number) =>
      mine.reduce((sum, s) => sum + of(s), 0) / 600;
    assert.equal(row.timeMs, START_MS + i * stepMs);
    assert.ok(isClose(row.rate, mean((s) => s.rate)));
    assert.equal(row.peakRate, Math.max(...mine.map(({ rate }) => rate)));
    assert.ok(isClose(row.expected, mean((s) => s.rate) * 60));
    assert.ok(isClose(row.schedule, mean((s) => s.schedule)));
    assert.ok(isClose(row.ramp, mean((s) => s.ramp)));
    assert.ok(isClose(row.spike, mean((s) => s.spike)));
    assert.ok(isClose(row.noise, mean((s) => s.noise)));
    const counts = PHASES.map((p) => mine.filter((s) => s.phase === p).length);
    assert.equal(row.phase, PHASES[counts.indexOf(Math.max(...counts))]);
  });
  assert.ok(isClose(found.total, total));
  assert.equal(found.peak.rate, Math.max(...rates));
  assert.equal(found.trough.rate, Math.min(...rates));
  assert.equal(
    slots.find((s) => s.timeMs === found.peak.timeMs)!.rate,
    found.peak.rate,
  );
});

Deno.test("forecast() follows the zone's clock over both changes", () => {
  const rule = ruleWith({ spans: [[120, 180]], multiplier: 0 });
  const pattern = patternWith({ zone: "Europe/Berlin", schedule: [rule] });
  const zeros = (day: string) => {
    const startMs = Temporal.PlainDate.from(day)
      .toZonedDateTime("Europe/Berlin").epochMilliseconds;
    const span = { startMs, durationMs: 5 * HOUR_MS, stepMs: HOUR_MS };
    return forecast(pattern, span).rows.map((row) => row.expected);
  };
  const full = 360_000;
  assert.deepEqual(zeros("2026-03-29"), [full, full, full, full, full]);
  assert.deepEqual(zeros("2026-10-25"), [full, full, 0, 0, full]);
  assert.deepEqual(zeros("2026-10-24"), [full, full, 0, full, full]);
});

Deno.test("forecast() beyond 48 hours stays within 0.1 % of the sum over slots", () => {
  const durationMs = 49 * HOUR_MS;
  const first = START_MS / 100;
  const traffic = firedAt(FULL, START_MS);
  let total = 0;
  for (let i = 0; i < durationMs / 100; i++) {
    total += traffic.partsAt(first + i).rate / 10;
  }
  const span = { startMs: START_MS, durationMs, stepMs: HOUR_MS };
  const found = forecast(FULL, span);
  assert.ok(isClose(found.total, total, 0.001), `${found.total} ${total}`);
});

Deno.test("forecast() has a total that is the sum of its rows, and a mean of the same", () => {
  for (const durationMs of [HOUR_MS, 49 * HOUR_MS, 61_234, 100, 50]) {
    for (const stepMs of [1000, 60_000, 61_000, 7 * HOUR_MS]) {
      const found = forecast(FULL, { startMs: START_MS, durationMs, stepMs });
      const sum = found.rows.reduce((total, row) => total + row.expected, 0);
      assert.equal(found.total, sum);
      assert.equal(found.rows.length, Math.ceil(durationMs / stepMs));
      assert.ok(found.rows.every((row) => row.rate >= 0));
    }
  }
});

Deno.test("forecast() lists the spikes that begin inside the span", () => {
  const span = { startMs: START_MS, durationMs: HOUR_MS, stepMs: HOUR_MS };
  const { spikes } = forecast(FULL, span);
  assert.ok(spikes.length > 10);
  assert.ok(spikes.every((ms) => ms >= START_MS && ms < START_MS + HOUR_MS));
  const top = Math.max(
    ...bySlots(FULL, spikes[0]! - spikes[0]! % 100, 4000)
      .slots.map((s) => s.spike),
  );
  assert.ok(top > 2.9, `${top}`);
});

Deno.test("forecastTraffic() sees what an operator changed", () => {
  const traffic = firedAt(patternWith(), START_MS);
  const slot = START_MS / 100 + 600;
  traffic.events.append({ slot, kind: "scale", value: 3, durationMs: 0 });
  const span = { startMs: START_MS, durationMs: 120_000, stepMs: 60_000 };
  const rows = forecastTraffic(traffic, span).rows;
  assert.deepEqual(rows.map((row) => row.expected), [6000, 18_000]);
  assert.deepEqual(rows.map((row) => row.phase), ["baseline", "manual"]);
});

Deno.test("forecast() refuses more rows than it may have, naming a way out", () => {
  const durationMs = (FORECAST_ROWS_MAX + 1) * 1000;
  assert.throws(
    () => forecast(FULL, { startMs: START_MS, durationMs, stepMs: 1000 }),
    { name: "KarError", message: /coarser/ },
  );
});

Deno.test("forecast() of nothing is empty", () => {
  const found = forecast(FULL, {
    startMs: START_MS,
    durationMs: 0,
    stepMs: 1000,
  });
  assert.equal(found.total, 0);
  assert.deepEqual(found.rows, []);
});

Deno.test("forecast() refuses more spikes than it may name, at once", () => {
  const durationMs = 366 * 24 * HOUR_MS;
  const pattern = patternWith({ spikes: spikesWith({ lambda: 10 }) });
  assert.throws(
    () =>
      forecast(pattern, { startMs: START_MS, durationMs, stepMs: durationMs }),
    { name: "KarError", exit: "usage", message: /shorter span/ },
  );
});

Deno.test("Spikes with bounds and the least lambda are computed at once", () => {
  const spikes = new Spikes(spikesWith({ lambda: 1e-8, minGapMs: 1 }), 98);
  assert.deepEqual(spikes.at(START_MS), NO_SPIKE);
  assert.deepEqual(spikes.startsBetween(START_MS, START_MS + HOUR_MS), []);
});
