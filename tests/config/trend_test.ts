import assert from "node:assert/strict";
import { config, MINIMAL, problems } from "./support.ts";

function trendOf(text: string) {
  return config(`${MINIMAL}pattern: { trend: ${text} }`).pattern.trend!;
}

const SEPTEMBER_MS = Date.UTC(2026, 8, 1);

Deno.test("pattern.trend takes percent by the week or by the day", () => {
  for (const text of ["1.8%", "1.8", '"1.8"', '"1.8%"']) {
    const { perWeek, sinceMs } = trendOf(
      `{ per_week: ${text}, since: 2026-09-01 }`,
    );
    assert.ok(Math.abs(perWeek - 0.018) < 1e-12);
    assert.equal(sinceMs, SEPTEMBER_MS);
  }
  const { perWeek } = trendOf("{ per_day: 1%, since: 2026-09-01 }");
  assert.ok(Math.abs(perWeek - (1.01 ** 7 - 1)) < 1e-12);
});

Deno.test("pattern.trend may begin at an instant with an offset", () => {
  const { sinceMs } = trendOf(
    '{ per_week: -1%, since: "2026-09-01T02:00+02:00" }',
  );
  assert.equal(sinceMs, SEPTEMBER_MS);
});

const WRONG: readonly (readonly [text: string, problem: RegExp])[] = [
  ["{ since: 2026-09-01 }", /:2:19: pattern.trend: .*per_day or per_week/],
  [
    "{ per_day: 1, per_week: 1, since: 2026-09-01 }",
    /:2:19: pattern.trend: .*either per_day or per_week/,
  ],
  [
    "{ per_week: 101, since: 2026-09-01 }",
    /:2:31: pattern.trend.per_week: .*percent from -99 to 100.*got 101/,
  ],
  ["{ per_week: 1e3%, since: 2026-09-01 }", /per_week: .*percent.*"1e3%"/],
  ["{ per_week: 1, since: 2026-02-30 }", /since: .*a date.*"2026-02-30"/],
  ["{ per_week: 1 }", /since: .*a date/],
];

for (const [text, problem] of WRONG) {
  Deno.test(`pattern.trend: ${text} is an error with its place`, () => {
    const found = problems(`${MINIMAL}pattern: { trend: ${text} }`);
    assert.equal(found.length, 1);
    assert.match(found[0]!, problem);
  });
}
