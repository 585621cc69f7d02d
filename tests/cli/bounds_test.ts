import assert from "node:assert/strict";
import { kar } from "./kar.ts";

/*
 * Nothing runs here: what is out of bounds is wrong use, found before anybody
 * is asked, and what is within them finds nobody.
 */

const env = { XDG_RUNTIME_DIR: "/nowhere/run", XDG_STATE_HOME: "/nowhere" };

const WRONG: readonly (readonly [words: string, message: RegExp])[] = [
  [
    "set base 1000001",
    /^kar: Cannot set base to 1000001: must be from 0 to 1000000$/m,
  ],
  ["set max 99999999999", /must be from 0 to 1000000$/m],
  ["set scale 1000.5", /Cannot set scale to 1000\.5: must be from 0 to 1000$/m],
  ["set scale -1", /unknown option '-1'|must be|invalid/],
  [
    "set rate 5",
    /argument '?rate'? is invalid|Allowed choices are base, max, scale/,
  ],
  ["set base much", /Write a number/],
  [
    "spike --factor 0.5",
    /Cannot set the factor to 0\.5: must be from 1 to 1000$/m,
  ],
  ["spike --factor 1001", /must be from 1 to 1000$/m],
  ["spike --factor high", /Write a number/],
  [
    "spike --duration 1ms",
    /Cannot spike for 1 ms: must be from 100ms to 24h$/m,
  ],
  ["spike --duration 25h", /must be from 100ms to 24h$/m],
  ["spike --duration long", /Write a duration/],
];

for (const [words, message] of WRONG) {
  Deno.test(`kar ${words} is wrong use, with or without a run`, async () => {
    const { code, err } = await kar(words.split(" "), { env });
    assert.equal(code, 2, err);
    assert.match(err, message);
  });
}

Deno.test("kar set and kar spike within their bounds look for a run", async () => {
  for (
    const words of [
      "set base 0",
      "set base 1000000",
      "set scale plan",
      "spike --factor 1 --duration 100ms",
      "spike --factor 1000 --duration 24h",
      "spike",
    ]
  ) {
    const { code } = await kar(words.split(" "), { env });
    assert.equal(code, 5, words);
  }
});
