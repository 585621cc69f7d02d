import assert from "node:assert/strict";
import { statusLine } from "../../src/report/mod.ts";
import { firingFixture } from "../fixtures/snapshot.ts";

Deno.test("statusLine() says on one line how the run goes", () => {
  assert.equal(
    statusLine(firingFixture()),
    "00:02:00 · firing spike · 236/s of 242/s · sent 12.6k · failed 167 · missed 16 · in flight 9 · p50 17.0ms · p99 412ms",
  );
});

Deno.test("statusLine() leaves out the phase when nothing is sent", () => {
  const line = statusLine(firingFixture({ state: "paused", missed: {} }));
  assert.match(line, /· paused · 236/);
  assert.doesNotMatch(line, /missed/);
});
