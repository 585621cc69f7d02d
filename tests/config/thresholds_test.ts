import assert from "node:assert/strict";
import { formatProblem, parseConfig } from "../../src/config/mod.ts";
import { buildPlan } from "../../src/plan/build/mod.ts";
import { config, MINIMAL, problems } from "./support.ts";

function withThresholds(...lines: readonly string[]): string {
  return `${MINIMAL}thresholds:\n${
    lines.map((line) => `  - ${line}\n`).join("")
  }`;
}

Deno.test("thresholds are read as plain lines of YAML", () => {
  const { thresholds, tolerate, allow_unknown } = config(withThresholds(
    "response.p99 < 250ms",
    "response.p99.9{phase=spike,target=api} < 800ms over 5m for 3 -> stop",
    "missed == 0 -> warn",
  ));
  assert.deepEqual(thresholds.map(({ text }) => text), [
    "response.p99 < 250ms",
    "response.p99.9{phase=spike,target=api} < 800ms over 5m for 3 -> stop",
    "missed == 0 -> warn",
  ]);
  assert.equal(tolerate, 0.05);
  assert.equal(allow_unknown, false);
});

Deno.test("a threshold in parts means what its line means", () => {
  const parts =
    '{ measure: response, stat: p99.9, phase: spike, target: api, is: "< 800ms", over: 5m, for: 3, then: stop }';
  const line =
    "response.p99.9{phase=spike,target=api} < 800ms over 5m for 3 -> stop";
  assert.deepEqual(
    config(withThresholds(parts)).thresholds,
    config(withThresholds(line)).thresholds,
  );
});

const TWO_AND_A_JOURNEY = `targets:
  - { name: api, url: http://localhost/a }
  - { name: web, url: http://localhost/b }
journeys:
  - name: shop
    base: http://localhost
    steps: [{ name: list, get: /l }, { name: pay, get: /p }]
thresholds:
  - errors{phase=baseline,target=*} < 1% over 10s -> warn
  - response.p99{step=*} < 1s
  - response.p99{step=shop/pay} < 1s
  - missed == 0
`;

Deno.test("a threshold of each target or step becomes one for each, and none twice", () => {
  const { judging } = buildPlan(config(TWO_AND_A_JOURNEY), {
    drawSeed: () => 98,
  });
  assert.deepEqual(judging?.thresholds.map(({ text }) => text), [
    "errors{phase=baseline,target=api} < 1% over 10s -> warn",
    "errors{phase=baseline,target=web} < 1% over 10s -> warn",
    "response.p99{step=shop/list} < 1s",
    "response.p99{step=shop/pay} < 1s",
    "missed == 0",
  ]);
  assert.deepEqual(judging?.thresholds[1]?.measure.select, {
    phase: "baseline",
    target: "web",
  });
});

Deno.test("a threshold of each step needs steps, and of all together there are so many", () => {
  assert.deepEqual(problems(withThresholds("errors{step=*} < 1%")), [
    'kar.yaml:3:5: thresholds.0: no step "*": there is none',
  ]);
  const targets = Array.from(
    { length: 64 },
    (_, i) => `  - { name: t${i}, url: http://localhost }\n`,
  ).join("");
  const lines = Array.from(
    { length: 8 },
    (_, i) => `  - errors{target=*} < ${i + 1}%\n`,
  ).join("");
  assert.deepEqual(problems(`targets:\n${targets}thresholds:\n${lines}`), [
    "kar.yaml:74:5: thresholds.7: with one for each target and step these are 512 thresholds, and at most 500 can be judged: name those that matter",
  ]);
});

Deno.test("a wrong threshold is told at its place, with what is known and what was meant", () => {
  assert.deepEqual(
    problems(withThresholds(
      "response.p99 < 250",
      "errors{target=apj} < 1%",
      "errors{step=login} < 1%",
      "errors{phase=spyke} < 1%",
      "errors < 1% -> breaker",
      "missed == 0",
      "missed == 0",
      "{ measure: errors, if: < 1% }",
    )),
    [
      'kar.yaml:3:5: thresholds.0: response.p99 is a duration, and "250" is a count: write 250ms',
      'kar.yaml:6:5: thresholds.3: no phase "spyke", did you mean spike? phases: manual, ramp, spike, recovery, baseline, retry, reconnect, flash, push, cron, crawler',
      "kar.yaml:10:5: thresholds.7: must be a line or its parts: write it like response.p99{target=api} < 250ms over 1m for 3 -> stop",
    ],
  );
  assert.deepEqual(
    problems(withThresholds(
      "errors{target=apj} < 1%",
      "errors{step=login} < 1%",
      "errors < 1% -> breaker",
      "missed == 0",
      "missed == 0",
    )),
    [
      'kar.yaml:3:5: thresholds.0: no target "apj", did you mean api? targets: api',
      'kar.yaml:4:5: thresholds.1: no step "login": there is none',
      "kar.yaml:5:5: thresholds.2: -> breaker needs a circuit breaker: set safety.enabled to true",
      "kar.yaml:7:5: thresholds.4: is the same as thresholds.3: leave it out",
    ],
  );
});

Deno.test("a window that is rounded up is told", () => {
  assert.deepEqual(problems(withThresholds("errors < 1% over 90s")), [
    "kar.yaml:3:5: thresholds.0: warning: over 1m30s is rounded up to 2m",
  ]);
});

Deno.test("tolerate is a share, and says so", () => {
  assert.equal(config(`${MINIMAL}tolerate: 12.5%\n`).tolerate, 0.125);
  assert.deepEqual(problems(`${MINIMAL}tolerate: 5\n`), [
    "kar.yaml:2:11: tolerate: must be a share from 0% to 100%, such as 5%, got 5",
  ]);
  assert.equal(problems(`${MINIMAL}tolerate: 101%\n`).length, 1);
});

Deno.test("thresholds of the command line come after those of the file, and are told as its own", () => {
  const text = withThresholds("missed == 0");
  const parsed = (...thresholds: string[]) =>
    parseConfig(text, {
      file: "kar.yaml",
      environment: () => undefined,
      systemZone: "UTC",
      thresholds,
    });
  const { config } = parsed("errors < 1%");
  assert.deepEqual(config?.thresholds.map(({ text }) => text), [
    "missed == 0",
    "errors < 1%",
  ]);
  assert.deepEqual(parsed("errors < 1").problems.map(formatProblem), [
    `--threshold 'errors < 1': errors is a share, and "1" is a count: write 1%`,
  ]);
});

Deno.test("thresholds change no planId, and stand in the plan only where there are some", () => {
  const planOf = (text: string) =>
    buildPlan(config(text), { drawSeed: () => 1 });
  const without = planOf(MINIMAL);
  const withOne = planOf(withThresholds("missed == 0"));
  assert.equal(without.planId, withOne.planId);
  assert.equal(without.judging, undefined);
  assert.equal(withOne.judging?.thresholds[0]?.text, "missed == 0");
});

Deno.test("pacing eco beside thresholds is warned of where its law cannot hold", () => {
  const eco = `${withThresholds("missed == 0")}pacing: eco\n`;
  assert.match(
    problems(eco)[0]!,
    /^kar\.yaml:4:9: pacing: warning: eco sends by timers/,
  );
  assert.deepEqual(problems(`${eco}controller: { base_tps: 40 }\n`), []);
  assert.deepEqual(problems(`${MINIMAL}pacing: eco\n`), []);
  assert.deepEqual(problems(`${eco}tolerate: 100%\n`), []);
});

Deno.test("a threshold takes a step of a journey by its name, and by that of its journey too", () => {
  const text = (step: string) => `
journeys:
  - name: buy
    base: http://localhost/
    steps:
      - { name: login, get: /login }
      - { think: 1s }
      - { name: pay, get: /pay }
thresholds: ["errors{step=${step}} < 1%"]
`;
  for (const step of ["login", "pay", "buy/pay"]) {
    assert.equal(config(text(step)).thresholds.length, 1);
  }
  assert.deepEqual(problems(text("buy")), [
    'kar.yaml:9:14: thresholds.0: no step "buy"; steps: login, buy/login, pay, buy/pay',
  ]);
});
