import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type PageData, renderPage } from "../../src/page/mod.ts";
import { simulated } from "../page/simulated.ts";
import {
  accessibilityFaults,
  browserTest,
  drawn,
  openTab,
  withPageFile,
} from "./chromium.ts";

browserTest(
  "one scenario is chosen by hand, key and address, and all else is empty then",
  async (browser) => {
    const { data } = await simulated({ scenarios: true });
    const names = data.scenarios!.map(({ name }) => name);
    assert.deepEqual(names, ["calm", "peak"]);
    assert.deepEqual(new Set(data.run.scenario), new Set([0, 1, -1]));
    await withPageFile(await renderPage(data), async (url) => {
      const { page, complaints } = await openTab(browser, url);
      await page.getByLabel("Scenario").selectOption("peak");
      assert.equal(await page.evaluate("location.hash"), "#scenario=peak");
      await drawn(page);
      const [from, to] = [0, -1].map((at) => {
        const columns = data.run.scenario!.flatMap((each, i) =>
          each === 1 ? [i] : []
        );
        return columns.at(at)!;
      });
      await cursorAt(page, data, from! - 2);
      assert.match(await page.locator(".readout").innerText(), /calm/);
      assert.doesNotMatch(
        await page.locator(".readout").innerText(),
        /planned/,
      );
      await cursorAt(page, data, to! - 1);
      assert.match(
        await page.locator(".readout").innerText(),
        /scenario\s*peak[^]*planned/,
      );
      const other = await openTab(browser, `${url}#scenario=calm&target=api`);
      assert.equal(
        await other.page.getByLabel("Scenario").inputValue(),
        "calm",
      );
      await page.keyboard.press("s");
      assert.equal(await page.evaluate("location.hash"), "");
      assert.deepEqual(complaints, []);
      assert.deepEqual(await accessibilityFaults(other.page), []);
    });
  },
);

/** Puts the mouse over a column of the first chart. */
async function cursorAt(
  page: Page,
  data: PageData,
  column: number,
): Promise<void> {
  const { fromMs, toMs, stepMs } = data.span;
  const box = (await page.locator(".u-over").first().boundingBox())!;
  const share = (column + 0.5) * stepMs / (toMs - fromMs);
  await page.mouse.move(box.x + box.width * share, box.y + 60);
  await drawn(page);
}
