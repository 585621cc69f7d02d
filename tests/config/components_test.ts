import assert from "node:assert/strict";
import { config, MINIMAL, problems } from "./support.ts";

function patternOf(text: string) {
  return config(`${MINIMAL}pattern: { ${text} }`).pattern;
}

Deno.test("pattern.drift is a list of amplitudes and times", () => {
  const { drift } = patternOf(
    "drift: [{ amplitude: 0.22, time: 9m }, { amplitude: 0.1, time: 72h }]",
  );
  assert.deepEqual(drift, [
    { amplitude: 0.22, timeMs: 540_000 },
    { amplitude: 0.1, timeMs: 259_200_000 },
  ]);
});

Deno.test("pattern.burst has no bursts of the lengths that it leaves out", () => {
  assert.deepEqual(patternOf("burst: { mid: 0.65 }").burst, {
    ...{ slow: 0.5, mid: 0.65, fast: 0.5 },
  });
});

Deno.test("pattern.calendar reads dates as weekdays, times a multiplier", () => {
  const { calendar } = patternOf(
    "calendar: [{ date: 2026-12-25, as: sun, times: 0.6 }, { date: 2026-12-31, times: 2 }]",
  );
  assert.deepEqual(calendar, [
    { date: "2026-12-25", as: 7, times: 0.6 },
    { date: "2026-12-31", as: null, times: 2 },
  ]);
});

Deno.test("pattern.mix is an amplitude and a time", () => {
  assert.deepEqual(patternOf("mix: { amplitude: 0.2, time: 3h }").mix, {
    ...{ amplitude: 0.2, timeMs: 10_800_000 },
  });
});

Deno.test("a pattern that names none of them has no keys of them, and neither have empty lists", () => {
  for (const text of ["", "drift: [], calendar: []"]) {
    const pattern = JSON.parse(JSON.stringify(patternOf(text)));
    assert.deepEqual(Object.keys(pattern), ["poisson", "noise"]);
  }
});

const WRONG: readonly (readonly [text: string, problem: RegExp])[] = [
  [
    "drift: [{ amplitude: 0.8, time: 9m }, { amplitude: 0.7, time: 3h }]",
    /pattern\.drift: .*squares are 1 at most/,
  ],
  ["drift: [{ amplitude: 0.8, time: 3s }]", /drift.0.time: .*from 10s to/],
  ["drift: [{ time: 9m }]", /drift.0.amplitude/],
  [
    `drift: [${Array(5).fill("{ amplitude: 0.1, time: 9m }").join(", ")}]`,
    /pattern\.drift: .*4/,
  ],
  ["burst: { slow: 0.96 }", /burst.slow: .*0\.95/],
  ["burst: { quick: 0.6 }", /burst.quick: unknown key/],
  ["calendar: [{ date: 2026-02-30, times: 2 }]", /calendar.0.date: .*a date/],
  ["calendar: [{ date: 2026-02-03 }]", /calendar.0: .*as, times or both/],
  ["calendar: [{ date: 2026-02-03, as: sunday }]", /calendar.0.as: /],
  [
    "calendar: [{ date: 2026-02-03, times: 1 }, { date: 2026-02-03, times: 2 }]",
    /calendar.1.date: .*unique/,
  ],
  ["mix: { amplitude: 2, time: 3h }", /mix.amplitude: .*1/],
];

for (const [text, problem] of WRONG) {
  Deno.test(`pattern: { ${text} } is one error with its place`, () => {
    const found = problems(`${MINIMAL}pattern: { ${text} }`);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0]!, problem);
  });
}
