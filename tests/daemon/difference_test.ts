import assert from "node:assert/strict";
import { differences } from "../../src/daemon/difference.ts";
import type { Config } from "../../src/config/mod.ts";
import { buildPlan } from "../../src/plan/build/mod.ts";
import { config } from "../config/support.ts";
import { planFixture, targetFixture } from "../fixtures/snapshot.ts";

const PLAN = planFixture();

Deno.test("differences() finds none between a plan and itself", () => {
  const other = { ...PLAN, planId: "0000000000000000" };
  assert.deepEqual(differences(PLAN, structuredClone(other)), []);
});

Deno.test("differences() names each value, before and after", () => {
  const pattern = { ...PLAN.pattern, base: 250, noise: null };
  assert.deepEqual(differences(PLAN, { ...PLAN, pattern }), [
    "controller.base_tps: 100 → 250",
    "pattern.noise: removed",
  ]);
});

Deno.test("differences() tells a target that comes or goes in one line", () => {
  const other = targetFixture({ name: "other" });
  const more = { ...PLAN, targets: [...PLAN.targets, other] };
  assert.deepEqual(differences(PLAN, more), ["targets.other: added"]);
  assert.deepEqual(differences(more, PLAN), ["targets.other: removed"]);
});

Deno.test("differences() tells targets apart by name, whatever their order", () => {
  const [api, users] = PLAN.targets;
  const gone = { ...PLAN.targets[2]!, weight: 0 };
  const before = { ...PLAN, targets: [api!, users!, gone] };
  const after = { ...PLAN, targets: [users!, { ...api!, weight: 71 }] };
  assert.deepEqual(differences(before, after), ["targets.api.weight: 70 → 71"]);
});

Deno.test("differences() says what holds only after a restart", () => {
  const other = { ...PLAN, workers: 4, shutdownTimeoutMs: 1 };
  assert.deepEqual(differences(PLAN, other), [
    "workers: 2 → 4 (holds after a restart)",
    "controller.shutdown_timeout: 30s → 1ms",
  ]);
});

Deno.test("differences() never spells out what may be a secret", () => {
  const before = targetFixture({
    url: "http://u:old@h/",
    headers: [["authorization", "old"]],
    body: "old",
  });
  const after = targetFixture({
    url: "http://u:new@h/",
    headers: [["authorization", "new"]],
    body: "new",
  });
  const lines = differences(
    { ...PLAN, targets: [before] },
    { ...PLAN, targets: [after] },
  );
  assert.deepEqual(lines, [
    "targets.api.url: changed",
    "targets.api.headers: changed",
    "targets.api.body: changed",
  ]);
});

Deno.test("differences() is bounded, in lines and in length", () => {
  const targets = Array.from(
    { length: 60 },
    (_, i) => targetFixture({ name: `t${i}` }),
  );
  const lines = differences(PLAN, { ...PLAN, targets });
  assert.equal(lines.length, 51);
  assert.match(lines.at(-1)!, /^and \d+ more$/);
  const zone = "x".repeat(1000);
  const pattern = { ...PLAN.pattern, zone };
  const [line] = differences(PLAN, { ...PLAN, pattern });
  assert.ok(line!.length < 200);
});

Deno.test("differences() calls everything as a config file calls it", async () => {
  const yaml = await Deno.readTextFile(
    new URL("../../configs/kar98k.yaml", import.meta.url),
  );
  const settings = [
    ["controller.base_tps", 1],
    ["controller.max_tps", 2000],
    ["controller.ramp_up_duration", "1s"],
    ["controller.shutdown_timeout", "1s"],
    ["controller.schedule", "[]"],
    ["pattern.poisson.lambda", 1],
    ["pattern.poisson.spike_factor", 9],
    ["pattern.poisson.ramp_up", "1s"],
    ["pattern.poisson.ramp_down", "1s"],
    ["pattern.poisson.min_interval", "2s"],
    ["pattern.poisson.max_interval", "20s"],
    ["pattern.noise.type", "perlin"],
    ["pattern.noise.amplitude", 0.5],
    ["seed", 1],
    ["timezone", "Europe/Paris"],
    ["arrivals", "uniform"],
    ["limits.in_flight", 7],
    ["limits.max_lateness", "7ms"],
    ["limits.max_body_bytes", 7],
    ["limits.max_head_bytes", 7000],
    ["health.interval", "7s"],
    ["health.on_unhealthy", "remove"],
  ] as const;
  for (const [key, value] of settings) {
    const changed = config(yaml, [key, String(value)]);
    const lines = differences(planOf(config(yaml)), planOf(changed));
    assert.equal(lines.length, 1, key);
    assert.equal(lines[0]!.split(":")[0], key);
  }
});

Deno.test("differences() tells of a target what its config says", () => {
  const yaml =
    'targets: [{ name: api.Ms, url: "https://h/", tls: { ca: a.pem } }]';
  const told = [
    ["timeout", "5s", "30s → 5s"],
    ["ok", '["200-299", 404]', 'nothing → ["200-299",404]'],
    ["weight", "7", "100 → 7"],
    ["max_connection_age", "1m", "nothing → 1m"],
    ["max_requests_per_connection", "7", "nothing → 7"],
    ["tls.ca", "b.pem", '"a.pem" → "b.pem"'],
    ["tls.server_name", "other", 'nothing → "other"'],
    ["tls.insecure", "true", "false → true"],
  ] as const;
  for (const [key, value, change] of told) {
    const changed = config(yaml, [`targets.0.${key}`, value]);
    assert.deepEqual(
      differences(planOf(config(yaml)), planOf(changed)),
      [`targets.api.Ms.${key}: ${change}`],
    );
  }
});

Deno.test("differences() leaves a target its name", () => {
  const odd = targetFixture({ name: "timeoutMs" });
  const more = { ...PLAN, targets: [...PLAN.targets, odd] };
  assert.deepEqual(differences(PLAN, more), ["targets.timeoutMs: added"]);
});

const planOf = (written: Config) => buildPlan(written, { drawSeed: () => 0 });
