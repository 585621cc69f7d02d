import assert from "node:assert/strict";
import fc from "fast-check";
import { batchOf, BatchReader } from "../../src/script/wire.ts";

Deno.test("BatchReader gives all messages in their order, however the bytes are cut", () => {
  fc.assert(fc.property(
    fc.array(fc.array(fc.uint8Array({ maxLength: 300 })), { maxLength: 8 }),
    fc.infiniteStream(fc.integer({ min: 1, max: 200 })),
    (batches, sizes) => {
      const bytes = Uint8Array.from(
        batches.flatMap((batch) => [...batchOf(batch)]),
      );
      const reader = new BatchReader();
      const read: unknown[] = [];
      for (let at = 0; at < bytes.length;) {
        const size = sizes.next().value;
        read.push(...reader.take(bytes.subarray(at, at + size)));
        at += size;
      }
      assert.deepEqual(
        read.map((one) => [...one as Uint8Array]),
        batches.flat().map((one) => [...one]),
      );
    },
  ));
});

Deno.test("BatchReader copies a long batch twice and not once for each piece", () => {
  const bytes = batchOf([new Uint8Array(2 ** 20)]);
  const reader = new BatchReader();
  const set = Uint8Array.prototype.set;
  let copied = 0;
  Uint8Array.prototype.set = function (from, at) {
    copied += from.length;
    return set.call(this, from, at);
  };
  try {
    let messages = 0;
    for (let at = 0; at < bytes.length; at += 4096) {
      messages += reader.take(bytes.subarray(at, at + 4096)).length;
    }
    assert.equal(messages, 1);
  } finally {
    Uint8Array.prototype.set = set;
  }
  assert.ok(copied <= 2 * bytes.length, `${copied} bytes`);
});

Deno.test("BatchReader refuses a batch that is longer than any of kar's", () => {
  assert.throws(
    () => new BatchReader().take(new Uint8Array([255, 255, 255, 255])),
    /too long/,
  );
});
