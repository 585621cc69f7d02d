import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { kar } from "./kar.ts";

/*
 * Two readers of JSON Schema that share nothing with the schema's maker: ajv,
 * and Python's jsonschema where it is installed. Editors and checks of others
 * read `kar schema` with one of them or with something like it.
 */

const CONFIGS = new URL("../../configs/", import.meta.url);

async function schemaText(): Promise<string> {
  return (await kar(["schema"])).out;
}

/** Every configuration that is shipped, as plain values. */
function shipped(): ReadonlyMap<string, unknown> {
  const files = Array.from(Deno.readDirSync(CONFIGS), ({ name }) => name)
    .filter((name) => name.endsWith(".yaml"));
  const all = [...files, "docker/kar.yaml"];
  return new Map(all.map((name) => {
    const text = Deno.readTextFileSync(new URL(name, CONFIGS));
    return [name, parse(text)];
  }));
}

function* patternsIn(node: unknown): Generator<string> {
  if (typeof node !== "object" || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === "pattern" && typeof value === "string") yield value;
    yield* patternsIn(value);
  }
}

/** JSON Schema, core, 6.4: literals, sets, ranges, groups, anchors, counts. */
const PORTABLE_REGEXP =
  /^(?:[^\\[\](){}*+?|]|\\[.[\]^$*+?(){}|]|\[\^?(?:[^\\[\]]|\\[[\]])+\]|\((?!\?)|\)|\||[*+?]|\{\d+(?:,\d*)?\})*$/;

Deno.test("kar schema has only regular expressions that every language reads alike", async () => {
  const patterns = [...patternsIn(JSON.parse(await schemaText()))];
  assert.ok(patterns.length > 10);
  for (const pattern of patterns) assert.match(pattern, PORTABLE_REGEXP);
  for (const bad of ["\\d", "\\p{Cc}", "(?!a)", "[\\w.]", "\\u0000", "\\/"]) {
    assert.doesNotMatch(bad, PORTABLE_REGEXP, "the look itself");
  }
});

Deno.test("kar schema has no character that a terminal obeys", async () => {
  assert.doesNotMatch(await schemaText(), /[^\n\x20-\x7e\u00a0-\uffff]/);
});

Deno.test("ajv takes kar schema, takes every shipped configuration by it, and refuses a wrong one", async () => {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  const validate = ajv.compile(JSON.parse(await schemaText()));
  const configs = shipped();
  assert.ok(configs.size >= 6);
  for (const [name, config] of configs) {
    assert.ok(validate(config), `${name}: ${JSON.stringify(validate.errors)}`);
  }
  const target = { name: "a", url: "http://localhost/" };
  const wrong = [
    { targets: [target], controller: { base_tps: -1 } },
    { targets: [target], contoller: {} },
    { targets: [{ ...target, name: "a\u009b31m" }] },
    { targets: [{ ...target, timeout: "5 minutes" }] },
  ];
  for (const config of wrong) assert.ok(!validate(config));
});

/** Prints what Python's jsonschema says; exit code 77 where it is not there. */
const PYTHON = `
import json, sys
try:
    import jsonschema
except ImportError:
    sys.exit(77)
schema, configs = json.load(sys.stdin)
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
for name, config in configs.items():
    for error in kind(schema).iter_errors(config):
        print(name, list(error.absolute_path), error.message)
wrong = {"targets": [{"name": "a\\u009b31m", "url": "http://localhost/"}]}
if kind(schema).is_valid(wrong):
    print("a control character in a name is taken")
`;

Deno.test("Python's jsonschema takes kar schema and every shipped configuration by it, where it is found", async (t) => {
  const configs = Object.fromEntries(shipped());
  const input = JSON.stringify([JSON.parse(await schemaText()), configs]);
  const said = await python(input);
  await t.step({
    name: "what it says",
    ignore: said === null,
    fn: () => assert.deepEqual(said, { code: 0, out: "", err: "" }),
  });
});

async function python(input: string) {
  try {
    const child = new Deno.Command("python3", {
      args: ["-W", "ignore", "-c", PYTHON],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input)).catch(() => {});
    await writer.close().catch(() => {});
    const { code, stdout, stderr } = await child.output();
    const text = new TextDecoder();
    return code === 77
      ? null
      : { code, out: text.decode(stdout), err: text.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
