import assert from "node:assert/strict";
import {
  bullets,
  countsText,
  type Line,
  roundDuration,
  type Span,
  spread,
  table,
  textOf,
} from "../../../src/report/mod.ts";

function plain(lines: readonly Line[]): string[] {
  return lines.map((line) => line.map(textOf).join(""));
}

Deno.test("table() aligns the first column left, the others right", () => {
  const rows: Span[][] = [["name", "count"], ["a", ["ok", "1"]], ["bb", "22"]];
  assert.deepEqual(plain(table(rows, 80)), [
    "name  count",
    "a         1",
    "bb       22",
  ]);
});

Deno.test("table() shortens the first column for the others' sake", () => {
  const rows = [["a-very-long-name", "12345"], ["b", "1"]];
  assert.deepEqual(plain(table(rows, 17)), [
    "a-very-lo…  12345",
    "b               1",
  ]);
});

Deno.test("bullets() wraps beside the dash", () => {
  assert.deepEqual(plain(bullets(["aa bb cc", "dd"], 9)), [
    "  - aa bb",
    "    cc",
    "  - dd",
  ]);
});

Deno.test("spread() drops the right part where there is no room for both", () => {
  assert.deepEqual(plain([spread(["ab"], ["cd"], 8)]), ["ab   cd"]);
  assert.deepEqual(plain([spread(["ab"], ["cd"], 5)]), ["ab"]);
});

Deno.test("countsText() names the largest first", () => {
  assert.equal(
    countsText({ reset: 2, timeout: 1500 }),
    "timeout ×1,500 · reset ×2",
  );
  assert.equal(countsText({}), "");
});

Deno.test("roundDuration() drops milliseconds from ten seconds on", () => {
  assert.equal(roundDuration(1234.5678), "1.235s");
  assert.equal(roundDuration(12_345), "12s");
  assert.equal(roundDuration(90_000), "1m30s");
});
