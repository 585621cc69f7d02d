/** What a script imports, and how its files become one address. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { importsOf, maskWords, wordsIn } from "../../src/script/mod.ts";
import { placeIn, thrownText } from "../../src/script/mod.ts";
import { modulesOf } from "../../src/script/mod.ts";

/** Texts in which nothing is imported, whatever they say. */
const INERT = [
  '// import "npm:x"\n',
  '/* import fs from "node:fs" */',
  "const a = \"import x from 'node:fs'\";\n",
  'const b = `import "npm:y" ${1 + 1} import("z")`;\n',
  "const c = /import\\s*(['\"])x/g;\n",
  "const d = { import: 1, from: 'x' };\n",
  "object.import('x');\n",
  'export const from = "node:fs";\n',
  'export default function from() { return "x"; }\n',
];
const IMPORTS = [
  ['import "%";\n'],
  ['import x from "%";\n'],
  ["import { a as b, c } from '%';\n"],
  ["import * as all\n  from '%';\n"],
  ['export { a } from "%";\n'],
  ['export * from "%";\n'],
  ['import d, { e } from "%";\n'],
] as const;

Deno.test("importsOf() finds every import and nothing else, wherever it stands", () => {
  const piece = fc.oneof(
    fc.constantFrom(...INERT).map((text) => ({ text, specifier: null })),
    fc.tuple(fc.constantFrom(...IMPORTS), fc.nat(99)).map(([[form], n]) => ({
      text: form.replace("%", `./m${n}.ts`),
      specifier: `./m${n}.ts`,
    })),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const source = pieces.map(({ text }) => text).join("");
      const { imports, findings } = importsOf(source);
      assert.deepEqual(
        imports.map(({ specifier }) => specifier),
        pieces.flatMap(({ specifier }) => specifier === null ? [] : specifier),
      );
      assert.deepEqual(findings, []);
      for (const { start, end, specifier } of imports) {
        assert.equal(source.slice(start, end), specifier);
      }
    }),
  );
});

Deno.test("importsOf() refuses whatever is no file beside the script, with its place", () => {
  for (
    const specifier of [
      ...["npm:chalk@5", "node:fs", "jsr:@std/assert", "https://x.test/a.ts"],
      ...["fs", "/etc/passwd", "file:///etc/passwd", "data:text/javascript,1"],
      ...["./a.json", "./kar.d.ts", "./a.ts?x", "../a", ".\\x2fa.ts"],
    ]
  ) {
    const { findings } = importsOf(
      `const a = 1;\nimport b from "${specifier}";`,
    );
    assert.equal(findings.length, 1, specifier);
    assert.deepEqual(
      { line: findings[0]!.line, col: findings[0]!.col },
      { line: 2, col: 15 },
      specifier,
    );
  }
  for (
    const text of [
      'await import("./a.ts")',
      "import . meta.url",
      "import.defer('x')",
    ]
  ) {
    assert.equal(importsOf(`\n  ${text};`).findings.length, 1, text);
  }
});

Deno.test("modulesOf() makes one address that gives what the files export together", async () => {
  const file = (code: string, folder: string) => ({
    file: folder,
    code,
    imports: importsOf(code).imports.map((one) => ({
      ...one,
      path: one.specifier.replace(/^.*\//, ""),
    })),
  });
  const { main, modules } = modulesOf(
    "main.js",
    new Map([
      [
        "main.js",
        file(
          'import { b } from "./lib/b.js"; import { c } from "./c.js"; export const all = [b, c];',
          "main.js",
        ),
      ],
      [
        "b.js",
        file(
          'import { c } from "../c.js"; export const b = `b${c}`;',
          "lib/b.js",
        ),
      ],
      ["c.js", file("export const c = 'ü';", "c.js")],
    ]),
  );
  const { all } = await import(main);
  assert.deepEqual(all, ["bü", "ü"]);
  assert.deepEqual(modules.map(({ file }) => file).sort(), [
    "c.js",
    "lib/b.js",
    "main.js",
  ]);
  assert.equal(new Set(modules.map(({ tail }) => tail)).size, 3);
});

Deno.test("maskWords() shows no word that stands in no file of the script", () => {
  const words = fc.stringMatching(/^[A-Za-z0-9_]{4,20}$/);
  // No word of the engine's.
  const secrets = fc.stringMatching(/^[A-Za-z]{3,9}[0-9]{4,9}$/);
  fc.assert(
    fc.property(fc.array(words, { minLength: 1 }), secrets, (known, secret) => {
      const own = wordsIn([known.join(" ")]);
      fc.pre(!own.has(secret));
      const text = `${known[0]}: Unexpected token "${secret}" in JSON, ${
        known.at(-1)
      }`;
      const shown = maskWords(text, own);
      assert.ok(!wordsIn([shown]).has(secret), shown);
      assert.ok(shown.includes(known[0]!));
    }),
  );
});

Deno.test("maskWords() leaves the engine's messages and status codes readable", () => {
  const known = wordsIn(["const { token } = answer.json(); no stock"]);
  for (
    const [text, shown] of [
      ["Cannot read properties of undefined (reading 'token')", null],
      ["no stock", null],
      ["answer 503", null],
      ["got abc123", "got …"],
      ['login said {"token":"s3cr3t-tok"}', '… … {"token":"…"}'],
    ] as const
  ) {
    const masked = maskWords(text, known);
    if (shown === null) assert.equal(masked, text);
    else assert.ok(!/abc123|s3cr3t|tok"/.test(masked), masked);
  }
});

Deno.test("thrownText() takes whatever is thrown, and runs nothing twice", () => {
  const source = { file: "odd.ts", modules: [], words: new Set<string>() };
  const spiteful = new Error("x");
  Object.defineProperty(spiteful, "message", {
    get() {
      throw new Error("no");
    },
  });
  for (
    const thrown of [
      undefined,
      null,
      1,
      "secret",
      Symbol("s"),
      {},
      spiteful,
      new Proxy({}, {}),
    ]
  ) {
    assert.equal(
      thrownText(thrown, source),
      "odd.ts: it threw something that is not an Error",
    );
  }
  const named = new Error("hush");
  named.name = "hush";
  assert.equal(thrownText(named, source), "odd.ts: …");
});

Deno.test("placeIn() finds the first place that is in a file of the script", () => {
  const modules = [{ file: "a.ts", tail: "AAAA" }, {
    file: "b.ts",
    tail: "BBBB",
  }];
  const stack =
    "Error: x\n at f (file:///kar.ts:1:1)\n at g (data:application/javascript;base64,abc......xBBBB:12:5)\n at data:application/javascript;base64,AAAA:1:1";
  assert.deepEqual(placeIn(stack, modules), { file: "b.ts", line: 12, col: 5 });
  assert.equal(placeIn("Error\n at file:///x:1:1", modules), null);
});
