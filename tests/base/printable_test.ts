import assert from "node:assert/strict";
import fc from "fast-check";
import {
  excerpt,
  EXCERPT_CHARS_MAX,
  printable,
  printableJson,
  printableLines,
} from "../../src/base/mod.ts";

/** What a terminal obeys, what turns a line around, and what nobody sees. */
const DANGEROUS = [
  "\x00",
  "\x07",
  "\b",
  "\t",
  "\n",
  "\r",
  "\x1b",
  "\x7f",
  "\x80",
  "\x9b",
  "\x9d",
  "\u00ad",
  "\u061c",
  "\u115f",
  "\u200b",
  "\u200e",
  "\u2028",
  "\u2029",
  "\u202a",
  "\u202e",
  "\u2060",
  "\u2066",
  "\u2069",
  "\u3164",
  "\ufeff",
  "\uffa0",
  "\ud800",
  "\udfff",
  "\ue000",
  "\u{e0041}",
  "\u{10ffff}",
];

const HOSTILE = fc.array(
  fc.oneof(
    fc.constantFrom(...DANGEROUS),
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.string({ unit: "grapheme", maxLength: 8 }),
  ),
).map((parts) => parts.join(""));

/** Said anew, and not by the expression that the code uses. */
function isSeen(char: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(char) &&
    !"\u115f\u1160\u3164\uffa0\u034f".includes(char);
}

Deno.test("printable() leaves nothing that a terminal obeys or that nobody sees", () => {
  for (const char of DANGEROUS) {
    assert.match(printable(`a${char}b`), /^a\\(?:[nrt]|[xu][{}0-9a-f]+)b$/);
  }
  fc.assert(fc.property(HOSTILE, (text) => {
    assert.ok([...printable(text)].every(isSeen));
  }));
});

Deno.test("printable() keeps what can be seen, in any language", () => {
  for (
    const text of ["", "GET /a?b=c\\d", "日本語 é", "❤️", "🚀 naïve", "שלום"]
  ) {
    assert.equal(printable(text), text);
  }
});

Deno.test("printable() shows each character by its code", () => {
  assert.equal(
    printable("\x1b]0;x\x07 \x9b31m \u202e \u{e0041} \ud800\r\n\t"),
    "\\x1b]0;x\\x07 \\x9b31m \\u202e \\u{e0041} \\ud800\\r\\n\\t",
  );
});

Deno.test("printable() of what is printable changes nothing", () => {
  fc.assert(fc.property(HOSTILE, (text) => {
    assert.equal(printable(printable(text)), printable(text));
  }));
});

Deno.test("printableLines() keeps line breaks and tabs, and nothing else", () => {
  assert.equal(printableLines("a\x1b\tb\r\n"), "a\\x1b\tb\\r\n");
  fc.assert(fc.property(HOSTILE, (text) => {
    const parts = printableLines(text).split(/[\n\t]/);
    assert.deepEqual(parts, text.split(/[\n\t]/).map(printable));
  }));
});

Deno.test("excerpt() is printable and never longer than asked", () => {
  fc.assert(
    fc.property(HOSTILE, fc.integer({ min: 1, max: 40 }), (text, charsMax) => {
      const shown = excerpt(text, charsMax);
      assert.ok(shown.length <= charsMax);
      assert.equal(printable(shown), shown);
      const whole = printable(text);
      if (whole.length <= charsMax) assert.equal(shown, whole);
      else {
        assert.ok(shown.endsWith("…"));
        // A half pair at the cut would be shown by another code than the pair.
        assert.ok(whole.startsWith(shown.slice(0, -1)));
      }
    }),
  );
});

Deno.test("excerpt() of a text of any size looks at its beginning only", () => {
  const shown = excerpt("\x1b".repeat(10_000_000));
  assert.equal(shown, `${"\\x1b".repeat(49)}…`);
  assert.ok(shown.length <= EXCERPT_CHARS_MAX);
});

Deno.test("printableJson() means the same and shows every character", () => {
  fc.assert(
    fc.property(HOSTILE, fc.constantFrom(0, 2), (text, indent) => {
      const value = { [text]: [text, 1, null] };
      const json = printableJson(value, indent);
      assert.ok([...json.replaceAll("\n", "")].every(isSeen));
      assert.deepEqual(JSON.parse(json), value);
    }),
  );
});
