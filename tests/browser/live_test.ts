import assert from "node:assert/strict";
import type { PageData, PageWindow } from "../../src/page/mod.ts";
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
          .waitFor();
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
  "zooming in asks for closer columns, shows them, and says how fine they are",
  async (browser) => {
    const [data] = await grown([30]);
    const coarse = coarsened(data!);
    await withServed(async ({ server, url }) => {
      const asked: PageWindow[] = [];
      server.detail = (window) => {
        asked.push(window);
        return { span: data!.span, run: data!.run, series: data!.series };
      };
      server.update(() => coarse);
      const { page, complaints } = await openTab(browser, url);
      const steps = page.locator(".steps");
      assert.equal(await steps.innerText(), "columns of 10 s");
      assert.deepEqual(asked, [], "the whole run is there");
      await page.evaluate("location.hash = '#t=5-12'");
      await page.locator('.steps:text-is("columns of 1 s")').waitFor();
      assert.equal(asked.length, 1);
      const { fromMs, toMs } = asked[0]!;
      assert.equal(fromMs, coarse.span.fromMs + 1500, "and some at each side");
      assert.equal(toMs, coarse.span.fromMs + 15_500);
      await page.keyboard.press("0");
      await page.locator('.steps:text-is("columns of 10 s")').waitFor();
      assert.deepEqual(complaints, []);
    });
  },
);

/** The same run in columns of ten seconds, of which only the first second counts. */
function coarsened({ span, run, series, ...rest }: PageData): PageData {
  const some = <T>(list: readonly T[]) => list.filter((_, i) => i % 10 === 0);
  const cut = (part: object): object =>
    Object.fromEntries(
      Object.entries(part).map(([key, value]) => [
        key,
        Array.isArray(value)
          ? some(value)
          : key === "heat"
          ? { firstRow: 0, rows: 0, cells: "" }
          : ["factors", "failed", "missed"].includes(key)
          ? cut(value)
          : value,
      ]),
    );
  return {
    ...rest,
    span: { ...span, stepMs: 10_000 },
    run: cut(run) as PageData["run"],
    series: series.map((part) => cut(part) as PageData["series"][number]),
  };
}

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
      await page.locator('.link:text-is("ended")').waitFor();
      const listener = Deno.listen({ hostname: "127.0.0.1", port });
      const another = await serveShown(listener);
      another.update(() => next!);
      const due = next!.report.due.toLocaleString("en-US");
      await page.locator(`${DUE}:text-is("${due}")`).first()
        .waitFor();
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
