import assert from "node:assert/strict";
import fc from "fast-check";
import {
  badVariable,
  type DataSet,
  type RequestSpec,
} from "../../../src/request/mod.ts";
import {
  arrival,
  dataSet,
  render,
  requestWith,
  sourcesOf,
} from "../support.ts";

/*
 * A value cannot leave its place: whatever a cell holds, a parser that knows
 * nothing of kar reads exactly that cell.
 */

const anyText = fc.string({ unit: "binary", maxLength: 40 })
  .map((text) => text.toWellFormed());
const odd = fc.constantFrom(
  ...['"', "\\", "%", "/", "..", "&", "=", "+", "#", "?", "\r\n", "\0", "{{"],
  ...["}}", "漢", "ü", "😀", "--kar", " ", "${TOKEN}", "\u2028"],
);
const cell = fc.oneof(
  anyText,
  fc.array(fc.oneof(anyText, odd), { maxLength: 6 }).map((all) => all.join("")),
);
const headerCell = cell.map((text) =>
  text.replace(/[^\t\x20-\x7e\xa0-\xff]/g, "x").trim()
);

function forAll(
  cells: fc.Arbitrary<string>,
  over: Partial<RequestSpec>,
  check: (
    value: string,
    rendered: ReturnType<typeof render>,
  ) => void | Promise<void>,
) {
  return fc.assert(
    fc.asyncProperty(cells, async (value) => {
      const data = [dataSet("d", [{ v: value }])];
      await check(value, render(requestWith(over, sourcesOf(data))));
    }),
    { numRuns: 500 },
  );
}

Deno.test("a cell in a path is one segment of it, whatever it holds", () =>
  forAll(
    cell.filter((text) => text !== "." && text !== ".."),
    { url: "http://localhost/items/{{d.v}}/end?x=1" },
    (value, { path }) => {
      const url = new URL(path, "http://localhost");
      const segments = url.pathname.split("/");
      assert.deepEqual(segments.map(decodeURIComponent), [
        "",
        "items",
        value,
        "end",
      ]);
      assert.equal(url.search, "?x=1");
    },
  ));

Deno.test("a cell in a query is one value of it, whatever it holds", () =>
  forAll(
    cell,
    { url: "http://localhost/?a={{d.v}}&b=2" },
    (value, { path }) => {
      const { searchParams } = new URL(path, "http://localhost");
      assert.deepEqual([...searchParams], [["a", value], ["b", "2"]]);
    },
  ));

Deno.test("a cell in a form is one value of it, whatever it holds", () =>
  forAll(
    cell,
    { content: { kind: "form", fields: [["a", "<{{d.v}}>"], ["b", "&"]] } },
    (value, { text, headers }) => {
      assert.deepEqual([...new URLSearchParams(text)], [
        ["a", `<${value}>`],
        ["b", "&"],
      ]);
      assert.ok(
        headers.some(([name, value]) =>
          name === "content-type" &&
          value === "application/x-www-form-urlencoded"
        ),
      );
    },
  ));

Deno.test("a cell in JSON is one text of it, whatever it holds", () =>
  forAll(
    cell,
    {
      content: { kind: "json", value: { a: "{{d.v}}", "b/~": ['"{{d.v}}"'] } },
    },
    (value, { text }) =>
      assert.deepEqual(JSON.parse(text), { a: value, "b/~": [`"${value}"`] }),
  ));

Deno.test("a cell in a header is one value of it, and what cannot be one is refused", () =>
  forAll(
    headerCell,
    { headers: [["x-v", "<{{d.v}}>"]] },
    (value, { headers }) => {
      const sent = headers.find(([name]) => name === "x-v")![1];
      assert.equal(sent, `<${value}>`);
      assert.equal(new Headers([["x-v", encodeLatin(sent)]]).has("x-v"), true);
    },
  ));

function encodeLatin(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

Deno.test("a cell in a part of multipart is all of it, whatever it holds", () =>
  forAll(
    cell,
    {
      content: {
        kind: "multipart",
        parts: [
          { kind: "value", name: 'a"b', value: "{{d.v}}" },
          { kind: "value", name: "c", value: "plain" },
        ],
      },
    },
    async (value, { body, headers }) => {
      const type = headers.find(([name]) => name === "content-type")![1];
      const parts = await partsOf(body, type);
      assert.deepEqual(parts, [['a"b', value], ["c", "plain"]]);
    },
  ));

/** Deno's own parser; it decodes names as browsers write them. */
async function partsOf(body: Uint8Array, type: string) {
  const response = new Response(new Uint8Array(body), {
    headers: { "content-type": type },
  });
  const form = await response.formData();
  return [...form].map(([name, value]) => [name.replaceAll("%22", '"'), value]);
}

Deno.test("a password in basic_auth may hold anything that a text can", () =>
  forAll(
    cell,
    { basicAuth: { user: "u", password: "{{d.v}}" } },
    (value, { headers }) => {
      const sent = headers.find(([name]) => name === "authorization")![1];
      const [, digits] = sent.split(" ");
      const bytes = Uint8Array.from(atob(digits!), (c) => c.charCodeAt(0));
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
      assert.equal(text, `u:${value}`);
    },
  ));

Deno.test("numbers, true and false stand in JSON without quotes where the data says so, text keeps them", () => {
  const data: DataSet[] = [
    dataSet("d", [{ n: 7.5, b: true, t: 3 }], { kind: "random" }, {
      n: "number",
      b: "boolean",
    }),
  ];
  const value = {
    n: "{{d.n}}",
    b: "{{d.b}}",
    t: "{{d.t}}",
    in: "a {{d.n}}",
    seq: "{{seq}}",
    now: "{{now}}",
    iso: "{{now iso}}",
    none: null,
  };
  const request = requestWith(
    { content: { kind: "json", value } },
    sourcesOf(data),
  );
  assert.deepEqual(JSON.parse(render(request).text), {
    n: 7.5,
    b: true,
    t: "3",
    in: "a 7.5",
    seq: 7,
    now: 1_700_000_000_142,
    iso: "2023-11-14T22:13:20.142Z",
    none: null,
  });
});

Deno.test("a captured value that cannot stand in its place is told before anything is sent", () => {
  const sources = sourcesOf([], { variables: ["token", "part"] });
  const header = requestWith({ headers: [["x", "a {{token}}"]] }, sources);
  const path = requestWith({ url: "http://localhost/{{part}}" }, sources);
  const json = requestWith(
    { content: { kind: "json", value: { x: "{{token}}" } } },
    sources,
  );
  const vars = (token: string | null, part: string | null) =>
    [token, part].map((text) => text === null ? null : encode(text));
  const bad = (request: typeof header, vars: (Uint8Array | null)[]) =>
    badVariable(request.vary!.uses, vars);
  assert.equal(bad(header, vars("x\r\ny: z", "p")), "token");
  assert.equal(bad(header, vars("fine", null)), null);
  assert.equal(bad(header, vars(null, "p")), "token");
  for (const dots of ["", ".", ".."]) {
    assert.equal(bad(path, vars("t", dots)), "part");
  }
  assert.equal(bad(path, vars("t", "../x")), null);
  const sent = render(path, arrival({ vars: vars("t", "../x?y#z") })).path;
  assert.equal(sent, "/..%2Fx%3Fy%23z");
  const body = render(json, arrival({ vars: vars('","admin":"\u0000', "p") }));
  assert.deepEqual(JSON.parse(body.text), { x: '","admin":"\u0000' });
});

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("variables of the environment are put in first and are never read as fields", () => {
  const request = requestWith({
    url: "http://localhost/${TOKEN}/{{{{x}}?{{int 5 5}}",
    headers: [["x", " ${TOKEN} {{int 1 1}} "]],
    body: "{{{{${TOKEN}{{hex 2}}",
  });
  const { path, headers, text } = render(request);
  assert.equal(path, "/s3cret/%7B%7Bx%7D%7D?5");
  assert.equal(headers.find(([name]) => name === "x")![1], "s3cret 1");
  assert.match(text, /^\{\{s3cret[0-9a-f]{2}$/);
});
