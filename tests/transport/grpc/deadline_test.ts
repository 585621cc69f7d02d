import assert from "node:assert/strict";
import fc from "fast-check";
import {
  deadlineSlackMs,
  withOneDeadline,
} from "../../../src/transport/grpc/deadline.ts";
import { answer, failure, type Outcome } from "../../../src/transport/mod.ts";
import { Recorder, StillClock, testCall } from "../support.ts";

/** What a call comes to that ends so after some time. */
function end(
  outcome: Outcome,
  { timeoutMs, afterMs, firstByteMs = NaN }: {
    readonly timeoutMs: number;
    readonly afterMs: number;
    readonly firstByteMs?: number;
  },
) {
  const clock = new StillClock();
  const recorder = new Recorder({}, clock);
  const call = { ...testCall(), sentMs: 0, firstByteMs };
  clock.runTo(afterMs);
  withOneDeadline(recorder, timeoutMs).done(call, outcome);
  return { outcome: recorder.outcomes[0], call };
}

for (
  const [what, outcome] of [
    ["DEADLINE_EXCEEDED", answer(4, "DEADLINE_EXCEEDED (4)")],
    ["CANCELLED", answer(1, "CANCELLED (1)")],
    ["a reset", failure("reset", "RST_STREAM (CANCEL)")],
  ] as const
) {
  const plain = outcome.kind === "answer" ? `${outcome.code}` : "reset";

  Deno.test(`withOneDeadline() calls ${what} at the deadline timeout, and before it what it is`, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 60_000 }),
        fc.double({ min: 0, max: 1.5, noNaN: true }),
        (timeoutMs, share) => {
          const afterMs = share * timeoutMs;
          const isOver = afterMs >= timeoutMs - deadlineSlackMs(timeoutMs);
          const came = end(outcome, { timeoutMs, afterMs });
          assert.equal(came.outcome, isOver ? "timeout" : plain);
        },
      ),
    );
  });
}

Deno.test("withOneDeadline() leaves every other outcome alone, whenever it comes", () => {
  for (const outcome of [answer(0), answer(14), failure("closed")]) {
    const came = end(outcome, { timeoutMs: 300, afterMs: 300 });
    assert.equal(
      came.outcome,
      outcome.kind === "answer" ? `${outcome.code}` : "closed",
    );
  }
});

Deno.test("withOneDeadline() takes what only says that it is too late for no answer that has begun", () => {
  const late = { timeoutMs: 300, afterMs: 300 };
  const said = end(answer(4), { ...late, firstByteMs: 299 });
  assert.ok(Number.isNaN(said.call.firstByteMs));
  const begun = end(answer(4), { ...late, firstByteMs: 20 });
  assert.equal(begun.call.firstByteMs, 20);
});

Deno.test("deadlineSlackMs() is a small share, within its bounds", () => {
  assert.deepEqual([10, 300, 1000, 60_000].map(deadlineSlackMs), [
    2,
    15,
    50,
    100,
  ]);
});
