import assert from "node:assert/strict";
import { renderPage } from "../../src/page/mod.ts";
import { simulated } from "../page/simulated.ts";
import { browserTest, openTab, withPageFile } from "./chromium.ts";

/*
 * What a simulated run looks like, at two sizes and in both colour schemes.
 * `UPDATE_GOLDEN=1` takes the pictures anew; then look at them.
 */

const FOLDER = `${import.meta.dirname}/golden`;
const LOOKS = [
  { name: "desk-light", colorScheme: "light", width: 1240, height: 1300 },
  { name: "desk-dark", colorScheme: "dark", width: 1240, height: 1300 },
  { name: "phone-light", colorScheme: "light", width: 400, height: 1300 },
  { name: "phone-dark", colorScheme: "dark", width: 400, height: 1300 },
] as const;

/** Letters are drawn a little differently elsewhere; a chart that is gone is more than this. */
const DIFFERENT_SHARE_MAX = 0.02;

/** Share of the pixels that are clearly different, told by a browser. */
const COMPARE = `async ([a, b]) => {
  const pixels = async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    return { data, width: image.width, height: image.height };
  };
  const [x, y] = [await pixels(a), await pixels(b)];
  if (x.width !== y.width || x.height !== y.height) return 1;
  let different = 0;
  for (let i = 0; i < x.data.length; i += 4) {
    const apart = Math.abs(x.data[i] - y.data[i]) +
      Math.abs(x.data[i + 1] - y.data[i + 1]) +
      Math.abs(x.data[i + 2] - y.data[i + 2]);
    if (apart > 96) different++;
  }
  return different / (x.data.length / 4);
}`;

for (const { name, colorScheme, width, height } of LOOKS) {
  browserTest(`the page looks as it did: ${name}`, async (browser) => {
    const { data } = await simulated();
    await withPageFile(await renderPage(data), async (url) => {
      const viewport = { width, height };
      const { page } = await openTab(browser, url, { colorScheme, viewport });
      const picture = await page.screenshot();
      const path = `${FOLDER}/${name}.png`;
      if (Deno.env.get("UPDATE_GOLDEN")) {
        await Deno.mkdir(FOLDER, { recursive: true });
        return await Deno.writeFile(path, picture);
      }
      const golden = await Deno.readFile(path);
      const both = [golden, new Uint8Array(picture)].map((each) =>
        each.toBase64()
      );
      const blank = await browser.newPage();
      const share = Number(
        await blank.evaluate(`(${COMPARE})(${JSON.stringify(both)})`),
      );
      assert.ok(
        share <= DIFFERENT_SHARE_MAX,
        `${(share * 100).toFixed(1)} % of the pixels are different`,
      );
    });
  });
}
