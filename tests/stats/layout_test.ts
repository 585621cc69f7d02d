import { LANE_CELLS, LAW_CELLS } from "../../src/stats/mod.ts";
import { CODES } from "../../src/protocol/mod.ts";
import assert from "node:assert/strict";
import { PHASES } from "../../src/pattern/mod.ts";
import { COUNTER, createRegion, Layout } from "../../src/stats/mod.ts";
import {
  GAUGE,
  MOMENT,
  NO_STAMP,
  ROW,
  STEP_ROWS,
  TALLY,
  viewRegion,
} from "../../src/stats/layout.ts";

for (const [targets, journeys] of [[1, 0], [3, 2], [64, 16]] as const) {
  Deno.test(`Layout of ${targets} targets and ${journeys} journeys gives each cell one use, and no cell none`, () => {
    const layout = new Layout(targets, journeys);
    const cells = new Uint8Array(layout.cellCount);
    const take = (at: number, count: number) => {
      for (let i = at; i < at + count; i++) cells[i]!++;
    };
    take(0, COUNTER.width);
    for (let row = 0; row < STEP_ROWS; row++) take(layout.row(row), ROW.width);
    take(layout.codes, targets * CODES);
    take(layout.failedCodes, targets * CODES);
    take(layout.begun, targets);
    take(layout.later, targets);
    take(layout.law, LAW_CELLS);
    take(layout.lanes, LANE_CELLS);
    for (let series = 0; series < targets + journeys; series++) {
      for (let phase = 0; phase < PHASES.length; phase++) {
        take(layout.tally(layout.block(series, phase)), TALLY.width);
      }
    }
    const floats = new Uint8Array(layout.floatCount).fill(1, 0, GAUGE.width);
    for (const { at, shape, moments } of layout.histograms()) {
      take(at, 1 + shape.cells);
      for (let i = 0; i < MOMENT.width; i++) floats[moments + i]!++;
    }
    assert.ok(cells.every((uses) => uses === 1));
    assert.ok(floats.every((uses) => uses === 1));
    assert.equal(layout.blocks, (targets + journeys) * PHASES.length);
  });
}

Deno.test("createRegion() is empty: no counts, no stamps, no least value", () => {
  const layout = new Layout(2);
  const { cells, floats } = viewRegion(createRegion(layout), layout);
  const others = Array.from(cells).filter((cell) => cell !== 0);
  assert.equal(others.length, STEP_ROWS);
  assert.ok(others.every((cell) => cell === NO_STAMP));
  for (const { moments } of layout.histograms()) {
    assert.equal(floats[moments + MOMENT.min], Infinity);
    assert.equal(floats[moments + MOMENT.max], 0);
  }
});
