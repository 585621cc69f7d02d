import assert from "node:assert/strict";
import { GENERATOR_NAMES } from "../../src/request/mod.ts";
import { problems } from "./support.ts";

const TEXT = Deno.readTextFileSync(
  new URL("../../docs/data.md", import.meta.url),
);

Deno.test("each example of docs/data.md is a config without a problem", () => {
  const examples = [...TEXT.matchAll(/```yaml\n([^]*?)```/g)]
    .map(([, example]) => example!);
  assert.ok(examples.length >= 3);
  for (const example of examples) assert.deepEqual(problems(example), []);
});

Deno.test("docs/data.md names every generator", () => {
  for (const name of GENERATOR_NAMES) {
    assert.match(TEXT, new RegExp(`\\{\\{${name}[ }]`), name);
  }
});
