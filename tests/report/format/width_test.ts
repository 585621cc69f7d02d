import assert from "node:assert/strict";
import fc from "fast-check";
import {
  clean,
  fit,
  toAscii,
  truncate,
  widthOf,
  wrap,
  wrapLines,
} from "../../../src/report/mod.ts";

/** Text as strangers write it: every code point, and what terminals obey. */
const HOSTILE = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "\x1b[2J\x1b]0;x\x07",
    "日本語ターゲット",
    "👩‍👩‍👧",
    "e\u0301\u0302",
    "\u202eabc",
    "\ud800",
  ),
);

Deno.test("clean() leaves nothing that a terminal obeys", () => {
  fc.assert(fc.property(HOSTILE, (text) => {
    assert.doesNotMatch(clean(text), /[\p{C}\p{Mn}\p{Me}\p{Zl}\p{Zp}]/u);
  }));
});

Deno.test("clean() keeps plain names and shows where something was", () => {
  assert.equal(clean("api-service 1"), "api-service 1");
  assert.equal(clean("日本語 é"), "日本語 é");
  assert.equal(clean("a\x1b[31mb\tc\nd"), "a\\x1b[31mb\\tc\\nd");
});

Deno.test("clean() twice is clean() once", () => {
  fc.assert(fc.property(HOSTILE, (text) => {
    assert.equal(clean(clean(text)), clean(text));
  }));
});

Deno.test("widthOf() counts wide characters twice and our own signs once", () => {
  assert.equal(widthOf("abc"), 3);
  assert.equal(widthOf("日本"), 4);
  assert.equal(widthOf("ﾊﾝ"), 2);
  assert.equal(widthOf("🚀"), 2);
  assert.equal(widthOf("▁█░│─…–µ·×●"), 11);
});

Deno.test("truncate() marks what is missing and never cuts a wide character in half", () => {
  assert.equal(truncate("abcdef", 6), "abcdef");
  assert.equal(truncate("abcdef", 5), "abcd…");
  assert.equal(truncate("日本語", 4), "日…");
  assert.equal(truncate("abc", 0), "");
});

Deno.test("fit() gives exactly the width that was asked", () => {
  fc.assert(
    fc.property(HOSTILE, fc.nat(40), fc.boolean(), (text, columns, isLeft) => {
      const fitted = fit(clean(text), columns, isLeft ? "left" : "right");
      assert.equal(widthOf(fitted), columns);
    }),
  );
});

Deno.test("wrap() breaks at spaces, and inside words that are too long", () => {
  assert.deepEqual(wrap("aa bb cc dd", 5), ["aa bb", "cc dd"]);
  assert.deepEqual(wrap("aa bbbbbbbb cc", 5), ["aa", "bbbbb", "bbb", "cc"]);
  assert.deepEqual(wrap("", 5), [""]);
});

Deno.test("wrapLines() breaks long lines between words, as far in as they begin", () => {
  assert.equal(
    wrapLines("kar: cannot open\n  the file of the config\n", 12),
    "kar: cannot\nopen\n  the file\n  of the\n  config\n",
  );
  assert.equal(wrapLines("as  it is", 9), "as  it is");
});

Deno.test("wrapLines() leaves a word whole that is longer than a line", () => {
  assert.equal(
    wrapLines("see http://localhost:9090/page now", 12),
    "see\nhttp://localhost:9090/page\nnow",
  );
});

Deno.test("wrap() loses no character and passes no edge", () => {
  fc.assert(
    fc.property(HOSTILE, fc.integer({ min: 2, max: 20 }), (text, columns) => {
      const lines = wrap(clean(text), columns);
      for (const line of lines) assert.ok(widthOf(line) <= columns);
      const bare = (t: string) => t.replaceAll(" ", "");
      assert.equal(bare(lines.join("")), bare(clean(text)));
    }),
  );
});

Deno.test("toAscii() keeps the width of any clean text", () => {
  fc.assert(fc.property(HOSTILE, (text) => {
    const ascii = toAscii(clean(text));
    assert.match(ascii, /^[\x20-\x7e]*$/);
    assert.equal(ascii.length, widthOf(clean(text)));
  }));
});
