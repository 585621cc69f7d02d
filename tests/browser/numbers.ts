import assert from "node:assert/strict";
import type { Page } from "playwright-core";

/** What a number of the page may be off by: times have two or three significant digits. */
const TIME_SLACK = 0.06;

/** A number that the page shows, read back by rules of its own. */
function numberIn(text: string): number | null {
  if (text === "–") return null;
  const match = /^([\d,]*\.?\d+)\s*(ms|s)?$/.exec(text);
  assert.ok(match !== null, `${text} is not a number`);
  return Number(match[1]!.replaceAll(",", "")) * (match[2] === "s" ? 1000 : 1);
}

function valueAt(report: object, path: string): unknown {
  return path.split(".").reduce<unknown>(
    (value, key) => (value as Record<string, unknown>)[key],
    report,
  );
}

/**
 * Holds every number of a page that says where it stands in the report against
 * that report.
 *
 * @returns the places of all of them
 */
export async function assertNumbers(
  page: Page,
  report: object,
): Promise<string[]> {
  const shown = await page.$$eval(
    "[data-path]",
    (all) =>
      all.map((each) => [each.getAttribute("data-path"), each.textContent]),
  ) as [string, string][];
  for (const [path, text] of shown) {
    const wanted = valueAt(report, path);
    assert.ok(wanted !== undefined, `${path} is not in the report`);
    if (typeof wanted === "string") {
      assert.equal(text, wanted);
      continue;
    }
    // It stands there as it is, and not as a count.
    if (path === "seed") {
      assert.equal(Number(text), wanted);
      continue;
    }
    const number = numberIn(text);
    if (number === null || wanted === null) {
      assert.equal(number, wanted, path);
      continue;
    }
    const slack = path.endsWith("Ms") ? TIME_SLACK * (wanted as number) : 0;
    assert.ok(
      Math.abs(number - (wanted as number)) <= slack,
      `${path}: ${text} for ${wanted}`,
    );
  }
  return shown.map(([path]) => path);
}
