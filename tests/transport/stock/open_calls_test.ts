import assert from "node:assert/strict";
import { type OpenCall, OpenCalls } from "../../../src/transport/stock/mod.ts";
import { outcomeText, StillClock, testCall } from "../support.ts";

function opened() {
  const clock = new StillClock();
  return { clock, calls: new OpenCalls(clock, 100) };
}

/** Why kar itself ended a call; null = it has not. */
function whyOf({ ended }: OpenCall<unknown>): string | null {
  return ended === null ? null : outcomeText(ended);
}

Deno.test("OpenCalls ends each call at its own deadline", () => {
  const { clock, calls } = opened();
  const first = calls.add(testCall());
  clock.runTo(60);
  const second = calls.add(testCall());
  clock.runTo(99);
  assert.equal(first.ended, null);
  clock.runTo(100);
  assert.deepEqual([whyOf(first), whyOf(second)], ["timeout", null]);
  assert.equal(first.controller.signal.aborted, true);
  clock.runTo(160);
  assert.equal(whyOf(second), "timeout");
});

Deno.test("OpenCalls needs one timer for many calls", () => {
  const { clock, calls } = opened();
  for (let i = 0; i < 1000; i++) calls.remove(calls.add(testCall()));
  calls.add(testCall());
  assert.equal(clock.asked, 1);
});

Deno.test("OpenCalls leaves no timer when nothing is open", () => {
  const { clock, calls } = opened();
  calls.remove(calls.add(testCall()));
  clock.runTo(100);
  assert.equal(clock.waiting, 0);
  const later = calls.add(testCall());
  clock.runTo(200);
  assert.equal(whyOf(later), "timeout");
});

Deno.test("OpenCalls counts what is open, removed in any order", () => {
  const { calls } = opened();
  const open = Array.from({ length: 5 }, () => calls.add(testCall()));
  for (const [left, index] of [[4, 2], [3, 0], [2, 4], [1, 1], [0, 3]]) {
    calls.remove(open[index!]!);
    assert.equal(calls.size, left);
  }
});

Deno.test("OpenCalls.close() resolves once every call was removed", async () => {
  const { clock, calls } = opened();
  const open = [calls.add(testCall()), calls.add(testCall())];
  let closed = false;
  const closing = calls.close().then(() => closed = true);
  assert.deepEqual(open.map(whyOf), ["aborted", "aborted"]);
  calls.remove(open[1]!);
  await Promise.resolve();
  assert.equal(closed, false);
  calls.remove(open[0]!);
  await closing;
  assert.equal(clock.waiting, 0);
});

Deno.test("OpenCalls.close() keeps the reason of a call that already timed out", async () => {
  const { clock, calls } = opened();
  const open = calls.add(testCall());
  clock.runTo(100);
  const closing = calls.close();
  assert.equal(whyOf(open), "timeout");
  calls.remove(open);
  await closing;
});
