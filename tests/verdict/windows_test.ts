import assert from "node:assert/strict";
import fc from "fast-check";
import { FINE } from "../../src/stats/mod.ts";
import { Judging } from "../../src/verdict/mod.ts";
import { slowly } from "./reference.ts";
import { part, second, secondsDrawn, SERIES, threshold } from "./seconds.ts";
import { durations } from "./seconds.ts";

const LINES = [
  "response.p50 < 300ms",
  "response.p90{target=api} < 700ms",
  "response.p75{phase=spike,target=web} <= 500ms",
  "response.mean{phase=ramp} < 400ms",
  "response.max > 100ms",
  "lag.p50 < 2ms",
  "lag.mean{phase=spike} < 3ms",
  "errors < 10%",
  "errors{phase=ramp} < 20%",
  "status.5xx{target=web} < 5%",
  "status.404 == 0%",
  "achieved{target=api} >= 95%",
  "missed == 3",
  "rate >= 20/s",
  "rate{phase=spike} < 60/s",
];

const lineDrawn = fc.record({
  line: fc.constantFrom(...LINES),
  over: fc.integer({ min: 1, max: 12 }),
  times: fc.integer({ min: 1, max: 3 }),
}).map(({ line, over, times }) =>
  threshold(`${line} over ${over}s for ${times}`)
);

Deno.test("windows of any threshold come to what counting them anew comes to", () =>
  fc.assert(
    fc.property(
      fc.array(lineDrawn, { minLength: 1, maxLength: 6 }),
      secondsDrawn,
      fc.constantFrom(0, 0.05, 0.5, 1),
      (thresholds, seconds, tolerate) => {
        const judging = new Judging(() => SERIES);
        judging.ask({ thresholds, tolerate, allowUnknown: false });
        for (const second of seconds) judging.take(second);
        judging.read().thresholds.forEach((fast, i) => {
          const slow = slowly(thresholds[i]!, seconds, tolerate);
          const { result, breachedMs, windows, value } = fast;
          assert.deepEqual({ result, breachedMs, windows }, {
            result: slow.result,
            breachedMs: slow.breachedMs,
            windows: slow.windows,
          }, thresholds[i]!.text);
          assert.equal(typeof value, typeof slow.value);
          if (typeof value !== "number") return;
          const off = Math.abs(value - Number(slow.value));
          assert.ok(off <= 1e-9 * Math.abs(value), `${value} ${slow.value}`);
        });
      },
    ),
    { seed: 98, numRuns: 100 },
  ));

Deno.test("a window of minutes slides by minutes and forgets what left it", () => {
  const judging = new Judging(() => SERIES);
  const asked = threshold("response.p50 < 100ms over 2m");
  judging.ask({ thresholds: [asked], tolerate: 1, allowUnknown: false });
  const slow = part({ response: durations(Array(50).fill(500)) });
  const quick = part({ response: durations(Array(50).fill(5)) });
  for (let s = 1; s <= 600; s++) {
    judging.take(second(s * 1000, [s <= 60 ? slow : quick]));
  }
  const [read] = judging.read().thresholds;
  // Ends of the windows: minutes 2 to 10; half of the first one is slow.
  assert.deepEqual(read!.windows, { kept: 9, breached: 0, unknown: 0 });
  assert.equal(read!.result, "pass");
});

Deno.test("of fifty thresholds each window is judged once, when it is full", () => {
  const thresholds = Array.from(
    { length: 50 },
    (_, i) =>
      threshold(
        `response.p9${i % 10}{target=api} < ${i + 1}00ms over ${i + 1}s`,
      ),
  );
  const judging = new Judging(() => SERIES);
  judging.ask({ thresholds, tolerate: 1, allowUnknown: false });
  const response = durations(Array.from({ length: 300 }, (_, i) => i + 0.5));
  for (let s = 1; s <= 70; s++) {
    judging.take(second(s * 1000, [part({ response })]));
  }
  const counts = judging.read().thresholds.map(({ windows }) =>
    windows!.kept + windows!.breached
  );
  assert.deepEqual(counts, thresholds.map((_, i) => 70 - i));
});

Deno.test("a scenario is told apart by its parts, and by the second where there are none", () => {
  const judging = new Judging(() => SERIES);
  const thresholds = [
    threshold("errors{scenario=peak} == 0%"),
    threshold("errors{scenario=calm} == 0%"),
    threshold("rate{scenario=peak} == 50/s"),
  ];
  judging.ask({ thresholds, tolerate: 1, allowUnknown: false });
  const half = { completed: 50, sent: 50 };
  for (let s = 1; s <= 10; s++) {
    const parts = [
      part({ ...half, scenario: 0 }),
      part({ ...half, scenario: 1, failed: 25 }),
    ];
    const scenarios = ["calm", "peak"];
    judging.take(second(s * 1000, parts, { scenario: "peak", scenarios }));
  }
  const results = judging.read().thresholds.map(({ result }) => result);
  assert.deepEqual(results, ["fail", "pass", "pass"]);
});

/** How many of so many seconds, each with a hundred sends, are not trusted. */
function untrustedOf(lags: readonly number[], sends = 100) {
  const judging = new Judging(() => SERIES);
  judging.ask({
    thresholds: [threshold("errors < 1% over 1s")],
    tolerate: 0.05,
    allowUnknown: false,
  });
  lags.forEach((ms, i) => {
    const sendLag = durations(Array(sends).fill(ms), FINE);
    const sent = part({ sent: sends, completed: sends });
    judging.take(second(i * 1000 + 1000, [sent], { sendLag }));
  });
  const { untrustedSeconds, thresholds } = judging.read();
  return { untrustedSeconds, unknown: thresholds[0]!.windows!.unknown };
}

Deno.test("send lag is gathered over seconds until there are enough to judge it", () => {
  const all = untrustedOf(Array(30).fill(20));
  // Before there were a thousand nobody could tell.
  assert.deepEqual(all, { untrustedSeconds: 30, unknown: 21 });
  assert.equal(untrustedOf(Array(30).fill(9)).untrustedSeconds, 0);
  assert.equal(untrustedOf(Array(9).fill(20)).untrustedSeconds, 0);
  assert.equal(untrustedOf(Array(3).fill(20), 1000).untrustedSeconds, 3);
});

Deno.test("one late second leaves those beside it trusted", () => {
  const at = (late: number) =>
    Array.from({ length: 60 }, (_, i) => i === late ? 20 : 1);
  for (const late of [2, 30]) {
    assert.equal(untrustedOf(at(late)).untrustedSeconds, 1, `${late}`);
  }
});
