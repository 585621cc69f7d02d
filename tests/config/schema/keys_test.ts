import assert from "node:assert/strict";
import { MINIMAL, problems } from "../support.ts";
import fc from "fast-check";
import { parseDuration, printableJson } from "../../../src/base/mod.ts";
import {
  configSchemaJson,
  type JsonSchema,
  keysAt,
  pathsTo,
} from "../../../src/config/schema/mod.ts";
import { assertGolden } from "../../fixtures/golden.ts";

/** Blocks that are read for the Go program's files only, and what is not there yet. */
const NOT_OURS = ["worker", "dashboard", "master"];

function* keysOf(
  schema: JsonSchema,
  path: string,
): Generator<[path: string, schema: JsonSchema]> {
  if (schema.items !== undefined) yield* keysOf(schema.items, `${path}.*`);
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const below = path === "" ? key : `${path}.${key}`;
    yield [below, child];
    yield* keysOf(child, below);
  }
}

Deno.test("configSchemaJson() is the documented JSON Schema", async () => {
  const text = printableJson(configSchemaJson(), 2);
  await assertGolden("config_schema", `${text}\n`);
});

Deno.test("configSchemaJson() describes every key", () => {
  const keys = [...keysOf(configSchemaJson(), "")];
  assert.ok(keys.length > 60);
  for (const [path, schema] of keys) {
    assert.ok((schema.description ?? "").length >= 7, path);
  }
});

Deno.test("configSchemaJson() has no key that configs/kar98k.yaml does not show", () => {
  const text = Deno.readTextFileSync(
    new URL("../../../configs/kar98k.yaml", import.meta.url),
  );
  for (const [path] of keysOf(configSchemaJson(), "")) {
    const steps = path.split(".");
    if (NOT_OURS.includes(steps[0]!)) continue;
    assert.match(text, new RegExp(`^[ #-]*${steps.at(-1)}:`, "m"), path);
  }
});

Deno.test("configSchemaJson() lets through exactly the durations that are read", () => {
  const [, timeout] = [...keysOf(configSchemaJson(), "")]
    .find(([path]) => path === "targets.*.timeout")!;
  const pattern = new RegExp(String(timeout.pattern));
  const part = fc.constantFrom(
    "1",
    "5",
    "0",
    ".",
    "ms",
    "s",
    "m",
    "h",
    " ",
    "-",
  );
  const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (text) => {
      assert.equal(pattern.test(text), parseDuration(text) !== undefined, text);
    }),
    { seed: 98, numRuns: 2000 },
  );
});

Deno.test("keysAt() knows closed blocks, and leaves open ones open", () => {
  assert.ok(keysAt([])!.taken.includes("targets"));
  assert.ok(keysAt(["targets", 0])!.taken.includes("weight"));
  assert.deepEqual(keysAt(["pattern"])!.taken, [
    ...["poisson", "noise", "trend", "drift", "burst", "calendar", "mix"],
  ]);
  assert.equal(keysAt(["targets", 0, "headers"]), null);
  assert.equal(keysAt(["dashboard"]), null);
  assert.equal(keysAt(["seed"]), null);
});

Deno.test("keysAt() takes the blocks of the Go program, and tells nobody to write them", () => {
  const { taken, told } = keysAt([])!;
  assert.deepEqual(
    taken.filter((key) => !told.includes(key)),
    ["worker", "dashboard", "master"],
  );
  assert.deepEqual(keysAt(["worker"])!.told, ["pool_size"]);
  assert.deepEqual(pathsTo("queue_size"), []);
  assert.deepEqual(keysAt(["targets", 0])!.told, keysAt(["targets", 0])!.taken);
});

Deno.test("a key that nobody knows is answered with the keys that work", () => {
  const told = problems(`${MINIMAL}zzzzzz: 1\nwroker: {}\n`).join("\n");
  assert.match(
    told,
    / zzzzzz: unknown key, must be targets, .* or record$/m,
  );
  assert.doesNotMatch(told, /dashboard|master|worker\b/);
  assert.match(told, / wroker: unknown key, did you mean workers\?/);
});

Deno.test("pathsTo() finds every place of a key", () => {
  assert.deepEqual(pathsTo("base_tps"), [
    "controller.base_tps",
    "scenarios.*.base_tps",
  ]);
  assert.deepEqual(pathsTo("timeout"), [
    "targets.*.timeout",
    "journeys.*.timeout",
    "journeys.*.steps.*.timeout",
    "setup.timeout",
    "setup.steps.*.timeout",
    "health.timeout",
  ]);
  assert.deepEqual(pathsTo("nothing"), []);
});
