import assert from "node:assert/strict";
import fc from "fast-check";
import { expand, printable, redact, variablesIn } from "../../src/base/mod.ts";

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
      JSON.stringify(JSON.stringify({ t: TOKEN })).slice(10, -4),
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

Deno.test("redact() hides the beginning of a value where its text was cut", () => {
  const TOKEN = "eyJhbGciOiJIUzI1NiJ9.A1b2C3d4A1b2C3d4.tail";
  const begun = TOKEN.slice(0, 30);
  for (
    const [text, hidden] of [
      [`must be "Bearer ${begun}…", no`, 'must be "Bearer ${TOKEN}…", no'],
      [
        `"${begun}…", must be "x ${begun}…"`,
        '"${TOKEN}…", must be "x ${TOKEN}…"',
      ],
      [`body ends in ${begun}`, "body ends in ${TOKEN}"],
      [`body ends in ${begun}\ufffd`, "body ends in ${TOKEN}\ufffd"],
      [`${TOKEN} ${begun}…`, "${TOKEN} ${TOKEN}…"],
      ["is eyJhb…", "is eyJhb…"],
      [`${begun} goes on`, `${begun} goes on`],
    ] as const
  ) {
    assert.equal(redact(text, { TOKEN }), hidden);
  }
});

Deno.test("redact() hides a value as messages write what cannot be seen", () => {
  const VALUE = '\x1b]0;pwn\x07\u202eESC"VALUE';
  for (
    const written of [
      printable(VALUE),
      printable(JSON.stringify(VALUE)).slice(1, -1),
    ]
  ) {
    assert.equal(
      redact(`"ZZ${written}" is not`, { VALUE }),
      '"ZZ${VALUE}" is not',
    );
  }
});
