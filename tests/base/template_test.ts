import assert from "node:assert/strict";
import fc from "fast-check";
import { expand, redact, variablesIn } from "../../src/base/mod.ts";

Deno.test("expand() puts values in the place of names", () => {
  const text = "https://${HOST}:${PORT_2}/${HOST}";
  const values = { HOST: "example.com", PORT_2: "81" };
  assert.equal(expand(text, values), "https://example.com:81/example.com");
});

Deno.test("expand() leaves everything that is not a place as it is", () => {
  const values = { A: "x" };
  for (const text of ["", "$A", "${}", "${1A}", "${A", "{A}", "$", "${A B}"]) {
    assert.equal(expand(text, values), text);
  }
});

Deno.test("expand() reads $${ as a plain ${", () => {
  assert.equal(expand("$${A}", { A: "x" }), "${A}");
  assert.equal(expand("$$${A}", { A: "x" }), "$${A}");
});

Deno.test("expand() looks at the text once: a value is never expanded", () => {
  assert.equal(expand("${A}", { A: "${B}", B: "x" }), "${B}");
  assert.equal(expand("${A}", { A: "$&$1$$" }), "$&$1$$");
});

Deno.test("expand() leaves a name without a value, whatever it is called", () => {
  for (const name of ["MISSING", "constructor", "__proto__", "toString"]) {
    assert.equal(expand("${" + name + "}", {}), "${" + name + "}");
  }
});

Deno.test("variablesIn() tells each name once, and no escaped one", () => {
  assert.deepEqual(variablesIn("${A}${B}${A}$${C} $D"), ["A", "B"]);
});

Deno.test("variablesIn() tells exactly the names that expand() asks for", () => {
  const part = fc.constantFrom("${A}", "$${A}", "${B_1}", "$", "{", "}", "A");
  const text = fc.array(part).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (text) => {
      const asked = new Set<string>();
      const spy = new Proxy({}, {
        has: () => true,
        get: (_, name) => (asked.add(String(name)), "value"),
        getOwnPropertyDescriptor: () => ({ configurable: true, value: "" }),
      });
      expand(text, spy);
      assert.deepEqual([...asked].sort(), variablesIn(text).sort());
    }),
    { seed: 98, numRuns: 1000 },
  );
});

Deno.test("redact() hides values of six characters and more, the longest first", () => {
  const variables = { KEY: "sesame", LONG: "sesame-open", SHORT: "abcde" };
  assert.equal(
    redact("sesame-open, sesame and abcde", variables),
    "${LONG}, ${KEY} and abcde",
  );
});

Deno.test("redact() hides a value as places of requests write it, too", () => {
  const TOKEN = `a+b/c!=="d'`;
  for (
    const written of [
      TOKEN,
      encodeURIComponent(TOKEN),
      "a%2Bb%2Fc%21%3D%3D%22d%27",
      "a%2bb%2fc%21%3d%3d%22d%27",
      JSON.stringify(TOKEN).slice(1, -1),
    ]
  ) {
    assert.equal(redact(`t=${written};`, { TOKEN }), "t=${TOKEN};", written);
  }
});

Deno.test("redact() takes values that no text in UTF-8 holds", () => {
  assert.equal(
    redact("is bad\ud800value", { ODD: "bad\ud800value" }),
    "is ${ODD}",
  );
});
