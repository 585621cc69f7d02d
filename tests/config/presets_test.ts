import assert from "node:assert/strict";
import { config, MINIMAL } from "./support.ts";

Deno.test("parseConfig() takes from a preset what the file does not say", () => {
  const cases = [
    ["gentle", 300, 0.003, 1.5, 0.05],
    ["moderate", 500, 0.005, 2, 0.1],
    ["aggressive", 1000, 0.01, 3, 0.15],
  ] as const;
  for (const [name, max, lambda, factor, amplitude] of cases) {
    const { controller, pattern } = config(`${MINIMAL}preset: ${name}`);
    assert.equal(controller.max_tps, max);
    assert.equal(pattern.poisson.lambda, lambda);
    assert.equal(pattern.poisson.spike_factor, factor);
    assert.equal(pattern.noise.amplitude, amplitude);
    assert.equal(pattern.poisson.min_interval, undefined);
  }
});

Deno.test("parseConfig() lets explicit keys win over a preset", () => {
  const { controller, pattern } = config(`${MINIMAL}
preset: aggressive
controller: { base_tps: 40 }
pattern:
  poisson: { interval: 5m, spike_factor: 7 }
  noise: { enabled: false }
`);
  assert.equal(controller.max_tps, 400);
  assert.equal(pattern.poisson.lambda, 1 / 300);
  assert.equal(pattern.poisson.spike_factor, 7);
  assert.deepEqual(pattern.noise, {
    enabled: false,
    type: "spring",
    amplitude: 0.15,
  });
  const max = config(`${MINIMAL}preset: gentle\ncontroller: { max_tps: 150 }`);
  assert.equal(max.controller.max_tps, 150);
});

Deno.test("parseConfig() lets a preset count for a key without a value", () => {
  const text = `${MINIMAL}preset: gentle\ncontroller: { max_tps: }\n`;
  assert.equal(config(text).controller.max_tps, 300);
});

Deno.test("parseConfig() keeps a preset within the bound of every rate", () => {
  const text = `${MINIMAL}preset: aggressive\ncontroller: { base_tps: 500000 }`;
  assert.equal(config(text).controller.max_tps, 1_000_000);
});
