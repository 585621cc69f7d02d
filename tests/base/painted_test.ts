import assert from "node:assert/strict";
import fc from "fast-check";
import {
  csi,
  joined,
  linesOf,
  plain,
  printable,
  trimmedEnd,
} from "../../src/base/mod.ts";

Deno.test("plain() lets no escape sequence through", () => {
  assert.equal(plain("a\x1b[2J\u202e\nb"), "a\\x1b[2J\\u202e\nb");
});

Deno.test("csi() makes sequences of kar's own and refuses what is none", () => {
  assert.equal(csi("?25l"), "\x1b[?25l");
  assert.equal(csi("38;5;117m"), "\x1b[38;5;117m");
  for (const code of ["", "2", "2J\x1b[", "]0;title\x07", "2Jtext", "2\nJ"]) {
    assert.throws(() => csi(code), RangeError);
  }
});

Deno.test("joined(), linesOf() and trimmedEnd() keep a painted text what it is", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
      const parts = texts.map((text) => plain(printable(text)));
      assert.deepEqual(linesOf(joined([...parts, plain("")], "\n")), [
        ...parts,
        "",
      ]);
    }),
  );
  assert.equal(trimmedEnd(joined([plain("a "), plain(" ")])), "a");
});
