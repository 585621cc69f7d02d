import assert from "node:assert/strict";
import fc from "fast-check";
import {
  parseThreshold,
  strideSec,
  type Threshold,
} from "../../src/threshold/mod.ts";

/** One that must be right. */
function read(text: string): Threshold {
  const result = parseThreshold(text);
  assert.ok(result.kind === "threshold", `${text}: ${JSON.stringify(result)}`);
  return result.threshold;
}

function complaint(text: string): string {
  const result = parseThreshold(text);
  assert.ok(result.kind === "wrong", `${text} was taken`);
  return result.message;
}

Deno.test("parseThreshold() reads every part of a threshold", () => {
  const text =
    "response.p99.9{phase=spike,target=api} < 800ms over 5m for 3 -> stop";
  assert.deepEqual(read(text), {
    text,
    measure: {
      name: "response",
      statistic: { kind: "percentile", share: 0.999 },
      codes: null,
      proof: null,
      select: { phase: "spike", target: "api" },
    },
    operator: "<",
    limit: { unit: "ms", value: 800 },
    window: { lengthSec: 300, askedMs: 300_000, times: 3 },
    action: "stop",
  });
});

Deno.test("parseThreshold() reads a limit in the unit of its measure", () => {
  const rows = [
    ["response.mean <= 1m30s", "ms", 90_000],
    ["lag.max < 3ms", "ms", 3],
    ["errors < 0.5%", "share", 0.005],
    ["status.5xx == 0%", "share", 0],
    ["achieved >= 98%", "share", 0.98],
    ["missed == 0", "count", 0],
    ["missed < 0.1%", "share", 0.001],
    ["rate > 99.5/s", "perSec", 99.5],
    ["proof.law == proved", "proof", "proved"],
  ] as const;
  for (const [text, unit, value] of rows) {
    assert.deepEqual(read(text).limit, { unit, value }, text);
  }
});

Deno.test("parseThreshold() writes one line, however it was spaced", () => {
  const spaced = "  errors { target = api , phase=ramp }<1%   over 10s->warn ";
  const { text, window } = read(spaced);
  assert.equal(text, "errors{target=api,phase=ramp} < 1% over 10s -> warn");
  assert.equal(window?.times, 1);
  assert.deepEqual(read(text), read(spaced));
});

Deno.test("parseThreshold() reads codes one by one, as hundreds and as spans", () => {
  assert.deepEqual(read("status.429 < 1%").measure.codes, [429, 429]);
  assert.deepEqual(read("status.5xx < 1%").measure.codes, [500, 599]);
  const { select } = read("errors{status=500-504} < 1%").measure;
  assert.deepEqual(select, { status: [500, 504] });
});

Deno.test("parseThreshold() rounds a window up to what is kept of the past", () => {
  const lengths = [
    ["1s", 1],
    ["1500ms", 2],
    ["1m", 60],
    ["61s", 120],
    ["1h", 3600],
    ["90m", 7200],
    ["168h", 604_800],
  ] as const;
  for (const [over, seconds] of lengths) {
    const { window } = read(`errors < 1% over ${over}`);
    assert.equal(window?.lengthSec, seconds, over);
  }
  assert.deepEqual([60, 61, 3600, 3601].map(strideSec), [1, 60, 60, 3600]);
});

/** Texts, and what is said of them. */
const WRONG: readonly (readonly [text: string, message: string])[] = [
  [
    "response.p99 < 250",
    'response.p99 is a duration, and "250" is a count: write 250ms',
  ],
  [
    "errors < 5",
    'errors is a share, and "5" is a count: write 5%',
  ],
  [
    "rate > fast",
    'rate is a rate, and "fast" is no value: write 100/s',
  ],
  [
    "missed < 3s",
    'missed is a count or a share, and "3s" is a duration: write 0',
  ],
  [
    "response < 250ms",
    "response needs a statistic, such as response.p99: p50 to p99.999, mean or max",
  ],
  [
    "response.p100 < 1s",
    'response has no statistic "p100": p50 to p99.999, mean or max',
  ],
  [
    "respnse.p99 < 1s",
    'no measure "respnse", did you mean response? measures: response, service, ttfb, connect, lag, recovery, errors, status, achieved, missed, sent, rate, proof',
  ],
  [
    "errors{phase=spyke} < 1%",
    'no phase "spyke", did you mean spike? phases: manual, ramp, spike, recovery, baseline, retry, reconnect, flash, push, cron, crawler',
  ],
  [
    "errors{host=a} < 1%",
    'no selector "host"; selectors: phase, target, step, scenario, status',
  ],
  [
    "lag.p99{target=api} < 1ms",
    "lag is not counted by target: it can be selected by phase, scenario",
  ],
  ["errors{} < 1%", "{} selects nothing: leave it out"],
  ["errors{api} < 1%", "{api} must be like {target=api}"],
  [
    "errors{target=a,target=b} < 1%",
    "target is given twice",
  ],
  ["errors != 1%", '"!=" is not a comparison: write <, <=, ==, >= or >'],
  ["errors = 1%", '"=" is not a comparison: write <, <=, ==, >= or >'],
  [
    "errors < 1% -> explode",
    'no action "explode"; actions: fail, warn, stop, breaker',
  ],
  [
    "errors < 1% for 3",
    "for 3 counts windows: add over such as over 10s",
  ],
  [
    "errors < 1% over 10s for 0",
    "for must be a whole number from 1 to 60, not 0",
  ],
  [
    "errors < 1% over 0s",
    "over must be a duration from 1s to 168h, not 0s",
  ],
  [
    "proof.law == proved over 1m",
    "proof is of the whole run: leave out over 1m",
  ],
  ["proof.law < proved", "proof.law is not more or less: write == proved"],
  [
    "proof.lwa == proved",
    'no proof "lwa", did you mean law? proofs: law, counts, lag',
  ],
  ["errors < 101%", "errors is a share: at most 100%, not 101%"],
  ["errors.p99 < 1%", "errors has no p99: write errors alone"],
  ["status < 1%", "status needs a code such as status.5xx or status.429"],
  ["status.9xx < 1%", 'no code "9xx": write 5xx, 429 or 500-504'],
  ["errors < 1% over", "over needs a duration such as over 10s"],
  [
    "errors < 1% each 10s",
    '"each 10s" cannot be read here: write it like response.p99{target=api} < 250ms over 1m for 3 -> stop',
  ],
  [
    "errors",
    "has nothing to hold it against: write it like response.p99{target=api} < 250ms over 1m for 3 -> stop",
  ],
];

Deno.test("parseThreshold() says what is wrong, what is known, and what was meant", () => {
  for (const [text, message] of WRONG) {
    assert.equal(complaint(text), message, text);
  }
});

Deno.test("parseThreshold() never throws, whatever the text is", () => {
  const word = fc.constantFrom(
    ...["response", ".p99", "{", "}", "phase=spike", "<", "==", " ", "250ms"],
    ...["1%", "over", "for", "->", "stop", "3", "errors", ",", "=", "\u0000"],
  );
  const text = fc.oneof(
    fc.string({ maxLength: 400 }),
    fc.array(word, { maxLength: 20 }).map((words) => words.join("")),
  );
  fc.assert(fc.property(text, (text) => {
    const result = parseThreshold(text);
    if (result.kind === "wrong") assert.notEqual(result.message, "");
    else assert.deepEqual(read(result.threshold.text), result.threshold);
  }));
});
