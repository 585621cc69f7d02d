import assert from "node:assert/strict";
import fc from "fast-check";
import {
  frameMessages,
  MessageCounter,
} from "../../../src/transport/grpc/message.ts";

function slice(bytes: Uint8Array) {
  return { bytes, start: 0, end: bytes.length };
}

Deno.test("frameMessages() puts a prefix before each message", () => {
  assert.deepEqual(frameMessages([]), new Uint8Array(0));
  assert.deepEqual(
    frameMessages([Uint8Array.of(7, 8), new Uint8Array(0)]),
    Uint8Array.of(0, 0, 0, 0, 2, 7, 8, 0, 0, 0, 0, 0),
  );
  const large = frameMessages([new Uint8Array(66_000)]);
  assert.deepEqual(large.subarray(0, 5), Uint8Array.of(0, 0, 1, 1, 208));
});

Deno.test("MessageCounter counts messages however they are cut", () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 6 });
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 9 }), (sent, size) => {
      const bytes = frameMessages(sent);
      const counter = new MessageCounter();
      counter.begin();
      for (let at = 0; at < bytes.length; at += size) {
        counter.read(slice(bytes.subarray(at, at + size)));
      }
      assert.equal(counter.count, sent.length);
      assert.equal(counter.isWhole, true);
      assert.equal(counter.isCompressed, false);
    }),
  );
});

Deno.test("MessageCounter knows when a message is cut off", () => {
  const bytes = frameMessages([new Uint8Array(3), new Uint8Array(4)]);
  for (let at = 0; at <= bytes.length; at++) {
    const counter = new MessageCounter();
    counter.begin();
    counter.read(slice(bytes.subarray(0, at)));
    assert.equal(counter.isWhole, at === 0 || at === 8 || at === bytes.length);
  }
});

Deno.test("MessageCounter notices compression, and forgets it with the next body", () => {
  const counter = new MessageCounter();
  counter.begin();
  counter.read(slice(Uint8Array.of(1, 0, 0, 0, 0)));
  assert.equal(counter.isCompressed, true);
  counter.begin();
  counter.read(slice(Uint8Array.of(0, 0, 0, 0, 0)));
  assert.equal(counter.isCompressed, false);
  assert.equal(counter.count, 1);
});
