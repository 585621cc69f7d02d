import assert from "node:assert/strict";
import { parseConfig } from "../../../src/config/mod.ts";

/** A slip of indentation, and what helps. */
const SLIPS: readonly (readonly [string, RegExp])[] = [
  [
    "targets:\n  - name: a\n    url: http://h/\n  weight: 5\n",
    /stand below its first one/,
  ],
  ["targets:\n  - name: a\n  url: http://h/\n", /stand below its first one/],
  [
    "targets:\n  - name: a\n    url: http://h/\n   weight: 5\n",
    /its keys start at one column/,
  ],
];

for (const [text, hint] of SLIPS) {
  Deno.test(`parseConfig() helps with ${JSON.stringify(text)}`, () => {
    const { problems } = parseConfig(text, {
      file: "a",
      environment: () => undefined,
      systemZone: "UTC",
    });
    assert.ok(
      problems.some(({ message }) => hint.test(message)),
      JSON.stringify(problems),
    );
  });
}
