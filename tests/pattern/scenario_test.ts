import assert from "node:assert/strict";
import fc from "fast-check";
import { forecast, type ScenarioSpec } from "../../src/pattern/mod.ts";
import { firedAt, patternWith, spikesWith } from "./support.ts";

const START_MS = Date.UTC(2026, 8, 1);
const START = START_MS / 100;

function scenarioWith(change: Partial<ScenarioSpec> = {}): ScenarioSpec {
  return {
    name: "one",
    durationMs: 10_000,
    base: 100,
    max: 1e9,
    spikes: null,
    noise: null,
    inject: [],
    ...change,
  };
}

/** The parts of a slot so many milliseconds after the fire. */
function partsAt(scenarios: readonly ScenarioSpec[], ms: number) {
  const traffic = firedAt(patternWith({ max: 200, scenarios }), START_MS);
  return traffic.partsAt(START + Math.floor(ms / 100));
}

Deno.test("scenarios follow each other from the fire on, with a base and a max of their own", () => {
  const scenarios = [
    scenarioWith({ name: "calm", durationMs: 1000, base: 20 }),
    scenarioWith({ name: "busy", durationMs: 2000, base: 900, max: 700 }),
  ];
  const at = (ms: number) => {
    const { rate, scenarioIndex } = partsAt(scenarios, ms);
    return [rate, scenarioIndex];
  };
  assert.deepEqual(at(0), [20, 0]);
  assert.deepEqual(at(999), [20, 0]);
  assert.deepEqual(at(1000), [700, 1]);
  assert.deepEqual(at(2999), [700, 1]);
  assert.deepEqual(at(3000), [100, -1]);
});

Deno.test("nothing of a scenario holds before the fire", () => {
  const traffic = firedAt(
    patternWith({ scenarios: [scenarioWith({ base: 20 })] }),
    START_MS,
  );
  assert.equal(traffic.partsAt(START - 1).scenarioIndex, -1);
  assert.equal(traffic.explainAt(START - 1).rate, 0);
});

Deno.test("inject follows constant, ramp and heaviside, and ends of both curves are exact", () => {
  const scenarios = [scenarioWith({
    durationMs: 30_000,
    inject: [
      { kind: "constant", rate: 0, durationMs: 10_000 },
      { kind: "ramp", from: 0, to: 100, durationMs: 10_000 },
      {
        kind: "heaviside",
        from: 10,
        to: 110,
        steepness: 20,
        durationMs: 10_000,
      },
    ],
  })];
  const at = (ms: number) => partsAt(scenarios, ms).rate;
  assert.equal(at(0), 0);
  assert.equal(at(9900), 0);
  // The middle of a slot is looked at.
  assert.ok(Math.abs(at(10_000) - 0.5) < 1e-9);
  assert.ok(Math.abs(at(15_000) - 50.5) < 1e-9);
  assert.ok(Math.abs(at(20_000) - 10) < 0.5);
  assert.ok(Math.abs(at(24_950) - 60) < 3);
  assert.ok(Math.abs(at(29_900) - 110) < 0.5);
});

Deno.test("heaviside goes the same way back, and never leaves its ends", () => {
  fc.assert(fc.property(
    fc.double({ min: 0, max: 1000, noNaN: true }),
    fc.double({ min: 0, max: 1000, noNaN: true }),
    fc.double({ min: 0.1, max: 100, noNaN: true }),
    fc.integer({ min: 0, max: 99 }),
    (from, to, steepness, slot) => {
      const rateOf = (a: number, b: number, i: number) =>
        partsAt([scenarioWith({
          inject: [{
            kind: "heaviside",
            from: a,
            to: b,
            steepness,
            durationMs: 10_000,
          }],
        })], i * 100).rate;
      const rate = rateOf(from, to, slot);
      const slack = 1e-6 * (1 + from + to);
      assert.ok(rate >= Math.min(from, to) - slack);
      assert.ok(rate <= Math.max(from, to) + slack);
      assert.ok(Math.abs(rateOf(to, from, 99 - slot) - rate) < slack);
    },
  ));
});

Deno.test("an operator's base counts as it is, whatever the scenario", () => {
  const traffic = firedAt(
    patternWith({ scenarios: [scenarioWith({ base: 20 })] }),
    START_MS,
  );
  traffic.events.append({
    slot: START + 5,
    kind: "base",
    value: 60,
    durationMs: 0,
  });
  assert.equal(traffic.partsAt(START + 4).rate, 20);
  assert.equal(traffic.partsAt(START + 5).rate, 60);
});

Deno.test("spikes are those of the scenario in which they begin", () => {
  const busy = spikesWith({ lambda: 1, factor: 3 });
  const scenarios = [
    scenarioWith({ durationMs: 60_000 }),
    scenarioWith({ name: "busy", durationMs: 60_000, spikes: busy }),
  ];
  const { spikes } = forecast(patternWith({ scenarios }), {
    startMs: START_MS,
    durationMs: 180_000,
    stepMs: 10_000,
  });
  assert.ok(spikes.length > 20, `${spikes.length} spikes`);
  for (const ms of spikes) {
    assert.ok(ms >= START_MS + 60_000 && ms < START_MS + 120_000);
  }
});

Deno.test("explain names the scenario and how far it is", () => {
  const traffic = firedAt(
    patternWith({ scenarios: [scenarioWith({ name: "peak", base: 20 })] }),
    START_MS,
  );
  const { factors } = traffic.explainAt(START + 25);
  const { value, why } = factors.find(({ name }) => name === "scenario")!;
  assert.equal(value, 0.2);
  assert.equal(why, '"peak", 2.5s of 10s');
});

Deno.test("a plan without scenarios has no key of them, and the factor is 1", () => {
  assert.ok(!("scenarios" in patternWith()));
  const parts = firedAt(patternWith(), START_MS).partsAt(START);
  assert.equal(parts.scenario, 1);
  assert.equal(parts.scenarioIndex, -1);
});
