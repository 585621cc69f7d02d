import assert from "node:assert/strict";
import fc from "fast-check";
import { answer, failure } from "../../../src/transport/mod.ts";
import { EndQueue } from "../../../src/transport/sim/end_queue.ts";
import { testCall } from "../support.ts";

Deno.test("EndQueue gives calls in order of their end, equals as they came", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(20), fc.constant(null)), { maxLength: 300 }),
      (steps) => {
        const queue = new EndQueue();
        const model: { atMs: number; n: number }[] = [];
        steps.forEach((atMs, n) => {
          if (atMs !== null) {
            queue.push(atMs, { ...testCall(), target: n }, answer(200));
            model.push({ atMs, n });
            // A stable sort: equals stay in order.
            model.sort((a, b) => a.atMs - b.atMs);
          } else if (model.length > 0) {
            assert.equal(queue.nextMs, model[0]!.atMs);
            assert.equal(queue.pop().target, model.shift()!.n);
          }
          assert.equal(queue.size, model.length);
        });
      },
    ),
  );
});

Deno.test("EndQueue keeps each call's outcome", () => {
  const queue = new EndQueue();
  queue.push(2, testCall(), failure("timeout"));
  queue.push(1, testCall(), answer(404));
  assert.equal(queue.nextOutcome, answer(404));
  queue.pop();
  assert.equal(queue.nextOutcome, failure("timeout"));
  queue.pop();
  assert.equal(queue.nextMs, Infinity);
});

Deno.test("EndQueue grows past its first room and forgets nothing", () => {
  const queue = new EndQueue();
  const count = 10_000;
  for (let i = 0; i < count; i++) {
    queue.push((i * 7919) % count, testCall(), answer(200));
  }
  for (let i = 0; i < count; i++) {
    assert.equal(queue.nextMs, i);
    queue.pop();
  }
});
