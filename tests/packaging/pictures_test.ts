import assert from "node:assert/strict";
import { runsOf } from "../../scripts/pictures/cells.ts";
import { svgOf } from "../../scripts/pictures/svg.ts";

const SIZE = { title: "a <picture>", columns: 10, rows: 2 };

Deno.test("runsOf() tells colours of all three depths, and where each run stands", () => {
  const row = "a\x1b[38;2;0;191;255mbc\x1b[38;5;196md\x1b[1;96me\x1b[0mf";
  assert.deepEqual(runsOf(row, {}), {
    runs: [
      { column: 0, text: "a", look: {} },
      { column: 1, text: "bc", look: { color: "#00bfff" } },
      { column: 3, text: "d", look: { color: "#ff0000" } },
      { column: 4, text: "e", look: { color: "#87ceeb", bold: true } },
      { column: 5, text: "f", look: {} },
    ],
    end: {},
  });
});

Deno.test("runsOf() tells where a row goes back to the terminal's own colour", () => {
  const { runs } = runsOf("\x1b[38;5;196ma\x1b[39mb", {});
  assert.deepEqual(runs.map(({ look }) => look.color), ["#ff0000", undefined]);
});

Deno.test("runsOf() goes on with the look that the row before ended with", () => {
  const { end } = runsOf("a\x1b[7mb", {});
  assert.deepEqual(runsOf("c", end).runs[0]!.look, { inverse: true });
});

Deno.test("svgOf() draws bars that touch as one, and writes no mark-up of others", () => {
  const svg = svgOf("███▄ <&>\n", SIZE);
  const bars = svg.match(/<rect x=/g);
  assert.equal(bars?.length, 2);
  assert.match(svg, /<rect x="16" y="16" width="27" height="20"/);
  assert.match(svg, /<rect x="43" y="26" width="9" height="10"/);
  assert.match(svg, />&lt;&amp;&gt;<\/text>/);
  assert.match(svg, /<title>a &lt;picture&gt;<\/title>/);
});
