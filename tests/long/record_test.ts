import assert from "node:assert/strict";
import { RecordReader } from "../../src/record/mod.ts";
import { killAgainAndAgain } from "../record/killed.ts";
import { NOON, withRecord } from "../record/support.ts";
import { writeYear, YEAR_SEC } from "../record/year.ts";

Deno.test("a record that is killed at 200 random points is read after each", async () => {
  for (let seed = 1; seed <= 20; seed++) await killAgainAndAgain(10, seed);
});

Deno.test("a record of a year of three targets takes less than 150 MiB, and any span of it is few rows", () =>
  withRecord((path) => {
    writeYear(path);
    const { size } = Deno.statSync(path);
    console.log(`a year: ${(size / 2 ** 20).toFixed(1)} MiB`);
    assert.ok(size < 150 * 2 ** 20, `${size} bytes`);
    const record = new RecordReader(path);
    const to = NOON + YEAR_SEC;
    for (const sec of [3600, 86_400, 7 * 86_400, 90 * 86_400, YEAR_SEC]) {
      const begunMs = performance.now();
      const { columns, level } = record.columns({ from: to - sec, to });
      const drawnMs = performance.now();
      record.measures({ from: to - sec, to });
      const summedMs = performance.now() - drawnMs;
      console.log(
        `${sec} s: ${columns.length} columns of ${level} s drawn in ${
          (drawnMs - begunMs).toFixed(0)
        } ms, summed in ${summedMs.toFixed(0)} ms`,
      );
      assert.ok(columns.length <= 8760);
    }
    record.close();
  }));
