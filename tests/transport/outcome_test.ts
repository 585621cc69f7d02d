import assert from "node:assert/strict";
import { answer, reasonOf } from "../../src/transport/mod.ts";

Deno.test("answer() names a code that no protocol has, and counts it as 0", () => {
  for (const code of [600, 999]) {
    const outcome = answer(code);
    assert.deepEqual(outcome, {
      kind: "answer",
      code: 0,
      reason: `${code} is not a known code`,
    });
    assert.equal(reasonOf(outcome), `${code} is not a known code`);
  }
  assert.equal(reasonOf(answer(599)), "599");
});
