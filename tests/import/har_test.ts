import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { imported, importHar } from "../../src/import/mod.ts";
import { kar } from "../cli/kar.ts";

const SHOP = new URL("../fixtures/import/shop.har", import.meta.url).pathname;

Deno.test("kar import har makes a journey with its think times, without static files and secrets", async () => {
  const { code, out, err } = await kar(["import", "har", SHOP]);
  assert.equal(code, 0, err);
  assert.ok(!(out + err).includes("hunter2"));
  const { journeys: [journey], targets } = parse(out);
  assert.equal(targets, undefined);
  const { steps, ...rest } = journey;
  assert.deepEqual(rest, {
    name: "shop.test",
    base: "https://shop.test",
    connection: "own",
    cookies: true,
    timeout: "10m1s",
  });
  assert.deepEqual(steps, [
    {
      name: "GET root",
      get: "/",
      headers: { accept: "text/html" },
      think: "3.3s",
    },
    {
      name: "POST api login",
      post: "/api/login",
      headers: {
        "content-type": "application/json",
        "x-csrf-token": "${X_CSRF_TOKEN}",
      },
      body: '{"user":"a{{{{b","password":"${PASSWORD}"}',
    },
    {
      name: "GET api items",
      get: "/api/items?page=1",
      headers: { Authorization: "Bearer ${X_CSRF_TOKEN}" },
      think: "1m",
    },
    { name: "POST api form", post: "/api/form", form: { q: "a b" } },
  ]);
  for (
    const said of [
      /static file \/app\.js/,
      /host cdn\.test: --only/,
      /OPTIONS \/api\/login/,
    ]
  ) assert.match(err, said);
  const env = { X_CSRF_TOKEN: "x", PASSWORD: "y" };
  const checked = await kar(["validate", "a.yaml"], {
    files: { "a.yaml": out },
    env,
  });
  assert.equal(checked.code, 0, checked.out);
});

const WRONG: readonly (readonly [string, RegExp])[] = [
  ["", /is not JSON/],
  ['{"log": {\n"entries": [}', /^line 2: is not JSON/],
  ["{}", /log\.entries: must be a list/],
  ['{"log":{"entries":[]}}', /has no request .*hosts: none/],
  [
    '{"log":{"entries":[1,null,{"request":{"url":"data:x"}}]}}',
    /has no request/,
  ],
];

for (const [text, says] of WRONG) {
  Deno.test(`importHar() tells one fault of ${JSON.stringify(text)}`, () => {
    const result = imported(() => importHar(text, {}));
    assert.ok(result.kind === "wrong");
    assert.match(`${result.place}: ${result.message}`, says);
  });
}

Deno.test("kar import har --only takes another host, or names those that there are", async () => {
  const { code, err } = await kar([
    "import",
    "har",
    SHOP,
    "--only",
    "other.test",
  ]);
  assert.equal(code, 3);
  assert.match(err, /no request to other\.test .*hosts: shop\.test, cdn\.test/);
});

Deno.test("importHar() never throws anything but a fault, whatever the recording holds", () => {
  const key = fc.constantFrom(
    "request",
    "url",
    "method",
    "headers",
    "postData",
    "text",
    "params",
    "name",
    "value",
    "startedDateTime",
    "time",
    "response",
    "content",
    "mimeType",
    "_resourceType",
  );
  const leaf = fc.oneof(
    fc.constantFrom<unknown>(
      "https://h/a",
      "GET",
      "POST",
      "2026-11-24T09:00:00Z",
      null,
      5,
      -1,
      1e308,
    ),
    fc.string({ unit: "binary", maxLength: 5 }),
  );
  const { node } = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(key, tie("node"), { maxKeys: 5 }),
    ),
  }));
  const entry = fc.record({
    startedDateTime: fc.constantFrom(
      "2026-11-24T09:00:00Z",
      "2026-11-24T09:00:09Z",
      "x",
    ),
    time: node,
    request: fc.record({
      url: fc.constantFrom("https://h/a?b=c", "http://[", "x"),
      method: node,
      headers: node,
      postData: node,
    }),
    response: node,
  });
  fc.assert(
    fc.property(
      fc.array(fc.oneof(entry, node), { maxLength: 5 }),
      (entries) => {
        const result = imported(() =>
          importHar(JSON.stringify({ log: { entries } }), {})
        );
        assert.ok(
          result.kind === "wrong" || result.draft.journeys!.length === 1,
        );
      },
    ),
    { verbose: true, numRuns: 1000 },
  );
});
