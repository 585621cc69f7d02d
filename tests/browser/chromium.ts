import axe from "axe-core";
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { until } from "../fixtures/until.ts";
import { CHROMIUM_ARGS, findChromium } from "../../scripts/chromium.ts";

/** The browser of the tests; null where there is none. */
export const CHROMIUM = findChromium();

if (CHROMIUM === null) {
  console.log(
    "No Chromium was found (KAR_CHROMIUM may name one): tests in a browser are skipped",
  );
}

/** Nothing on a busy machine takes longer. */
export const PATIENCE_MS = 60_000;
/** A chart is drawn once the browser has told that it is in sight. */
const IS_DRAWN = `[...document.querySelectorAll("figure")].every((figure) => {
  const { top, bottom } = figure.getBoundingClientRect();
  const isSeen = bottom > 0 && top < innerHeight;
  return !isSeen || figure.querySelector("canvas, .nothing:not(:empty)") !== null;
})`;

/** A page in a browser, and what it did. */
export interface Tab {
  readonly page: Page;
  /** Errors and warnings of its console. */
  readonly complaints: readonly string[];
  /** Everything that it asked for. */
  readonly requests: readonly string[];
}

/** A test in a browser; left out where there is none. */
export function browserTest(
  name: string,
  fn: (browser: Browser) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: CHROMIUM === null,
    async fn() {
      const browser = await chromium.launch({
        executablePath: CHROMIUM!,
        args: [...CHROMIUM_ARGS],
      });
      try {
        await fn(browser);
      } finally {
        await browser.close();
      }
    },
  });
}

/** Opens an address, and waits until the page has drawn itself. */
export async function openTab(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Tab> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      complaints.push(message.text());
    }
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(url);
  await page.waitForSelector("html[data-ready]");
  await drawn(page);
  return { page, complaints, requests };
}

/** Waits until the page has drawn what was asked of it, where it is seen. */
export async function drawn(page: Page): Promise<void> {
  await until(
    "all that is seen is drawn",
    async () => Boolean(await page.evaluate(IS_DRAWN)),
  );
  await page.evaluate("new Promise(requestAnimationFrame)");
  await page.evaluate("new Promise(requestAnimationFrame)");
}

/** What an accessibility checker finds on a page. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    // deno-lint-ignore no-explicit-any -- it was put there a line above
    (globalThis as any).axe.run()
  );
  return violations.map((
    { id, impact, nodes }: {
      id: string;
      impact: string;
      nodes: { html: string }[];
    },
  ) => `${id} (${impact}): ${nodes[0]!.html.slice(0, 200)}`);
}

/** A page as a file; the folder goes away with it. */
export async function withPageFile(
  html: string,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kar-page-test-" });
  try {
    await Deno.writeTextFile(`${folder}/page.html`, html);
    await use(`file://${folder}/page.html`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
