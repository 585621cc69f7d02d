import assert from "node:assert/strict";
import { buildPlan } from "../../src/plan/build/mod.ts";
import { scenariosMs } from "../../src/pattern/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { config, MINIMAL, SECRET } from "../config/support.ts";
import { assertGolden } from "../fixtures/golden.ts";

const refuseToDraw = () => assert.fail("no seed was to be drawn");

function plan(text: string, ...overrides: [string, string][]): Plan {
  return buildPlan(config(text, ...overrides), { drawSeed: refuseToDraw });
}

function goodConfig(name: string): string {
  const folder = new URL("../configs/good/", import.meta.url);
  return Deno.readTextFileSync(new URL(name, folder));
}

Deno.test("buildPlan() freezes all that a run needs", async () => {
  const folder = new URL("../../configs/", import.meta.url);
  const text = Deno.readTextFileSync(new URL("day.yaml", folder));
  await assertGolden("plan_day", `${JSON.stringify(plan(text), null, 2)}\n`);
});

Deno.test("buildPlan() keeps variables in the strings of a target", async () => {
  const built = plan(goodConfig("templates.yaml"));
  assert.ok(!JSON.stringify(built).includes(SECRET));
  const { targets, variables, health } = built;
  await assertGolden(
    "plan_templates",
    `${JSON.stringify({ targets, variables, health }, null, 2)}\n`,
  );
});

Deno.test("buildPlan() gives gRPC its own method, and a call even if none is written", () => {
  const [target] = plan(`
targets:
  - { name: a, url: http://localhost/, protocol: grpc, method: GET, body: x }
`).targets;
  assert.equal(target!.method, "POST");
  assert.equal(target!.body, null);
  assert.deepEqual(target!.grpc, {
    method: null,
    source: { kind: "reflection" },
  });
});

Deno.test("buildPlan() keeps a gRPC message as it is written, null and all", () => {
  const grpc = (message: string) =>
    plan(`
targets:
  - { name: a, url: http://localhost/, protocol: grpc, grpc: { message: ${message}, descriptor_set: x } }
`).targets[0]!.grpc!;
  const kept: [yaml: string, json: unknown][] = [
    ["{ a: [1, null], b: null, c: }", { a: [1, null], b: null, c: null }],
    ["[{ a: 1 }, { a: 2 }]", [{ a: 1 }, { a: 2 }]],
    ["hello", "hello"],
    ["0.5", 0.5],
    ["null", null],
    ["[]", []],
    ["[.inf, -.inf, .nan, 1e999]", ["Infinity", "-Infinity", "NaN", "1e999"]],
    ["[1152921504606846976, 12345678901234567891]", [
      2 ** 60,
      "12345678901234567891",
    ]],
  ];
  for (const [yaml, json] of kept) {
    assert.deepEqual(grpc(yaml).message, json, yaml);
  }
  assert.deepEqual(grpc("{}").source, {
    kind: "descriptor_set",
    file: "x",
  });
});

Deno.test("buildPlan() leaves out what is switched off", () => {
  const { pattern } = plan(
    `${MINIMAL}pattern: { poisson: { enabled: false }, noise: { enabled: false } }`,
  );
  assert.equal(pattern.spikes, null);
  assert.equal(pattern.noise, null);
});

Deno.test("buildPlan() takes the flag's seed, then the file's, and draws only for random", () => {
  const drawSeed = () => 4711;
  const seedOf = (text: string, seed?: number) =>
    buildPlan(config(text), { drawSeed, ...(seed !== undefined && { seed }) })
      .pattern.seed;
  assert.equal(seedOf(MINIMAL), 98);
  assert.equal(seedOf(`${MINIMAL}seed: 0`), 0);
  assert.equal(seedOf(`${MINIMAL}seed: random`), 4711);
  assert.equal(seedOf(`${MINIMAL}seed: random`, 5), 5);
  assert.equal(seedOf(`${MINIMAL}seed: 7`, 0), 0);
});

Deno.test("buildPlan() freezes through and through, and leaves the config alone", () => {
  const read = config(goodConfig("surprises.yaml"));
  const built = buildPlan(read, { drawSeed: refuseToDraw });
  for (const part of partsOf(built)) assert.ok(Object.isFrozen(part));
  for (const part of partsOf(read)) assert.ok(!Object.isFrozen(part));
  assert.deepEqual(structuredClone(built), built);
});

function* partsOf(value: unknown): Generator<object> {
  if (typeof value !== "object" || value === null) return;
  yield value;
  for (const part of Object.values(value)) yield* partsOf(part);
}

Deno.test("buildPlan() gives a planId that only what decides arrivals can change", () => {
  const text = `
targets:
  - { name: a, url: http://localhost/ }
  - { name: b, url: http://localhost/, weight: 0 }
controller: { schedule: [{ hours: [1], tps_multiplier: 2 }] }
`;
  const { planId } = plan(text);
  assert.match(planId, /^[0-9a-f]{16}$/);
  assert.equal(plan(text).planId, planId);
  const same: [string, string][] = [
    ["pacing", "exact"],
    ["workers", "8"],
    ["limits.in_flight", "7"],
    ["limits.max_lateness", "1s"],
    ["targets.0.url", "https://example.com/"],
    ["targets.0.timeout", "1s"],
    ["targets.0.headers", "{ a: b }"],
    ["targets.0.client", "fetch"],
    ["health.enabled", "false"],
    ["metrics.address", ":1"],
    ["controller.shutdown_timeout", "1s"],
    ["controller.schedule.0.hours", "[1, 1]"],
    ["seed", "98"],
  ];
  for (const override of same) {
    assert.equal(plan(text, override).planId, planId, override[0]);
  }
  const other: [string, string][] = [
    ["seed", "99"],
    ["targets.0.weight", "99"],
    ["targets.1.weight", "1"],
    ["targets.0.name", "c"],
    ["arrivals", "uniform"],
    ["timezone", "UTC"],
    ["controller.base_tps", "101"],
    ["controller.max_tps", "999"],
    ["controller.ramp_up_duration", "31s"],
    ["controller.schedule.0.days", "[mon]"],
    ["controller.schedule.0.priority", "1"],
    ["controller.schedule.0.tps_multiplier", "0"],
    ["pattern.poisson.lambda", "0.01"],
    ["pattern.poisson.ramp_down", "11s"],
    ["pattern.poisson.max_interval", "1h"],
    ["pattern.noise.type", "perlin"],
  ];
  const ids = other.map((override) => plan(text, override).planId);
  assert.equal(new Set([planId, ...ids]).size, other.length + 1);
});

Deno.test("buildPlan() gives the same planId in every release", () => {
  assert.equal(plan(MINIMAL).planId, "c13d1f64fc6aece3");
});

Deno.test("buildPlan() gives scenarios what they leave out, and the run its length", () => {
  const { pattern } = plan(`${MINIMAL}
controller: { base_tps: 10, max_tps: 20 }
pattern: { poisson: { enabled: false }, noise: { amplitude: 0.2 } }
scenarios:
  - name: calm
    duration: 1m
  - name: peak
    max_tps: 40
    inject: [{ type: ramp_tps, duration: 30s, from: 0, to: 40 }]
    pattern: { poisson: { lambda: 0.1 } }
`);
  const noise = { kind: "spring", amplitude: 0.2 };
  const [calm, peak] = pattern.scenarios!;
  assert.deepEqual(calm, {
    ...{ name: "calm", durationMs: 60_000, base: 10, max: 20 },
    ...{ spikes: null, noise, inject: [] },
  });
  assert.deepEqual(
    [peak!.durationMs, peak!.max, peak!.spikes!.lambda, peak!.noise],
    [30_000, 40, 0.1, noise],
  );
  assert.equal(scenariosMs(pattern), 90_000);
});
