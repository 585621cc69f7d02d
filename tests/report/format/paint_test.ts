import assert from "node:assert/strict";
import {
  type Line,
  lineWidth,
  paintLine,
  paintText,
  terminalCapsOf,
} from "../../../src/report/mod.ts";

const LINE: Line = ["rate ", ["ok", "12µs"], " done"];
const PLAIN = { color: "none", unicode: true } as const;

function envOf(values: Record<string, string>) {
  return (name: string) => values[name];
}

Deno.test("paintLine() colours only what it shows", () => {
  assert.equal(paintLine(LINE, PLAIN, 80), "rate 12µs done");
  assert.equal(
    paintLine(LINE, { ...PLAIN, color: "full" }, 80),
    "rate \x1b[38;2;0;255;136m12µs\x1b[0m done",
  );
  assert.equal(
    paintLine(LINE, { ...PLAIN, color: "256" }, 7),
    "rate \x1b[38;5;48m1…\x1b[0m",
  );
  assert.equal(
    paintLine(LINE, { ...PLAIN, color: "basic" }, 80),
    "rate \x1b[92m12µs\x1b[0m done",
  );
});

Deno.test("paintLine() lets no escape sequence of a stranger through", () => {
  const line: Line = [["error", "\x1b[2Jx"], "\x07y"];
  assert.equal(paintLine(line, PLAIN, 80), "\\x1b[2Jx\\x07y");
});

Deno.test("paintLine() writes ASCII where there is no Unicode", () => {
  assert.equal(
    paintLine(LINE, { color: "none", unicode: false }, 80),
    "rate 12us done",
  );
});

Deno.test("lineWidth() counts what will be seen", () => {
  assert.equal(lineWidth(["\x1b", ["ok", "日"]]), 6);
});

Deno.test("paintText() ends each line and drops trailing blanks", () => {
  assert.equal(paintText([["a  "], [], ["b"]], PLAIN, 80), "a\n\nb\n");
});

Deno.test("lookOf() obeys NO_COLOR, TERM and COLORTERM", () => {
  const colorOf = (values: Record<string, string>, isTerminal = true) =>
    terminalCapsOf(envOf(values), isTerminal).color;
  assert.equal(colorOf({ TERM: "xterm" }), "basic");
  assert.equal(colorOf({ TERM: "xterm-256color" }), "256");
  assert.equal(colorOf({ TERM: "xterm", COLORTERM: "truecolor" }), "full");
  assert.equal(colorOf({ TERM: "dumb" }), "none");
  assert.equal(colorOf({}), "none");
  assert.equal(colorOf({ TERM: "xterm", NO_COLOR: "1" }), "none");
  assert.equal(colorOf({ TERM: "xterm", NO_COLOR: "" }), "basic");
  assert.equal(colorOf({ TERM: "xterm" }, false), "none");
});

Deno.test("lookOf() takes the first locale that is set", () => {
  const hasUnicode = (values: Record<string, string>) =>
    terminalCapsOf(envOf(values), true).unicode;
  assert.equal(hasUnicode({ LANG: "de_DE.UTF-8" }), true);
  assert.equal(hasUnicode({ LANG: "C.utf8" }), true);
  assert.equal(hasUnicode({ LANG: "C" }), false);
  assert.equal(hasUnicode({ LC_ALL: "C", LANG: "de_DE.UTF-8" }), false);
  assert.equal(hasUnicode({}), false);
});
