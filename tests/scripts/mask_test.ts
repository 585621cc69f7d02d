import assert from "node:assert/strict";
import fc from "fast-check";
import { mask } from "../../scripts/rules/mask.ts";

/** What `mask` takes for code, with what it cut out squeezed. */
function codeOf(source: string): string {
  return mask(source).code.replace(/ +/g, " ").trimEnd();
}

Deno.test("mask() cuts out what quotes hold and keeps the quotes", () => {
  assert.equal(codeOf(`f("a'b", 'c"d', "e\\"f");`), `f(" ", ' ', " ");`);
});

Deno.test("mask() keeps code inside templates, however deep", () => {
  const source = "`a ${b + `c ${d} e` + { f: 1 }.f} g` + h;";
  assert.equal(codeOf(source), "` ${b + ` ${d} ` + { f: 1 }.f} ` + h;");
});

Deno.test("mask() tells a regular expression from a division", () => {
  assert.equal(codeOf("x = /a[/'b]c/g; y"), "x = / /g; y");
  assert.equal(codeOf("f(/'/); y"), "f(/ /); y");
  assert.equal(codeOf("return /'/.test(x)"), "return / /.test(x)");
  assert.equal(codeOf("a / b / 'c'"), "a / b / ' '");
  assert.equal(codeOf("(a) / b; 'c'"), "(a) / b; ' '");
  assert.equal(codeOf("a[0] / 2; 'c'"), "a[0] / 2; ' '");
});

Deno.test("mask() knows comments, also behind what looks like one", () => {
  assert.equal(codeOf('"//"; a; // b'), '" "; a;');
  assert.equal(codeOf("a /* b \n // c */ d"), "a \n d");
  assert.equal(mask("a; // b").comments.trim(), "// b");
  assert.equal(codeOf("x = /* c */ /'/; y"), "x = / /; y");
});

Deno.test("mask() keeps every line and column of any text", () => {
  const text = fc.array(fc.constantFrom(..."ab'\"`/*\\[]{}$\n ("), {
    maxLength: 60,
  })
    .map((chars) => chars.join(""));
  fc.assert(
    fc.property(text, (source) => {
      const { code, comments } = mask(source);
      for (const part of [code, comments]) {
        assert.equal(part.length, source.length);
        for (let i = 0; i < source.length; i++) {
          const char = part[i]!;
          assert.ok(char === source[i] || (char === " " && source[i] !== "\n"));
        }
      }
    }),
    { seed: 98, numRuns: 500 },
  );
});
