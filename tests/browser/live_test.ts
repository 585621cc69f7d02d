import assert from "node:assert/strict";
import { accessibilityFaults, browserTest, openTab } from "./chromium.ts";
import { serveShown, TOKEN, withServed } from "../page/served.ts";
import { grown, simulated } from "../page/simulated.ts";

const DUE = '[data-path="due"]';

browserTest(
  "a live page follows the run without being loaded anew, and asks nobody else",
  async (browser) => {
    const pages = await grown([10, 11, 12, 13]);
    await withServed(async ({ server, url }) => {
      server.update(() => pages[0]!);
      const { page, complaints, requests } = await openTab(browser, url);
      for (const data of pages) {
        server.update(() => data);
        const due = data.report.due.toLocaleString("en-US");
        await page.locator(`${DUE}:text-is("${due}")`).first()
          .waitFor({ timeout: 20_000 });
      }
      assert.match(await page.locator(".verdict").innerText(), /FIRING/);
      assert.match(await page.locator("body").innerText(), /forecast/);
      assert.deepEqual(await accessibilityFaults(page), []);
      assert.deepEqual(complaints, []);
      assert.deepEqual(
        [...new Set(requests.map((each) => new URL(each).origin))],
        [new URL(url).origin],
      );
    });
  },
);

browserTest(
  "a live page lives through the end of a run, and follows the next one at its address",
  async (browser) => {
    const { data } = await simulated();
    const [next] = await grown([7]);
    let port = 0;
    await withServed(async ({ server, url }) => {
      port = Number(new URL(url).port);
      server.update(() => data);
      const { page } = await openTab(browser, url);
      await server.close();
      await page.locator('.link:text-is("ended")').waitFor({ timeout: 20_000 });
      const listener = Deno.listen({ hostname: "127.0.0.1", port });
      const another = await serveShown(listener);
      another.update(() => next!);
      const due = next!.report.due.toLocaleString("en-US");
      await page.locator(`${DUE}:text-is("${due}")`).first()
        .waitFor({ timeout: 25_000 });
      await another.close();
    });
  },
);

browserTest(
  "the page's buttons work with the token of the address, which is taken out of it",
  async (browser) => {
    const [data] = await grown([5]);
    await withServed(async ({ server, url, actions }) => {
      server.update(() => data!);
      const { page, complaints } = await openTab(
        browser,
        `${url}#token=${TOKEN}&t=1-3`,
      );
      assert.equal(await page.evaluate("location.hash"), "#t=1-3");
      await page.getByRole("button", { name: "Pause" }).click();
      await page.locator('.control output:text-is("done")').waitFor();
      const stop = page.getByRole("button", { name: "Stop" });
      await stop.click();
      assert.equal(actions.length, 1, "once is not enough to stop");
      await stop.click();
      await page.locator('.control output:text-is("done")').waitFor();
      assert.deepEqual(actions.map(({ kind }) => kind), ["pause", "stop"]);
      assert.deepEqual(complaints, []);
    });
    await withServed(async ({ server, url }) => {
      server.update(() => data!);
      const { page } = await openTab(browser, url);
      assert.ok(await page.locator(".control").isHidden());
    }, false);
  },
);
