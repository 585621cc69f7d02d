import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import {
  type PageData,
  pageData,
  pageHead,
  renderPage,
} from "../../src/page/mod.ts";
import { until } from "../fixtures/until.ts";
import { snapshotFixture } from "../fixtures/snapshot.ts";
import { simulated } from "../page/simulated.ts";
import {
  accessibilityFaults,
  browserTest,
  drawn,
  openTab,
  withPageFile,
} from "./chromium.ts";
import { assertNumbers } from "./numbers.ts";

/** Names that would be something else, were they not mere texts. */
const HOSTILE = [
  "<img src=x onerror=alert(1)>",
  "</script><script>document.title='owned'</script>",
  "\u202Egnp.exe",
  "x".repeat(300),
];

/** How much further the page reaches than the window. */
const WIDER = "document.documentElement.scrollWidth - innerWidth";

/** Drags over the first chart, between two shares of its width. */
async function drag(page: Page, from: number, to: number): Promise<void> {
  const box = (await page.locator(".u-over").first().boundingBox())!;
  await page.mouse.move(box.x + box.width * from, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to, box.y + 60, { steps: 4 });
  await page.mouse.up();
}

/** The window in an address, by rules of the test's own. */
function parseHash(hash: string): { from: number; to: number } {
  const [from, to] = hash.replace("#t=", "").split("-").map(Number);
  return { from: from!, to: to! };
}

browserTest(
  "every number on the page is the one in the report",
  async (browser) => {
    const { data } = await simulated();
    await withPageFile(await renderPage(data), async (url) => {
      const { page } = await openTab(browser, url);
      const shown = await assertNumbers(page, data.report);
      assert.ok(shown.length > 60, `${shown.length} numbers`);
    });
  },
);

browserTest(
  "thresholds, recovery, samples and proof have their panels, with the report's numbers",
  async (browser) => {
    const snapshot = snapshotFixture();
    const head = pageHead({ snapshot, events: [], ahead: null });
    const columns = { lengthMs: 1000, intervals: [], toMs: null };
    const plain = pageData(head, { columns, marks: [] });
    const sample = {
      ...{ why: "slow" as const, target: "api", kind: null, code: 200 },
      trace: null,
      intended: plain.report.start,
      ...{ responseMs: 812, serviceMs: 800, reason: "", body: "<b>late</b>" },
    };
    const data = { ...plain, report: { ...plain.report, samples: [sample] } };
    await withPageFile(await renderPage(data), async (url) => {
      const { page, complaints } = await openTab(browser, url);
      const text = await page.locator("main").innerText();
      const { recovery } = data.report;
      assert.ok(recovery.spikes.length > 0);
      for (const title of ["Recovery after spikes", "Requests to look at"]) {
        assert.ok(text.includes(title), title);
      }
      for (const { target, spikes } of recovery.medians) {
        assert.match(text, new RegExp(`${target}\\s.*\\s${spikes}\\b`));
      }
      assert.match(
        text,
        new RegExp(`counts\\s+${data.report.proof.counts.result}`),
      );
      assert.deepEqual(complaints, []);
      assert.deepEqual(await accessibilityFaults(page), []);
    });
  },
);

browserTest(
  "a frozen page asks for nothing but itself and has nothing to complain of",
  async (browser) => {
    const { data } = await simulated();
    await withPageFile(await renderPage(data), async (url) => {
      const { page, complaints, requests } = await openTab(browser, url);
      await page.mouse.move(400, 400);
      await page.keyboard.press("ArrowRight");
      assert.deepEqual(complaints, []);
      assert.deepEqual(requests, [url]);
    });
  },
);

browserTest(
  "its policy refuses a script that somebody adds",
  async (browser) => {
    const { data } = await simulated();
    await withPageFile(await renderPage(data), async (url) => {
      const { page, complaints } = await openTab(browser, url);
      await page.evaluate(`{
      const script = document.createElement("script");
      script.textContent = "document.title = 'owned'";
      document.body.append(script);
    }`);
      assert.notEqual(await page.title(), "owned");
      await until(
        "it is complained of",
        () => /Content Security Policy/.test(complaints.join()),
      );
    });
  },
);

browserTest(
  "names, reasons and events from outside stay text",
  async (browser) => {
    const { data } = await simulated({ targets: HOSTILE });
    const events = HOSTILE.map((text, i) => ({
      t: data.span.fromMs + i,
      level: "warn" as const,
      text,
    }));
    const reasons = HOSTILE.map((reason) => ({
      ...{ kind: "status" as const, code: 500, count: 1 },
      reason,
    }));
    const [first, ...rest] = data.report.targets;
    const report = {
      ...data.report,
      targets: [{ ...first!, reasons }, ...rest],
      warnings: HOSTILE,
    };
    const page = await renderPage({ ...data, events, report });
    await withPageFile(page, async (url) => {
      const { page, complaints, requests } = await openTab(browser, url);
      assert.deepEqual(complaints, []);
      assert.deepEqual(requests, [url]);
      assert.equal(await page.locator("img").count(), 0);
      assert.equal(await page.title(), "kar");
      const text = await page.locator("body").innerText();
      for (const name of HOSTILE) {
        assert.ok(text.includes(name), `${name} is shown as it is`);
      }
      const wide = await page.evaluate(WIDER);
      assert.ok(Number(wide) <= 0, "nothing makes the page scroll sideways");
    });
  },
);

browserTest(
  "an accessibility checker finds nothing, light, dark, and on a phone",
  async (browser) => {
    const { data } = await simulated();
    await withPageFile(await renderPage(data), async (url) => {
      for (
        const options of [
          { colorScheme: "light" },
          { colorScheme: "dark" },
          { viewport: { width: 400, height: 800 } },
        ] as const
      ) {
        const { page } = await openTab(browser, url, options);
        assert.deepEqual(await accessibilityFaults(page), []);
        const wide = await page.evaluate(WIDER);
        assert.ok(Number(wide) <= 0, "no sideways scrolling");
      }
    });
  },
);

browserTest(
  "a drag zooms all charts and the address, which brings it back",
  async (browser) => {
    const { data } = await simulated();
    await withPageFile(await renderPage(data), async (url) => {
      const { page } = await openTab(browser, url);
      await drag(page, 0.25, 0.5);
      const hash = await page.evaluate("location.hash");
      const { from, to } = parseHash(`${hash}`);
      const length = (data.span.toMs - data.span.fromMs) / 1000;
      assert.ok(Math.abs(from / length - 0.25) < 0.02, `${hash}`);
      assert.ok(Math.abs(to / length - 0.5) < 0.02, `${hash}`);
      const other = await openTab(browser, url + hash);
      assert.equal(await other.page.evaluate("location.hash"), hash);
      await page.keyboard.press("0");
      assert.equal(await page.evaluate("location.hash"), "");
    });
  },
);

browserTest(
  "keys move the cursor, choose a target and show themselves",
  async (browser) => {
    const { data } = await simulated();
    await withPageFile(await renderPage(data), async (url) => {
      const { page } = await openTab(browser, url);
      const readout = page.locator(".readout");
      assert.ok(await readout.isHidden());
      for (let i = 0; i < 9; i++) await page.keyboard.press("ArrowRight");
      await drawn(page);
      const said = await readout.innerText();
      assert.match(said, /planned/);
      assert.match(said, /why\s*90\/s × .*noise/);
      await page.keyboard.press("Escape");
      await drawn(page);
      assert.ok(await readout.isHidden());
      await page.keyboard.press("t");
      assert.equal(
        await page.evaluate("location.hash"),
        `#target=${data.series[1]!.target}`,
      );
      await page.keyboard.press("?");
      assert.ok(await page.locator("dialog").isVisible());
      await page.keyboard.press("Escape");
      assert.ok(await page.locator("dialog").isHidden());
    });
  },
);

browserTest(
  "short and empty runs are drawn without complaint, and all of it prints",
  async (browser) => {
    const { data } = await simulated({ seconds: 1 });
    const empty: PageData =
      (await simulated({ seconds: 0, isOver: false })).data;
    for (const each of [data, empty]) {
      await withPageFile(await renderPage(each), async (url) => {
        const viewport = { width: 1240, height: 4000 };
        const { page, complaints } = await openTab(browser, url, { viewport });
        await drawn(page);
        assert.deepEqual(complaints, []);
        // Each figure is drawn, or says in a sentence why there is nothing to draw.
        const figures = await page.locator("figure").count();
        const drawnOnes = page.locator("figure:has(canvas)");
        const silent = page.locator("figure:has(p.nothing:visible)");
        const settled = drawnOnes.or(silent);
        assert.ok(figures >= 7);
        // A chart is drawn once the browser has told that it is in sight.
        await settled.nth(figures - 1).waitFor({ state: "attached" });
        assert.equal(await settled.count(), figures);
        const pdf = await page.pdf();
        assert.ok(pdf.byteLength > 10_000);
      });
    }
  },
);
