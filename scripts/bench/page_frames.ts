import { type Browser, chromium, type Page } from "playwright-core";
import { renderPage } from "../../src/page/mod.ts";
import { longRun } from "../../tests/page/long_runs.ts";
import { CHROMIUM_ARGS, findChromium } from "../chromium.ts";
import { atMost, type Row } from "./rows.ts";

const DAY_HOURS = 24;
const VIEWPORT = { width: 1240, height: 1300 };
/** Frames of each way to look closer. */
const FRAMES = 240;
/** Sixty frames a second leave each so long. */
const FRAME_MS = 1000 / 60;
const DRAWN_MS_MAX = 1000;

/**
 * Before the page's own script: what its callbacks take in each frame. That is
 * the script's part of a frame; how fast a browser then paints depends on its
 * GPU, which a server does not have.
 */
const TIMED = `{
  const real = requestAnimationFrame;
  const frames = new Map();
  globalThis.frameMs = frames;
  globalThis.requestAnimationFrame = (task) => real((at) => {
    const begun = performance.now();
    task(at);
    const took = performance.now() - begun;
    frames.set(at, (frames.get(at) ?? 0) + took);
  });
}`;

/** Keys, one in each frame: in, aside, and out again. */
const KEYS = `(count) => new Promise((done) => {
  const keys = ["+", "+", "+", ".", ".", ",", "-", ",", "-", "-"];
  frameMs.clear();
  let i = 0;
  const next = () => {
    if (i >= count) return done();
    dispatchEvent(new KeyboardEvent("keydown", { key: keys[i++ % keys.length] }));
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})`;

/** What a day of three targets costs a browser: to be drawn, and in each frame while one looks closer. */
export async function frameRows(): Promise<readonly Row[]> {
  const executablePath = findChromium();
  if (executablePath === null) return [];
  const browser = await chromium.launch({
    executablePath,
    args: [...CHROMIUM_ARGS],
  });
  const file = await Deno.makeTempFile({ suffix: ".html" });
  try {
    await Deno.writeTextFile(file, await renderPage(longRun(DAY_HOURS)));
    return await measured(browser, `file://${file}`);
  } finally {
    await browser.close();
    await Deno.remove(file);
  }
}

async function measured(browser: Browser, url: string): Promise<Row[]> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.addInitScript(TIMED);
  await page.goto(url);
  await page.waitForSelector("html[data-ready]");
  const drawnMs = Number(await page.evaluate("performance.now()"));
  await page.evaluate(`(${KEYS})(${FRAMES})`);
  const zooming = await frameTimes(page);
  const dragging = await dragged(page);
  const figure = { bench: "page", unit: "ms" };
  const what = "a day of three targets";
  return [
    atMost({ ...figure, what: `${what}, drawn`, value: drawnMs }, DRAWN_MS_MAX),
    ...[["while one zooms", zooming], ["while one drags", dragging]].map(
      ([when, times]) =>
        atMost(
          {
            ...figure,
            what: `${what}, script in 19 of 20 frames ${when}`,
            value: atShare(times as readonly number[], 0.95),
          },
          Number(FRAME_MS.toFixed(1)),
        ),
    ),
  ];
}

/** Drags over the first chart, as a mouse does. */
async function dragged(page: Page): Promise<number[]> {
  await page.keyboard.press("0");
  const box = (await page.locator(".u-over").first().boundingBox())!;
  const y = box.y + box.height / 2;
  await page.evaluate("frameMs.clear()");
  for (let round = 0; round < 4; round++) {
    await page.mouse.move(box.x + box.width * 0.1, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, y, { steps: FRAMES / 4 });
    await page.mouse.up();
  }
  return await frameTimes(page);
}

async function frameTimes(page: Page): Promise<number[]> {
  return await page.evaluate("[...frameMs.values()]");
}

function atShare(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
}
