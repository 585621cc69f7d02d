import assert from "node:assert/strict";
import { type ScreenModel, withSecond } from "../../src/screen/mod.ts";
import { forecastFixture } from "../fixtures/forecast.ts";
import { BASE, historyOf, modelOf, textOf } from "./support.ts";

/** The lowest row of the chart: past and future. */
function chartOf(model: ScreenModel, columns: number): string[] {
  const row = textOf(model, { columns }).split("\n")
    .filter((line) => /^ .*│/.test(line)).at(-1)!;
  return row.slice(1).split("│").map((half) => half.trimEnd());
}

/** Wide enough for a second in each column, and what that makes of a half. */
const SECOND_EACH = { columns: 243, half: 120 };

Deno.test("renderScreen() puts past and future on one scale and leaves the unknown blank", () => {
  const flat = {
    ...modelOf().forecast!,
    rows: [{ ...forecastFixture().rows[0]!, rate: 100 }],
  };
  const history = historyOf(BASE, [100, 50]);
  const { columns, half } = SECOND_EACH;
  const [past, next] = chartOf(
    modelOf({}, { history, forecast: flat }),
    columns,
  );
  assert.equal(past, "██".padStart(half));
  assert.equal(next, "█");
  const skipped = withSecond(history, history.endSec + 1, 100);
  const later = { nowMs: BASE.nowMs + 2000 };
  const gap =
    chartOf(modelOf(later, { history: skipped, forecast: flat }), columns)[0];
  assert.equal(gap, "██ █".padStart(half));
});

Deno.test("renderScreen() moves its chart by whole columns, which hold the same seconds for as long as they are there", () => {
  const rates = Array.from({ length: 300 }, (_, sec) => 10 + sec % 37 * 5);
  const pasts = Array.from({ length: 60 }, (_, sec) => {
    const nowMs = BASE.startMs + (200 + sec) * 1000;
    const history = {
      endSec: 200 + sec,
      rates: rates.slice(0, 200 + sec),
    };
    const model = modelOf({ nowMs }, { history, forecast: null });
    // The newest column is still growing.
    return chartOf(model, 80)[0]!.slice(0, -1);
  });
  for (const [i, past] of pasts.slice(1).entries()) {
    const before = pasts[i]!;
    assert.ok(
      past === before || past.startsWith(before.slice(1)),
      `${before}\n${past}`,
    );
  }
});

for (const columns of [40, 80, 120, 200, 243]) {
  Deno.test(`renderScreen() fills the chart of a run that lasted 20 s or more, at ${columns} columns`, () => {
    for (let age = 20; age <= 200; age++) {
      const nowMs = BASE.startMs + age * 1000;
      const history = { endSec: age, rates: new Array<number>(age).fill(50) };
      const model = modelOf({ nowMs }, { history, forecast: null });
      const [past] = chartOf(model, columns);
      const half = Math.floor((columns - 3) / 2);
      assert.equal(past!.replace(/[^ ]/g, "█"), "█".repeat(half), `${age} s`);
    }
  });
}

Deno.test("renderScreen() says how long its chart is: twenty seconds of a young run, two minutes of an old one", () => {
  const titleOf = (age: number) => {
    const nowMs = BASE.startMs + age * 1000;
    return /sent, last (\S+)/.exec(textOf(modelOf({ nowMs })))?.[1];
  };
  assert.deepEqual(
    [1, 20, 40, 80, 120, 9999].map(titleOf),
    ["19s", "19s", "38s", "1m16s", "1m54s", "1m54s"],
  );
});

Deno.test("renderScreen() shows nothing to come where nothing comes", () => {
  const { columns } = SECOND_EACH;
  assert.equal(chartOf(modelOf({}, { forecast: null }), columns)[1], "");
});

Deno.test("renderScreen() says no more of the future than the run has left", () => {
  const titleOf = (leftMs: number) =>
    textOf(modelOf({ endMs: BASE.nowMs + leftMs }), { columns: 120 })
      .split("\n").find((line) => line.includes("sent, last"))!;
  assert.match(titleOf(5000), /planned, next 5s$/);
  assert.match(titleOf(0), /nothing more is planned$/);
  assert.doesNotMatch(titleOf(3_600_000), /1h/);
});
