import assert from "node:assert/strict";
import { dataOf } from "../../src/cli/commands/page.ts";
import { renderPage } from "../../src/page/mod.ts";
import { RecordReader } from "../../src/record/mod.ts";
import { browserTest, openTab, withPageFile } from "../browser/chromium.ts";
import { longRun } from "../page/long_runs.ts";
import { withRecord } from "../record/support.ts";
import { writeYear } from "../record/year.ts";

/*
 * How long pages of long runs take: told, and held to be complete. A day is
 * meant to be drawn in a second, a year in two.
 */

browserTest("pages of a day and of a year draw themselves", async (browser) => {
  for (const [name, hours] of [["day", 24], ["year", 24 * 365]] as const) {
    const html = await renderPage(longRun(hours));
    await withPageFile(html, async (url) => {
      const { page, complaints } = await openTab(browser, url);
      const ms = await page.evaluate("performance.now()");
      console.log(
        `${name}: drawn ${Number(ms).toFixed(0)} ms after it was opened`,
      );
      assert.deepEqual(complaints, []);
    });
  }
});

Deno.test("the page of a record of a year is made, from its first hour to its last", () =>
  withRecord(async (path) => {
    writeYear(path);
    const record = new RecordReader(path);
    const begunMs = performance.now();
    const data = dataOf(record);
    const madeMs = performance.now();
    const html = await renderPage(data);
    console.log(
      `year: read in ${(madeMs - begunMs).toFixed(0)} ms, ${html.length} bytes`,
    );
    assert.ok(data.run.planned.length > 500);
    assert.ok(html.length < 500_000);
    record.close();
  }));
