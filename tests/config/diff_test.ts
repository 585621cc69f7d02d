import assert from "node:assert/strict";
import { type Config, differences } from "../../src/config/mod.ts";
import { config, MINIMAL } from "./support.ts";

const CONFIG = config(MINIMAL);

/** Targets by their names, with some more keys of each. */
function targets(named: Readonly<Record<string, string>>): Config {
  const list = Object.entries(named).map(([name, more]) =>
    `{ name: ${name}, url: "http://h/"${more} }`
  );
  return config(`targets: [${list.join(", ")}]`);
}

Deno.test("differences() finds none between a config and itself", () => {
  assert.deepEqual(differences(CONFIG, config(MINIMAL)), []);
});

Deno.test("differences() names each value, before and after", () => {
  const other = config(
    MINIMAL,
    ["controller.base_tps", "250"],
    ["pattern.noise.enabled", "false"],
  );
  assert.deepEqual(differences(CONFIG, other), [
    "controller.base_tps: 100 → 250",
    "pattern.noise.enabled: true → false",
  ]);
});

Deno.test("differences() tells a target that comes or goes in one line", () => {
  const one = targets({ api: "" });
  const two = targets({ api: "", other: "" });
  assert.deepEqual(differences(one, two), ["targets.other: added"]);
  assert.deepEqual(differences(two, one), ["targets.other: removed"]);
});

Deno.test("differences() tells scenarios by their names, and steps by their places", () => {
  const scenarios = (...lines: string[]) =>
    config(
      `${MINIMAL}scenarios:\n${lines.map((line) => `  - ${line}\n`).join("")}`,
    );
  const calm = "{ name: calm, duration: 8s, base_tps: 50 }";
  const step = (ms: string, to: number) =>
    `{ type: ramp_tps, from: 0, to: ${to}, duration: ${ms} }`;
  const before = scenarios(calm, `{ name: rise, inject: [${step("8s", 10)}] }`);
  const after = scenarios(
    calm.replace("8s", "9s"),
    `{ name: rise, inject: [${step("5s", 12)}, ${step("1s", 1)}] }`,
  );
  assert.deepEqual(differences(before, after), [
    "scenarios.calm.duration: 8s → 9s",
    "scenarios.rise.inject.0.duration: 8s → 5s",
    "scenarios.rise.inject.0.to: 10 → 12",
    "scenarios.rise.inject.1: added",
  ]);
  assert.deepEqual(differences(config(MINIMAL), scenarios(calm)), [
    "scenarios.calm: added",
  ]);
});

Deno.test("differences() tells targets apart by name, whatever their order", () => {
  const before = targets({ api: ", weight: 70", users: "" });
  const after = targets({ users: "", api: ", weight: 71" });
  assert.deepEqual(differences(before, after), ["targets.api.weight: 70 → 71"]);
});

Deno.test("differences() says what holds only after a restart", () => {
  const other = config(
    MINIMAL,
    ["workers", "4"],
    ["controller.shutdown_timeout", "1ms"],
  );
  assert.deepEqual(differences(CONFIG, other).toSorted(), [
    "controller.shutdown_timeout: 30s → 1ms",
    'workers: "auto" → 4 (holds after a restart)',
  ]);
});

Deno.test("differences() never spells out what may be a secret", () => {
  const secret = (word: string) =>
    config(`targets:
  - { name: api, url: "http://h/${word}", method: POST, body: ${word}, headers: { authorization: ${word} } }
`);
  const lines = differences(secret("old"), secret("new"));
  assert.equal(lines.length, 3);
  for (const line of lines) {
    assert.match(line, /^targets\.api\.(url|body|headers.*): changed$/);
  }
});

Deno.test("differences() is bounded, in lines and in length", () => {
  const many = Array.from({ length: 60 }, (_, i) => [`t${i}`, ""] as const);
  const lines = differences(CONFIG, targets(Object.fromEntries(many)));
  assert.equal(lines.length, 51);
  assert.match(lines.at(-1)!, /^and \d+ more$/);
  const timezone = "x".repeat(1000);
  const [line] = differences(CONFIG, { ...CONFIG, timezone });
  assert.ok(line!.length < 200);
});

Deno.test("differences() says of a trend that it changed, and nothing of how it is kept", () => {
  const trend = (percent: string) =>
    config(`${MINIMAL}pattern:
  trend: { per_week: ${percent}, since: "2026-01-01" }
`);
  assert.deepEqual(differences(trend("3%"), trend("4%")), [
    "pattern.trend: changed",
  ]);
  assert.deepEqual(differences(CONFIG, trend("4%")), ["pattern.trend: added"]);
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
    const lines = differences(config(yaml), changed);
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
      differences(config(yaml), changed),
      [`targets.api.Ms.${key}: ${change}`],
    );
  }
});

Deno.test("differences() leaves a target its name", () => {
  const one = targets({ api: "" });
  const odd = targets({ api: "", timeoutMs: "" });
  assert.deepEqual(differences(one, odd), ["targets.timeoutMs: added"]);
});
