import assert from "node:assert/strict";
import { parse } from "yaml";
import { kar } from "../cli/kar.ts";

/** What a parameter `color` may be: the examples of OpenAPI's own table of styles. */
const VALUES = {
  string: "blue",
  array: ["blue", "black", "brown"],
  object: { R: 100, G: 200, B: 150 },
} as const;

type Kind = keyof typeof VALUES;

/** Style, explode, and how OpenAPI writes each kind (null = undefined there). */
type Row = readonly [
  style: string,
  explode: boolean,
  written: Readonly<Record<Kind, string | null>>,
];

const PATH: readonly Row[] = [
  ["matrix", false, {
    string: ";color=blue",
    array: ";color=blue,black,brown",
    object: ";color=R,100,G,200,B,150",
  }],
  ["matrix", true, {
    string: ";color=blue",
    array: ";color=blue;color=black;color=brown",
    object: ";R=100;G=200;B=150",
  }],
  // OpenAPI 3.0.0 to 3.0.3 had dots here; RFC 6570 and every later one have commas.
  ["label", false, {
    string: ".blue",
    array: ".blue,black,brown",
    object: ".R,100,G,200,B,150",
  }],
  ["label", true, {
    string: ".blue",
    array: ".blue.black.brown",
    object: ".R=100.G=200.B=150",
  }],
  ["simple", false, {
    string: "blue",
    array: "blue,black,brown",
    object: "R,100,G,200,B,150",
  }],
  ["simple", true, {
    string: "blue",
    array: "blue,black,brown",
    object: "R=100,G=200,B=150",
  }],
];

const QUERY: readonly Row[] = [
  ["form", false, {
    string: "color=blue",
    array: "color=blue,black,brown",
    object: "color=R,100,G,200,B,150",
  }],
  ["form", true, {
    string: "color=blue",
    array: "color=blue&color=black&color=brown",
    object: "R=100&G=200&B=150",
  }],
  ["spaceDelimited", false, {
    string: null,
    array: "color=blue%20black%20brown",
    object: "color=R%20100%20G%20200%20B%20150",
  }],
  ["pipeDelimited", false, {
    string: null,
    array: "color=blue%7Cblack%7Cbrown",
    object: "color=R%7C100%7CG%7C200%7CB%7C150",
  }],
  ["deepObject", true, {
    string: null,
    array: null,
    object: "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
  }],
];

/** The URL or header of an operation with one parameter. */
async function targetOf(
  place: string,
  [style, explode]: Row,
  kind: Kind,
): Promise<{ url: string; headers?: Record<string, string> }> {
  const parameter = {
    name: "color",
    in: place,
    style,
    explode,
    required: true,
    example: VALUES[kind],
  };
  const path = place === "path" ? "/a/{color}" : "/a";
  const document = {
    openapi: "3.1.0",
    info: { title: "Styles", version: "1" },
    servers: [{ url: "http://h" }],
    paths: { [path]: { get: { parameters: [parameter] } } },
  };
  const file = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(file, JSON.stringify(document));
    const { code, out, err } = await kar(["import", "openapi", file]);
    assert.equal(code, 0, err);
    const checked = await kar(["validate", "a.yaml"], {
      files: { "a.yaml": out },
    });
    assert.equal(checked.code, 0, checked.out);
    return parse(out).targets[0];
  } finally {
    await Deno.remove(file);
  }
}

for (const row of PATH) {
  const [style, explode, written] = row;
  Deno.test(`kar import openapi writes a path parameter of style ${style}, explode ${explode}`, async () => {
    for (const [kind, wanted] of Object.entries(written)) {
      const { url } = await targetOf("path", row, kind as Kind);
      assert.equal(url, `http://h/a/${wanted}`, kind);
    }
  });
}

for (const row of QUERY) {
  const [style, explode, written] = row;
  Deno.test(`kar import openapi writes a query parameter of style ${style}, explode ${explode}`, async () => {
    for (const [kind, wanted] of Object.entries(written)) {
      if (wanted === null) continue;
      const { url } = await targetOf("query", row, kind as Kind);
      assert.equal(url, `http://h/a?${wanted}`, kind);
    }
  });
}

Deno.test("kar import openapi writes a header of style simple", async () => {
  for (const row of PATH.slice(-2)) {
    for (const [kind, wanted] of Object.entries(row[2])) {
      const { headers } = await targetOf("header", row, kind as Kind);
      assert.equal(headers!.color, wanted, kind);
    }
  }
});
