import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { imported, importOpenApi } from "../../src/import/mod.ts";
import { kar, type Used } from "../cli/kar.ts";

function file(name: string): string {
  return new URL(`../fixtures/import/${name}`, import.meta.url).pathname;
}

// deno-lint-ignore no-explicit-any
type Target = Record<string, any>;

async function targetsOf(
  name: string,
  ...flags: string[]
): Promise<{ targets: Record<string, Target>; used: Used }> {
  const used = await kar(["import", "openapi", file(name), ...flags]);
  assert.equal(used.code, 0, used.err);
  await assertValid(used.out);
  const list: Target[] = parse(used.out).targets;
  return {
    targets: Object.fromEntries(list.map((target) => [target.name, target])),
    used,
  };
}

async function assertValid(text: string): Promise<void> {
  const names = [...text.matchAll(/(?<!\$)\$\{(\w+)\}/g)].map((
    [, name],
  ) => [name!, "x"]);
  const { code, out } = await kar(["validate", "a.yaml"], {
    files: { "a.yaml": text },
    env: Object.fromEntries(names),
  });
  assert.equal(code, 0, out + text);
}

Deno.test("kar import openapi writes every style of parameter as OpenAPI has it", async () => {
  const { targets: { search, ...rest } } = await targetsOf("shop.yaml");
  const url = new URL(search!.url);
  assert.equal(
    url.origin + url.pathname,
    "https://eu.shop.test/v1/search;style=a;style=b",
  );
  assert.equal(
    url.search,
    "?q=a%20b%26c&ids=1&ids=2&ids=3&sp=a%20b&pipe=a%7Cb&form=a,b&deep%5Bx%5D=1&deep%5By%5D=z&r=100&g=200&raw=a/b?c&filter=%7B%22a%22%3A1%7D",
  );
  assert.deepEqual(search!.headers, {
    "x-list": "a,b",
    "x-obj": "a=1",
    cookie: "${COOKIE}",
  });
  assert.deepEqual(Object.keys(rest), [
    "getItem",
    "PUT /items/{id}",
    "DELETE /items/{id}",
    "GET /label{.l}",
  ]);
  const { targets } = await targetsOf("bare.yaml");
  assert.equal(
    targets["HEAD /a b/{x}/{y}{z}"]!.url,
    "http://localhost:8080/api/a%20b/.1.2/;y=a,1,b,2a,1,b,2",
  );
});

Deno.test("kar import openapi fills parameters and bodies from examples, enums and schemas", async () => {
  const { targets } = await targetsOf("shop.yaml");
  assert.equal(
    targets.getItem!.url,
    "https://eu.shop.test/v1/items/{{uuid}}?page=2",
  );
  assert.deepEqual(targets.getItem!.headers, {
    authorization: "Bearer ${API_TOKEN}",
  });
  const put = targets["PUT /items/{id}"]!;
  assert.equal(
    put.url,
    "https://eu.shop.test/v1/items/{{uuid}}?api_key=${API_KEY}",
  );
  const { parent, ...json } = put.json;
  assert.deepEqual(json, {
    name: "a {{{{ b } $${c}",
    color: "{{pick red green blue}}",
    amount: "{{int 1 9}}",
    price: "{{int 1 100}}",
    tags: ["new"],
  });
  assert.equal(parent.name, json.name);
  assert.deepEqual(targets["DELETE /items/{id}"]!.basic_auth, {
    user: "${API_USER}",
    password: "${API_PASSWORD}",
  });
});

Deno.test("kar import openapi makes JSON, forms, parts and texts, and copies no secret", async () => {
  const { targets, used } = await targetsOf("forms.json");
  assert.ok(!(used.out + used.err).includes("hunter2"));
  assert.deepEqual(targets.login!.form, {
    user: "kar",
    password: "${PASSWORD}",
    tags: "a",
  });
  assert.deepEqual(targets.login!.headers, {
    authorization: "Bearer ${API_TOKEN}",
  });
  assert.deepEqual(targets.upload!.multipart, { note: "n" });
  assert.deepEqual([targets.text!.body, targets.text!.headers], [
    "hello {{{{x",
    { "content-type": "text/plain" },
  ]);
  assert.deepEqual(targets.patch!.json, { a: null, b: [true, 1.5] });
  assert.equal(
    targets.patch!.headers["content-type"],
    "application/merge-patch+json",
  );
  assert.deepEqual(targets.any!.json, {
    a: "{{int 5 8}}",
    b: true,
    when: "{{now iso}}",
  });
  assert.match(used.err, /POST \/upload: the file of pic/);
  assert.match(used.err, /POST \/pdf: a body of type application\/pdf/);
});

Deno.test("kar import openapi takes a tag, and another server", async () => {
  const { targets } = await targetsOf(
    "shop.yaml",
    "--tag",
    "items",
    "--server",
    "http://localhost:1/x/",
  );
  assert.deepEqual(Object.keys(targets), ["getItem", "PUT /items/{id}"]);
  assert.ok(targets.getItem!.url.startsWith("http://localhost:1/x/items/"));
});

const WRONG: readonly (readonly [string, RegExp])[] = [
  ["swagger: '2.0'", /is Swagger 2\.0: convert it/],
  ["a: [", /line 1: cannot be read/],
  ["a: 1\nb: {\n", /line \d: cannot be read/],
  ["[]", /is no OpenAPI document/],
  ["", /is no OpenAPI document/],
  ["openapi: 3.0.0", /paths: has no operation/],
  [
    "openapi: 3.0.0\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]",
    /aliases/,
  ],
];

for (const [text, says] of WRONG) {
  Deno.test(`importOpenApi() tells one fault of ${JSON.stringify(text.slice(0, 30))}`, () => {
    const result = imported(() => importOpenApi(text, { from: "a" }));
    assert.equal(result.kind, "wrong");
    if (result.kind === "wrong") {
      assert.match(`${result.place}: ${result.message}`, says);
    }
  });
}

/** Keys that an importer looks at. */
const KEYS =
  "get post parameters requestBody content application/json schema $ref type enum items properties allOf oneOf example in name style explode security servers url minimum /a/{b}"
    .split(" ");

Deno.test("importOpenApi() never throws anything but a fault, whatever stands in the document", () => {
  const key = fc.constantFrom(...KEYS);
  const leaf = fc.oneof(
    fc.constantFrom<unknown>(
      "object",
      "array",
      "query",
      "path",
      "header",
      "deepObject",
      "matrix",
      "#/paths",
      "#/x",
      null,
      true,
      0,
      -1,
      1e300,
    ),
    fc.string({ unit: "binary", maxLength: 6 }),
    fc.double(),
  );
  const { node } = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 6 },
      leaf,
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(key, tie("node"), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("/a/{b}", "/c", "d"), node),
      node,
      (paths, more) => {
        const text = JSON.stringify({
          openapi: "3.1.0",
          paths,
          components: more,
          security: more,
          servers: more,
        });
        const result = imported(() => importOpenApi(text, { from: "a" }));
        assert.ok(result.kind === "wrong" || result.draft.targets.length > 0);
      },
    ),
    { verbose: true, numRuns: 2000 },
  );
});

Deno.test("kar import refuses a file of 100 MB without reading it", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.truncate(path, 100e6);
    const { code, err } = await kar(["import", "openapi", path]);
    assert.equal(code, 3);
    assert.match(err, /is larger than 32 MiB/);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("kar import openapi says how much JSON and YAML it takes", () => {
  const json = `{"openapi": "3.0.0", "x": "${"a".repeat(16_000_001)}"}`;
  const yaml = `openapi: 3.0.0\nx: ${"a".repeat(1_000_001)}\n`;
  for (
    const [text, said] of [
      [json, /characters of JSON, must have at most 16000000: take a part/],
      [
        yaml,
        /characters of YAML, must have at most 1000000: convert it to JSON/,
      ],
    ] as const
  ) {
    const result = imported(() => importOpenApi(text, { from: "a" }));
    assert.equal(result.kind, "wrong");
    assert.match(result.kind === "wrong" ? result.message : "", said);
  }
});

Deno.test("kar import openapi says where JSON is wrong", () => {
  const result = imported(() =>
    importOpenApi('{"openapi": "3.0.0",\n "paths": { "a', { from: "a" })
  );
  assert.equal(result.kind === "wrong" && result.place, "line 2");
});
