import assert from "node:assert/strict";
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
const NOT_OURS = ["worker", "dashboard", "master", "scenarios"];

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
  assert.ok(keysAt([])!.includes("targets"));
  assert.ok(keysAt(["targets", 0])!.includes("weight"));
  assert.deepEqual(keysAt(["pattern"]), ["poisson", "noise", "trend"]);
  assert.equal(keysAt(["targets", 0, "headers"]), null);
  assert.equal(keysAt(["dashboard"]), null);
  assert.equal(keysAt(["seed"]), null);
});

Deno.test("pathsTo() finds every place of a key", () => {
  assert.deepEqual(pathsTo("base_tps"), ["controller.base_tps"]);
  assert.deepEqual(pathsTo("timeout"), ["targets.*.timeout", "health.timeout"]);
  assert.deepEqual(pathsTo("nothing"), []);
});
