import assert from "node:assert/strict";
import fc from "fast-check";
import { LineCutter } from "../../src/cli/record/log_lines.ts";

function cut(pieces: readonly string[]): string[] {
  const cutter = new LineCutter();
  const lines = pieces.flatMap((piece) => cutter.take(piece));
  return [...lines, ...cutter.end()];
}

Deno.test("lines are the same however a log is cut into pieces", () => {
  const piece = fc.string({ unit: fc.constantFrom("a", "b", "\n", "\r\n") });
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const whole = pieces.join("").split("\n")
      .map((line) => line.replace(/\r$/, "")).filter((line) => line !== "");
    assert.deepEqual(cut(pieces), whole);
  }));
});

Deno.test("a line without an end takes no more memory than the longest line", () => {
  const pieces = new Array<string>(100).fill("x".repeat(50_000));
  const [line, ...others] = cut([...pieces, "\nnext"]);
  assert.equal(line!.length, 65_536);
  assert.deepEqual(others, ["next"]);
});
