import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { imported, importK6 } from "../../src/import/mod.ts";
import { kar } from "../cli/kar.ts";
import { K6_SCRIPTS } from "./k6_scripts.ts";

for (const [about, script, wanted, left] of K6_SCRIPTS) {
  Deno.test(`kar import k6 reads ${about}`, async () => {
    const path = await Deno.makeTempFile({ suffix: ".js" });
    try {
      await Deno.writeTextFile(path, script);
      const { code, out, err } = await kar(["import", "k6", path]);
      assert.equal(code, 0, err);
      assert.ok(!(out + err).includes("hunter2"));
      const config = parse(out);
      for (const [key, value] of Object.entries(wanted)) {
        assert.deepEqual(config[key], value, key);
      }
      for (const line of left) assert.match(err, line);
      if (left.length === 0) assert.doesNotMatch(err, /not taken over/);
      const names = [...out.matchAll(/(?<!\$)\$\{(\w+)\}/g)].map((
        [, name],
      ) => [name!, name === "BASE" ? "http://h" : "x"]);
      const checked = await kar(["validate", "a.yaml"], {
        files: { "a.yaml": out },
        env: Object.fromEntries(names),
      });
      assert.equal(checked.code, 0, checked.out);
    } finally {
      await Deno.remove(path);
    }
  });
}

Deno.test("importK6() tells one fault of a script without a request that it can read", () => {
  for (
    const text of [
      "",
      "export default 5",
      "http.get(url)",
      "{{{{",
      "http.get('",
    ]
  ) {
    const result = imported(() => importK6(text));
    assert.ok(result.kind === "wrong");
    assert.match(result.message, /has no request that can be read/);
  }
});

Deno.test("importK6() never throws anything but a fault, whatever the script is", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "http.get(",
      "http.post(",
      "http.request(",
      "'http://h/a'",
      "`${",
      "}",
      "{",
      "[",
      "]",
      ")",
      ",",
      "'",
      '"',
      "`",
      "const a =",
      "export const options = ",
      "scenarios:",
      "sleep(1)",
      "JSON.stringify(",
      "__ENV.X",
      "+",
      "a",
      "5",
      "\n",
      "//",
      "/*",
      "thresholds: { http_req_duration: ['p(95)<5'] }",
      "\\u{110000}",
    ),
    fc.string({ unit: "binary", maxLength: 6 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const result = imported(() => importK6(pieces.join("")));
      assert.ok(result.kind === "imported" || result.message.length > 5);
    }),
    { verbose: true, numRuns: 3000 },
  );
});

Deno.test("kar import k6 takes the first 64 requests of a long script, in an instant", () => {
  const lines = Array.from(
    { length: 20_000 },
    (_, i) => `  const r${i} = http.get("http://localhost/a${i}");`,
  );
  const script = `export default function () {\n${lines.join("\n")}\n}\n`;
  const result = imported(() => importK6(script));
  assert.ok(result.kind === "imported");
  assert.equal(result.draft.journeys![0]!.steps.length, 64);
  // What was not looked at is told by its line, within a bound.
  assert.equal(result.left.length, 201);
  assert.match(result.left.at(-1)!, /^and \d+ more$/);
});
