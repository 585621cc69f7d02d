import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compact,
  formatBytes,
  formatElapsed,
  formatMs,
  formatPercent,
  formatRate,
  grouped,
  localTime,
} from "../../../src/report/mod.ts";

Deno.test("grouped() separates thousands", () => {
  assert.equal(grouped(0), "0");
  assert.equal(grouped(999), "999");
  assert.equal(grouped(1000), "1,000");
  assert.equal(grouped(8_912_344.4), "8,912,344");
});

Deno.test("compact() keeps three digits and never rounds up to four", () => {
  const rows: [number, string][] = [
    [0, "0"],
    [842, "842"],
    [999.4, "999"],
    [999.6, "1.00k"],
    [1234, "1.23k"],
    [12_340, "12.3k"],
    [99_960, "100k"],
    [999_499, "999k"],
    [999_500, "1.00M"],
    [1.5e18, "1500P"],
    [-1234, "-1.23k"],
    [NaN, "–"],
    [Infinity, "–"],
  ];
  for (const [value, text] of rows) assert.equal(compact(value), text);
});

Deno.test("compact() takes at most five characters below 10^18", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 9.9e17, noNaN: true }), (value) => {
      assert.ok(compact(value).length <= 5, compact(value));
    }),
  );
});

Deno.test("formatRate() shows digits below a hundred a second", () => {
  assert.equal(formatRate(0), "0/s");
  assert.equal(formatRate(0.25), "0.25/s");
  assert.equal(formatRate(9.999), "10.0/s");
  assert.equal(formatRate(99.96), "100/s");
  assert.equal(formatRate(12_345), "12.3k/s");
});

Deno.test("formatMs() chooses the unit, also at its edges", () => {
  const rows: [number | null, string][] = [
    [null, "–"],
    [Infinity, "–"],
    [0, "0µs"],
    [0.085, "85µs"],
    [0.9994, "999µs"],
    [0.9996, "1.00ms"],
    [1.234, "1.23ms"],
    [12.34, "12.3ms"],
    [999.4, "999ms"],
    [999.6, "1.00s"],
    [60_000, "60.0s"],
    [3_600_000, "60m"],
  ];
  for (const [ms, text] of rows) assert.equal(formatMs(ms), text);
});

Deno.test("formatPercent() says 0% of nothing and 100% of all, and then only", () => {
  assert.equal(formatPercent(0, 10), "0%");
  assert.equal(formatPercent(10, 10), "100%");
  assert.equal(formatPercent(1, 1e6), "<0.1%");
  assert.equal(formatPercent(1e6 - 1, 1e6), ">99.9%");
  assert.equal(formatPercent(13, 1000), "1.3%");
  assert.equal(formatPercent(3, 2), "150%");
  assert.equal(formatPercent(0, 0), "–");
});

Deno.test("formatBytes() counts in powers of ten", () => {
  assert.equal(formatBytes(512), "512B");
  assert.equal(formatBytes(2048), "2.05KB");
  assert.equal(formatBytes(98_200_000), "98.2MB");
});

Deno.test("formatElapsed() shows days only when there are any", () => {
  assert.equal(formatElapsed(83_999), "00:01:23");
  assert.equal(formatElapsed(86_400_000 * 3 + 3_661_000), "3d 01:01:01");
  assert.equal(formatElapsed(-5), "00:00:00");
});

Deno.test("localTime() reads the zone, on both sides of a change of its clocks", () => {
  const before = Date.UTC(2026, 2, 29, 0, 59, 59, 999);
  assert.equal(
    localTime(before, "Europe/Berlin", "full"),
    "2026-03-29 01:59:59",
  );
  assert.equal(localTime(before + 1, "Europe/Berlin", "time"), "03:00:00");
  assert.equal(
    localTime(before + 1, "Europe/Berlin", "day_minute"),
    "03-29 03:00",
  );
});
