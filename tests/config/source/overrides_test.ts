import assert from "node:assert/strict";
import { KarError } from "../../../src/base/mod.ts";
import { config, MINIMAL, parse, problems, SECRET } from "../support.ts";

Deno.test("parseConfig() puts --set over the file, in order", () => {
  const text = `${MINIMAL}controller: { base_tps: 10 }\n`;
  const read = config(
    text,
    ["controller.base_tps", "20"],
    ["controller.base_tps", "30"],
    ["targets.0.weight", "5"],
    ["limits.in_flight", "7"],
    ["controller.schedule", "[{ hours: [1], tps_multiplier: 0 }]"],
    ["pattern.noise", "{ enabled: false }"],
  );
  assert.equal(read.controller.base_tps, 30);
  assert.equal(read.targets[0]!.weight, 5);
  assert.equal(read.limits.in_flight, 7);
  assert.equal(read.controller.schedule[0]!.tps_multiplier, 0);
  assert.equal(read.pattern.noise.enabled, false);
});

Deno.test("parseConfig() takes text of --set as it stands on the command line", () => {
  const [target] = config(
    MINIMAL,
    ["targets.0.body", "- a: b # c"],
    ["targets.0.headers.x-id", "007: ${KAR_SECRET}"],
  ).targets;
  assert.equal(target!.body, "- a: b # c");
  assert.equal(target!.headers["x-id"], "007: ${KAR_SECRET}");
});

Deno.test("parseConfig() takes an empty value of --set back to the default", () => {
  const text = `${MINIMAL}controller: { base_tps: 10 }\n`;
  assert.equal(
    config(text, ["controller.base_tps", ""]).controller.base_tps,
    100,
  );
});

Deno.test("parseConfig() names --set as the place of its problems", () => {
  assert.deepEqual(
    problems(
      MINIMAL,
      ["controller.base_tps", "-1"],
      ["targets.0.url", "${KAR_SECRET}"],
      ["seed", "${NOT_SET}"],
    ),
    [
      "--set seed: the environment variable NOT_SET is not set; set it, or write $${NOT_SET} for the characters themselves",
      '--set targets.0.url: must be an address such as http://localhost:8080/path or https://…, got "${KAR_SECRET}"',
      "--set controller.base_tps: must be at least 0, got -1",
    ],
  );
});

Deno.test("parseConfig() refuses a path of --set that leads nowhere", () => {
  const cases: [path: string, why: RegExp][] = [
    ["", /the path has an empty step/],
    ["controller..base_tps", /the path has an empty step/],
    ["controller.base_tsp", /did you mean base_tps\?/],
    ["base_tps", /did you mean controller\.base_tps or /],
    ["targets.1.weight", /targets has 1 items, counted from 0/],
    ["targets.first.weight", /targets has 1 items, counted from 0/],
    ["seed.x", /the path goes through a single value/],
  ];
  for (const [path, why] of cases) {
    assert.throws(
      () => parse(`${MINIMAL}seed: 1\n`, "kar.yaml", [[path, "1"]]),
      (error: KarError) => {
        assert.equal(error.exit, "usage");
        assert.match(error.message, why);
        return error.message.startsWith(`--set ${path}: `);
      },
    );
  }
});

Deno.test("parseConfig() refuses a value of --set that is no YAML, without showing it", () => {
  assert.throws(
    () => parse(MINIMAL, "kar.yaml", [["seed", `[${SECRET}`]]),
    (error: KarError) =>
      error.exit === "usage" && error.message.includes("not valid YAML") &&
      !error.message.includes(SECRET),
  );
});
