import assert from "node:assert/strict";
import fc from "fast-check";
import { Outbox } from "../../../src/transport/socket/outbox.ts";

/** A sink that keeps what it gets, and can be told that it has taken it. */
function openSink() {
  const writes: number[][] = [];
  const lent: Uint8Array[] = [];
  const outbox = new Outbox((bytes) => {
    lent.push(bytes);
    writes.push([...bytes]);
  });
  return { outbox, writes, lent };
}

Deno.test("Outbox sends everything of one turn in one write", async () => {
  const { outbox, writes } = openSink();
  outbox.push(Uint8Array.of(1, 2));
  outbox.pushShared(Uint8Array.of(3));
  outbox.push(Uint8Array.of(4));
  assert.deepEqual(writes, []);
  await null;
  assert.deepEqual(writes, [[1, 2, 3, 4]]);
});

Deno.test("Outbox copies what is pushed", async () => {
  const { outbox, writes } = openSink();
  const bytes = Uint8Array.of(1, 2);
  outbox.push(bytes);
  bytes.fill(9);
  await null;
  assert.deepEqual(writes, [[1, 2]]);
});

Deno.test("Outbox does not copy a shared piece that is alone in its turn", async () => {
  const { outbox, lent } = openSink();
  const bytes = Uint8Array.of(1, 2);
  outbox.pushShared(bytes);
  await null;
  assert.equal(lent[0], bytes);
});

Deno.test("Outbox does not copy a large shared piece, whatever was pushed before it", async () => {
  const large = new Uint8Array(1_000_000);
  const small = Uint8Array.of(1, 2);
  for (const first of ["push", "pushShared"] as const) {
    const { outbox, writes, lent } = openSink();
    outbox[first](small);
    outbox.pushShared(large);
    await null;
    assert.deepEqual(writes, [[1, 2]], first);
    assert.equal(outbox.queuedBytes, 2 + large.length);
    outbox.sent();
    await null;
    assert.equal(lent[1], large, first);
  }
});

Deno.test("Outbox never has two writes under way", async () => {
  const { outbox, writes } = openSink();
  outbox.push(Uint8Array.of(1));
  await null;
  outbox.push(Uint8Array.of(2));
  await null;
  outbox.push(Uint8Array.of(3));
  await null;
  assert.deepEqual(writes, [[1]]);
  assert.equal(outbox.queuedBytes, 3);
  outbox.sent();
  await null;
  assert.deepEqual(writes, [[1], [2, 3]]);
  outbox.sent();
  assert.equal(outbox.queuedBytes, 0);
});

Deno.test("Outbox does not touch what the sink still reads", async () => {
  const { outbox, writes, lent } = openSink();
  outbox.push(Uint8Array.of(1, 1, 1));
  await null;
  outbox.push(Uint8Array.of(2, 2, 2));
  assert.deepEqual([...lent[0]!], writes[0]);
});

Deno.test("Outbox gives up a buffer that one turn made large", async () => {
  const { outbox, lent } = openSink();
  outbox.push(new Uint8Array(1_000_000));
  for (let turn = 0; turn < 3; turn++) {
    await null;
    outbox.sent();
    outbox.push(Uint8Array.of(1));
  }
  await null;
  assert.equal(lent[0]!.length, 1_000_000);
  for (const bytes of lent.slice(1)) {
    assert.ok(bytes.buffer.byteLength <= 64 * 1024);
  }
});

Deno.test("Outbox keeps every byte in order, however it is pushed", async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("push"), size: fc.nat(9000) }),
    fc.record({ kind: fc.constant("shared"), size: fc.nat(9000) }),
    fc.record({ kind: fc.constant("sent"), size: fc.constant(0) }),
    fc.record({ kind: fc.constant("turn"), size: fc.constant(0) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { outbox, writes } = openSink();
      const pushed: number[] = [];
      let taken = 0;
      const take = () => {
        if (writes.length === taken) return;
        taken = writes.length;
        outbox.sent();
      };
      for (const [i, { kind, size }] of steps.entries()) {
        const bytes = new Uint8Array(size).fill(i);
        if (kind === "turn") await null;
        else if (kind === "sent") take();
        else if (size > 0) {
          pushed.push(...bytes);
          if (kind === "push") outbox.push(bytes);
          else outbox.pushShared(bytes);
        }
      }
      for (let turn = 0; turn < 4; turn++) {
        await null;
        take();
      }
      assert.equal(outbox.queuedBytes, 0);
      assert.deepEqual(writes.flat(), pushed);
    }),
    { numRuns: 60 },
  );
});

Deno.test("Outbox needs one buffer where each piece is sent before the next, and two where not", async () => {
  const outbox = new Outbox(() => {});
  const buffers = new Set<ArrayBufferLike>();
  const write = async (isSent: boolean) => {
    buffers.add(outbox.room(100).buffer);
    outbox.filled(outbox.end + 100);
    await Promise.resolve();
    if (isSent) outbox.sent();
  };
  for (let i = 0; i < 5; i++) await write(true);
  assert.equal(buffers.size, 1);
  await write(false);
  // While the system may read the one, nothing is written into it.
  const [lent] = buffers;
  assert.notEqual(outbox.room(100).buffer, lent);
});
