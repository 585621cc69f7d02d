import { frameMessages } from "../../../src/request/mod.ts";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { MessageCounter } from "../../../src/transport/grpc/message.ts";

const BYTES_MAX = 1_000_000;

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
      const counter = new MessageCounter(BYTES_MAX);
      counter.begin();
      for (let at = 0; at < bytes.length; at += size) {
        counter.read(slice(bytes.subarray(at, at + size)));
      }
      assert.equal(counter.count, sent.length);
      assert.equal(counter.isWhole, true);
      assert.equal(counter.flaw, null);
    }),
  );
});

Deno.test("MessageCounter knows when a message is cut off", () => {
  const bytes = frameMessages([new Uint8Array(3), new Uint8Array(4)]);
  for (let at = 0; at <= bytes.length; at++) {
    const counter = new MessageCounter(BYTES_MAX);
    counter.begin();
    counter.read(slice(bytes.subarray(0, at)));
    assert.equal(counter.isWhole, at === 0 || at === 8 || at === bytes.length);
  }
});

/** A message with its prefix, as a compressing server sends it. */
function packedFrame(packed: Uint8Array): Uint8Array {
  const frame = frameMessages([packed]);
  frame[0] = 1;
  return frame;
}

/** What a body comes to that is cut into pieces of a size. */
function counted(
  body: Uint8Array,
  { encoding, size = body.length, bytesMax = BYTES_MAX }: {
    readonly encoding: string;
    readonly size?: number;
    readonly bytesMax?: number;
  },
): MessageCounter {
  const counter = new MessageCounter(bytesMax);
  counter.begin();
  counter.encoding = encoding;
  for (let at = 0; at < body.length; at += size) {
    counter.read(slice(body.subarray(at, at + size)));
  }
  return counter;
}

function flawOf({ flaw }: MessageCounter): string {
  if (flaw === null) return "none";
  const kind = flaw.kind === "answer" ? flaw.code : flaw.failure;
  return `${kind}: ${flaw.reason}`;
}

const PACK = { gzip: gzipSync, deflate: deflateSync } as const;

Deno.test("MessageCounter unpacks messages, however they are cut and mixed with plain ones (property)", () => {
  const message = fc.record({
    isPacked: fc.boolean(),
    bytes: fc.uint8Array({ maxLength: 60 }),
  });
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 6 }),
      fc.constantFrom("gzip", "deflate"),
      fc.integer({ min: 1, max: 40 }),
      (messages, encoding, size) => {
        const body = Buffer.concat(
          messages.map(({ isPacked, bytes }) =>
            isPacked
              ? packedFrame(PACK[encoding as "gzip"](bytes))
              : frameMessages([bytes])
          ),
        );
        const counter = counted(body, { encoding, size });
        assert.equal(flawOf(counter), "none");
        assert.equal(counter.count, messages.length);
        assert.equal(counter.isWhole, true);
      },
    ),
    { seed: 98 },
  );
});

Deno.test("MessageCounter takes nothing for nothing, however it is packed", () => {
  const body = packedFrame(new Uint8Array(0));
  assert.equal(flawOf(counted(body, { encoding: "gzip" })), "none");
});

Deno.test("MessageCounter says what it cannot unpack, by gRPC's status for it", () => {
  const packed = packedFrame(gzipSync(new Uint8Array(20)));
  const rows: [encoding: string, body: Uint8Array, flaw: RegExp][] = [
    ["", packed, /^13: INTERNAL \(13\): .*grpc-encoding does not say how$/],
    ["identity", packed, /^13: .*grpc-encoding does not say how$/],
    [
      "snappy",
      packed,
      /^13: .* is compressed by snappy, which was not offered/,
    ],
    ["\x1b[31m", packed, /compressed by \\x1b\[31m, which/],
    ["x".repeat(500), packed, /compressed by x{39}…, which/],
    ["deflate", packed, /^13: .* cannot be unpacked: it is not deflate$/],
    [
      "gzip",
      packedFrame(gzipSync(new Uint8Array(20)).subarray(0, 15)),
      /^13: .* cannot be unpacked: it is not gzip$/,
    ],
    ["gzip", Uint8Array.of(2, 0, 0, 0, 0), /^protocol: .*flag 2, must be 0/],
  ];
  for (const [encoding, body, flaw] of rows) {
    assert.match(flawOf(counted(body, { encoding })), flaw);
  }
  const plain = frameMessages([Uint8Array.of(1)]);
  assert.equal(flawOf(counted(plain, { encoding: "snappy" })), "none");
});

Deno.test("MessageCounter makes no more of an answer than its bound, in one message or in many", () => {
  const bytesMax = 1000;
  const large = packedFrame(gzipSync(new Uint8Array(bytesMax)));
  const encoding = "gzip";
  assert.equal(flawOf(counted(large, { encoding, bytesMax })), "none");
  const tooLarge =
    /^too_large: .*more bytes than 1000 \(limits\.max_body_bytes/;
  const larger = packedFrame(gzipSync(new Uint8Array(bytesMax + 1)));
  assert.match(flawOf(counted(larger, { encoding, bytesMax })), tooLarge);
  const two = Buffer.concat([large, packedFrame(gzipSync(Uint8Array.of(1)))]);
  assert.match(flawOf(counted(two, { encoding, bytesMax })), tooLarge);
  const none = packedFrame(gzipSync(Uint8Array.of(1)));
  assert.match(
    flawOf(counted(none, { encoding, bytesMax: 0 })),
    /^too_large: .*than 0 /,
  );
  // A bomb: 512 MiB in 512 KiB. Other tests in this process take memory, too.
  const part = gzipSync(new Uint8Array(64 * 2 ** 20));
  const bomb = packedFrame(Buffer.concat(Array(8).fill(part)));
  const before = Deno.memoryUsage().rss;
  assert.match(flawOf(counted(bomb, { encoding, bytesMax })), tooLarge);
  assert.ok(Deno.memoryUsage().rss - before < 256 * 2 ** 20);
});

Deno.test("MessageCounter forgets what was wrong with the next body", () => {
  const counter = counted(packedFrame(Uint8Array.of(9)), { encoding: "" });
  assert.notEqual(counter.flaw, null);
  counter.begin();
  counter.read(slice(Uint8Array.of(0, 0, 0, 0, 0)));
  assert.equal(counter.flaw, null);
  assert.equal(counter.count, 1);
});
