import assert from "node:assert/strict";
import { changedFiles, type Plan } from "../../src/plan/mod.ts";
import { journeysPlan, journeyWith } from "../sim/plans.ts";

Deno.test("changedFiles() names a script whose files have changed, and no other", () => {
  const withScript = (file: string, digest: string): Plan =>
    journeysPlan([
      journeyWith({ script: { file, digest, data: [], vars: {} } }),
    ]);
  const before = withScript("odd.ts", "a");
  assert.deepEqual(changedFiles(before, withScript("odd.ts", "a")), []);
  assert.deepEqual(changedFiles(before, withScript("odd.ts", "b")), [
    "odd.ts has changed",
  ]);
  assert.deepEqual(changedFiles(before, withScript("other.ts", "b")), []);
});
