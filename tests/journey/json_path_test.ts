import assert from "node:assert/strict";
import fc from "fast-check";
import { jsonpath } from "json-p3";
import { compileJsonPath } from "../../src/journey/json_path.ts";

Deno.test("compileJsonPath() finds what json-p3 finds, by the short way too", () => {
  const step = fc.constantFrom(
    ".a",
    ".b",
    "[0]",
    "[1]",
    "[12]",
    ".constructor",
    ".length",
    ".__proto__",
  );
  const path = fc.array(step, { minLength: 1, maxLength: 4 })
    .map((steps) => `$${steps.join("")}`);
  const json = fc.jsonValue({ maxDepth: 4 }).map((value) =>
    JSON.parse(JSON.stringify({ a: value, b: [value, { a: [value] }] }))
  );
  fc.assert(
    fc.property(path, json, (path, document) => {
      const expected = jsonpath.compile(path).match(document)?.value;
      assert.deepEqual(compileJsonPath(path)(document), expected, path);
    }),
    { seed: 98, numRuns: 2000 },
  );
});

Deno.test("compileJsonPath() takes all of RFC 9535: filters, slices, the first of several", () => {
  const document = { items: [{ id: 1, ok: false }, { id: 2, ok: true }] };
  const at = (path: string) => compileJsonPath(path)(document);
  assert.equal(at("$.items[*].id"), 1);
  assert.equal(at("$.items[?@.ok == true].id"), 2);
  assert.equal(at("$..id"), 1);
  assert.equal(at("$.items[-1:].id"), 2);
  assert.equal(at("$['items'][1]['id']"), 2);
  assert.equal(at("$.nothing"), undefined);
  assert.throws(() => at("$.["));
});
