import assert from "node:assert/strict";
import fc from "fast-check";
import { trueMeanGapMs } from "../../src/config/traffic_warnings.ts";
import { gapMs } from "../../src/pattern/mod.ts";
import { MINIMAL, problems } from "./support.ts";

const STEPS = 20_000;

/** The mean of the engine's own gaps: the midpoint rule over all draws. */
function averageGapMs(lambda: number, minMs: number, maxMs: number): number {
  const spec = {
    lambda,
    factor: 2,
    minGapMs: minMs,
    maxGapMs: maxMs,
    riseMs: 0,
    decayMs: 1,
  };
  let sum = 0;
  for (let i = 0; i < STEPS; i++) sum += gapMs(spec, (i + 0.5) / STEPS);
  return sum / STEPS;
}

Deno.test("trueMeanGapMs() is the mean of the gaps that the engine draws", () => {
  const bounds = fc.record({
    meanMs: fc.double({ min: 100, max: 1e6, noNaN: true }),
    below: fc.double({ min: 0, max: 1, noNaN: true }),
    above: fc.double({ min: 1.01, max: 6, noNaN: true }),
  });
  fc.assert(
    fc.property(bounds, ({ meanMs, below, above }) => {
      const [min, max] = [meanMs * below, meanMs * above];
      const lambda = 1000 / meanMs;
      const expected = averageGapMs(lambda, min, max);
      const actual = trueMeanGapMs(lambda, min, max);
      assert.ok(
        Math.abs(actual / expected - 1) < 1e-3,
        `${actual} ${expected}`,
      );
    }),
    { seed: 98, numRuns: 50 },
  );
});

Deno.test("trueMeanGapMs() has the limits that its formula promises", () => {
  assert.equal(trueMeanGapMs(0.5, 5000, null), 7000);
  assert.ok(Math.abs(trueMeanGapMs(0.01, 0, 1e9) - 100_000) < 1e-6);
  // A narrow window leaves no room for the exponential: its middle.
  assert.ok(Math.abs(trueMeanGapMs(0.01, 99_990, 100_010) - 100_000) < 0.01);
});

Deno.test("parseConfig() is silent about bounds that bend nothing", () => {
  const poisson = "pattern: { poisson: { interval: 10s, max_interval: 5m } }\n";
  assert.deepEqual(problems(MINIMAL + poisson), []);
});

Deno.test("parseConfig() compares max_tps with the workers there are", () => {
  const text = (workers: string, client: string) =>
    `targets: [{ name: a, url: http://localhost/, client: ${client} }]
controller: { max_tps: 20000 }
workers: ${workers}`;
  assert.deepEqual(problems(text("4", "fetch")), []);
  assert.deepEqual(problems(text("auto", "wire")), []);
  assert.deepEqual(problems(text("3", "fetch")), [
    "kar.yaml:2:24: controller.max_tps: warning: 20000 is above what the workers are known to send (client fetch about 5000/s a core); without more cores the rest is missed",
  ]);
});
