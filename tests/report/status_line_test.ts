import assert from "node:assert/strict";
import { statusLine } from "../../src/report/mod.ts";
import { firingFixture } from "../fixtures/snapshot.ts";

Deno.test("statusLine() says on one line how the run goes", () => {
  assert.equal(
    statusLine(firingFixture()),
    "00:02:00 · firing spike · sent 236/s, planned 242/s · 12.6k sent · failed 167 · missed 16 · in flight 9 · p50 17.0ms · p99 412ms",
  );
});

Deno.test("statusLine() leaves out the phase when nothing is sent", () => {
  const line = statusLine(firingFixture({ state: "paused", missed: {} }));
  assert.match(line, /· paused · sent 236/);
  assert.doesNotMatch(line, /missed/);
});

Deno.test("statusLine() tells how much a tripped breaker lets through", () => {
  const breaker = { level: 0, trips: 1, heldMs: 5, reason: "why" };
  const line = (level: number) =>
    statusLine(
      firingFixture({ state: "tripped", breaker: { ...breaker, level } }),
    );
  assert.match(line(0), /· tripped · sent 236/);
  assert.match(line(0.25), /· tripped lets 25% through · sent 236/);
});

Deno.test("statusLine() counts down to the start of a run that waits", () => {
  const { startMs } = firingFixture();
  const line = statusLine(
    firingFixture({ state: "armed", nowMs: startMs - 3_723_000 }),
  );
  assert.match(line, /^begins in 01:02:03 · armed · /);
});
