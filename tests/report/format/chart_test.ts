import assert from "node:assert/strict";
import fc from "fast-check";
import {
  bar,
  columnChart,
  maxOf,
  niceCeiling,
  resample,
  sparkline,
  stretchPeaks,
  widthOf,
} from "../../../src/report/mod.ts";

const RATES = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
  maxLength: 300,
});

Deno.test("sparkline() is blank for nothing and shows the least of something", () => {
  assert.equal(sparkline([0, 0.001, 50, 100], 100), " ▁▄█");
  assert.equal(sparkline([0, 0], 0), "  ");
});

Deno.test("columnChart() draws from the top down", () => {
  assert.deepEqual(columnChart([0, 4, 12, 16], { height: 2, max: 16 }), [
    "  ▄█",
    " ▄██",
  ]);
});

Deno.test("columnChart() has one column for each value, whatever the values", () => {
  const anything = fc.array(fc.double());
  fc.assert(
    fc.property(
      anything,
      fc.integer({ min: 1, max: 9 }),
      fc.double(),
      (values, height, max) => {
        const lines = columnChart(values, { height, max });
        assert.equal(lines.length, height);
        for (const line of lines) assert.equal(widthOf(line), values.length);
      },
    ),
  );
});

Deno.test("resample() keeps the mean when columns divide the values", () => {
  assert.deepEqual(resample([1, 3, 5, 7], 2), [2, 6]);
  assert.deepEqual(resample([1, 3], 4), [1, 3]);
});

Deno.test("resample() stays between the smallest and the largest value", () => {
  fc.assert(
    fc.property(RATES, fc.integer({ min: 1, max: 80 }), (values, columns) => {
      const shown = resample(values, columns);
      assert.equal(shown.length, Math.min(columns, values.length));
      const max = maxOf(values) * (1 + 1e-12);
      for (const value of shown) assert.ok(value >= 0 && value <= max);
    }),
  );
});

Deno.test("stretchPeaks() gives exactly the columns that were asked", () => {
  assert.deepEqual(stretchPeaks([1, 2], 5), [1, 1, 1, 2, 2]);
  assert.deepEqual(stretchPeaks([1, 3, 7, 5], 2), [3, 7]);
  assert.deepEqual(stretchPeaks([], 5), []);
});

Deno.test("bar() grows by eighths up to its columns", () => {
  assert.equal(bar(0, 100, 10), "");
  assert.equal(bar(50, 100, 10), "█████");
  assert.equal(bar(51, 100, 10), "█████▏");
  assert.equal(bar(1e9, 100, 10), "██████████");
});

Deno.test("niceCeiling() is never below the value nor twice above it", () => {
  assert.equal(niceCeiling(0), 1);
  assert.equal(niceCeiling(100), 100);
  assert.equal(niceCeiling(101), 120);
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (value) => {
      const ceiling = niceCeiling(value);
      assert.ok(ceiling >= value * (1 - 1e-9) && ceiling <= value * 2);
    }),
  );
});
