import assert from "node:assert/strict";
import fc from "fast-check";
import { configOf, parseConfig } from "../../../src/config/mod.ts";
import { dataName } from "../../../src/screen/wizard/document.ts";
import {
  type Answers,
  DEFAULT_ANSWERS,
  documentOf,
} from "../../../src/screen/wizard/mod.ts";

function parsed(answers: Partial<Answers>) {
  const text = documentOf({ ...DEFAULT_ANSWERS, ...answers });
  return parseConfig(text, {
    file: "kar.yaml",
    environment: () => undefined,
    systemZone: "UTC",
  });
}

Deno.test("documentOf() writes a config without any problem from what is proposed", () => {
  const { config, problems } = parsed({});
  assert.deepEqual(problems, []);
  assert.equal(config?.targets[0]?.url, DEFAULT_ANSWERS.url);
  assert.equal(config?.pattern.poisson.lambda, 0.1);
});

Deno.test("documentOf() carries every answer into the config", () => {
  const config = configOf(parsed({
    protocol: "http2",
    method: "POST",
    headers: "accept: text/html; q=0.9; x-test: a: b",
    body: '{"id": "ü\n\u0000 # not a comment"}',
    base: " 7.5 ",
    max: "70",
    spikes: "30s",
    factor: "4",
    noise: "7%",
    schedule: "22-1:0.5, 9:2",
  }));
  const [target] = config.targets;
  assert.equal(target?.protocol, "http2");
  assert.equal(target?.method, "POST");
  assert.deepEqual(target?.headers, {
    accept: "text/html; q=0.9",
    "x-test": "a: b",
  });
  assert.equal(target?.body, '{"id": "ü\n\u0000 # not a comment"}');
  const { base_tps, max_tps, schedule } = config.controller;
  assert.deepEqual([base_tps, max_tps], [7.5, 70]);
  assert.deepEqual(schedule.map((rule) => rule.hours), [[22, 23, 0, 1], [9]]);
  const { poisson, noise } = config.pattern;
  assert.ok(Math.abs(poisson.lambda - 1 / 30) < 1e-12);
  assert.equal(poisson.spike_factor, 4);
  assert.equal(noise.amplitude, 0.07);
});

Deno.test("documentOf() takes numbers as people write them", () => {
  for (const factor of ["3", "3.0x", "×3", "x 3", "3."]) {
    const { pattern } = configOf(parsed({ factor, noise: ".15", base: "7." }));
    assert.deepEqual(
      [pattern.poisson.spike_factor, pattern.noise.amplitude],
      [3, 0.15],
      factor,
    );
  }
});

Deno.test("documentOf() makes a gRPC call with its message, or the health check", () => {
  const grpc = { url: "http://localhost:9000", protocol: "grpc" };
  const called = { ...grpc, call: "a.B/C", body: '{"id": 1}' };
  const [target] = configOf(parsed(called)).targets;
  assert.equal(target?.grpc?.method, "a.B/C");
  assert.deepEqual(target?.grpc?.message, { id: 1 });
  const [check] = configOf(parsed({ ...grpc, body: "x" })).targets;
  assert.equal(check?.grpc, undefined);
});

Deno.test("documentOf() switches spikes off for none", () => {
  const { pattern } = configOf(parsed({ spikes: "None" }));
  assert.equal(pattern.poisson.enabled, false);
});

Deno.test("documentOf() is well-formed whatever was typed: problems stand at keys", () => {
  const typed = fc.string({ unit: "binary", maxLength: 30 });
  const keys = Object.keys(DEFAULT_ANSWERS) as (keyof Answers)[];
  const answers = fc.record(
    Object.fromEntries(keys.map((key) => [key, typed])),
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(answers, (some) => {
      for (const { path, message } of parsed(some).problems) {
        assert.notEqual(path, "", message);
      }
    }),
    { seed: 98, numRuns: 300 },
  );
});

Deno.test("dataName() calls rows by their file, as far as that can be a name", () => {
  const names = [
    ["users.csv", "users"],
    ["data/a/shop users.v2.jsonl", "shop_users_v2"],
    ["2026.csv", "rows"],
    ["uuid.csv", "rows"],
    ["../.csv", "rows"],
    ["${HOME}/x.csv", "x"],
    ["u".repeat(90), "u".repeat(64)],
  ] as const;
  for (const [file, name] of names) assert.equal(dataName(file), name, file);
  fc.assert(fc.property(fc.string(), (rows) => {
    const { problems } = parsed({ vary: "rows", rows: `a${rows}` });
    const wrong = problems.filter(({ path }) => /^data(?!.*file$)/.test(path));
    assert.deepEqual(wrong, []);
  }));
});
