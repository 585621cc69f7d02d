import assert from "node:assert/strict";
import fc from "fast-check";
import { HeadContext, HeadReader } from "../../../src/transport/http2/head.ts";
import { type Field, ModelEncoder } from "./hpack/model_encoder.ts";
import { block, concat } from "./support.ts";

const MAX_BYTES = 65_536;

function slice(bytes: Uint8Array) {
  return { bytes, start: 0, end: bytes.length };
}

function read(fields: Readonly<Record<string, string>>) {
  return new HeadReader(MAX_BYTES).read(
    slice(block(fields)),
    new HeadContext(),
  );
}

Deno.test("HeadReader reads what decides an outcome and nothing else", () => {
  assert.deepEqual(
    read({
      ":status": "200",
      "content-type": "application/grpc+proto",
      "content-length": "12",
      "grpc-status": "14",
      "grpc-message": "later",
      server: "test",
    }),
    {
      fault: "none",
      reason: "",
      status: 200,
      contentLength: 12,
      grpcStatus: 14,
      isGrpc: true,
      grpcEncoding: "",
      grpcMessage: "later",
      retryAfter: "",
      pushback: "",
      details: "",
    },
  );
  assert.deepEqual(read({}), {
    fault: "none",
    reason: "",
    status: -1,
    contentLength: -1,
    grpcStatus: -1,
    isGrpc: false,
    grpcEncoding: "",
    grpcMessage: "",
    retryAfter: "",
    pushback: "",
    details: "",
  });
});

Deno.test("HeadReader keeps an error's details up to 8 KiB, and the encoding of messages", () => {
  const details = (length: number) =>
    read({ "grpc-status-details-bin": "A".repeat(length) }).details.length;
  assert.equal(details(10_924), 10_924);
  assert.equal(details(10_925), 0);
  assert.equal(read({ "grpc-encoding": "gzip" }).grpcEncoding, "gzip");
});

Deno.test("HeadReader knows the content types of gRPC", () => {
  const rows: [type: string, isGrpc: boolean][] = [
    ["application/grpc", true],
    ["application/grpc+proto", true],
    ["application/grpc;charset=utf-8", true],
    ["Application/gRPC", true],
    ["application/grpc-web", false],
    ["text/html", false],
    ["", false],
  ];
  for (const [type, isGrpc] of rows) {
    assert.equal(read({ "content-type": type }).isGrpc, isGrpc, type);
  }
});

Deno.test("HeadReader takes a grpc-status that is no number for NaN", () => {
  for (const text of ["", "x", "-1", "1.5", "1".repeat(20)]) {
    assert.equal(read({ "grpc-status": text }).grpcStatus, NaN, text);
  }
});

/** Reads a block without the help of any memory but the table. */
function readAnew(bytes: Uint8Array, context: HeadContext) {
  context.memo.clear();
  return new HeadReader(MAX_BYTES).read(slice(bytes), context);
}

Deno.test("HeadReader remembers blocks and never confuses them", () => {
  const anyBlock = fc.oneof(
    fc.constantFrom("200", "204", "404", "500", "2x").map((status) =>
      block({ ":status": status, date: "now" })
    ),
    fc.integer({ min: 0, max: 20 }).map((n) =>
      block({ "grpc-status": `${n}` })
    ),
    // Entries for the table, references to it, and sizes of it.
    fc.constantFrom(
      [0x88, 0x40, 1, 0x61, 1, 0x62],
      [0x48, 3, 0x32, 0x30, 0x31],
      [0xbe],
      [0xbf],
      [0x88, 0xbe],
      [0x88, 0xbf, 0xbe],
      [0x20, 0x88],
      [0x3f, 0xe1, 0x1f, 0x88],
    ).map((bytes) => Uint8Array.from(bytes)),
    fc.uint8Array({ maxLength: 6 }),
  );
  const blocks = fc.array(fc.tuple(anyBlock, fc.nat(2)), { maxLength: 80 });
  fc.assert(
    fc.property(blocks, (blocks) => {
      const reader = new HeadReader(MAX_BYTES);
      const contexts = [0, 1, 2].map(() => new HeadContext());
      const models = [0, 1, 2].map(() => new HeadContext());
      for (const [bytes, which] of blocks) {
        // What was read is written over, as a socket's buffer is.
        const lent = bytes.slice();
        const head = reader.read(slice(lent), contexts[which]!);
        lent.fill(0xff);
        assert.deepEqual(head, readAnew(bytes, models[which]!));
        // A connection does not outlive a block that is none.
        if (head.fault === "invalid") {
          contexts[which] = new HeadContext();
          models[which] = new HeadContext();
        }
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("HeadReader costs no object for a block that it knows", () => {
  const reader = new HeadReader(MAX_BYTES);
  const context = new HeadContext();
  const bytes = block({ ":status": "200", server: "test" });
  const read = () => reader.read(slice(bytes.slice()), context);
  assert.equal(read(), read());
});

Deno.test("HeadReader costs no object for a block that refers to a table which stays the same", () => {
  const reader = new HeadReader(MAX_BYTES);
  const context = new HeadContext();
  reader.read(slice(Uint8Array.of(0x88, 0x40, 1, 0x61, 1, 0x62)), context);
  const read = () => reader.read(slice(Uint8Array.of(0x88, 0xbe)), context);
  const before = read();
  assert.equal(before, read());
  // Another entry: the same block means another field.
  reader.read(slice(Uint8Array.of(0x48, 3, 0x35, 0x30, 0x30)), context);
  const after = reader.read(slice(Uint8Array.of(0xbe)), context);
  assert.equal(after.status, 500);
});

Deno.test("HeadReader costs no object for entries of a table that has no size", () => {
  const reader = new HeadReader(MAX_BYTES);
  const context = new HeadContext();
  reader.read(slice(Uint8Array.of(0x20, 0x88)), context);
  const bytes = Uint8Array.of(0x88, 0x40, 1, 0x61, 1, 0x62);
  const read = (of: HeadContext) => reader.read(slice(bytes.slice()), of);
  assert.equal(read(context), read(context));
  // Where the table has one, the entry has to get into it.
  const other = new HeadContext();
  assert.notEqual(read(other), read(context));
  assert.equal(other.table.count, 1);
});

Deno.test("HeadReader reads each of many blocks aright, large and small, equal and not", () => {
  const reader = new HeadReader(MAX_BYTES);
  const context = new HeadContext();
  for (let i = 0; i < 200; i++) {
    const long = "x".repeat(i % 3 === 0 ? 5000 : i % 7);
    const bytes = block({
      ":status": "200",
      "grpc-status": `${i % 17}`,
      "grpc-status-details-bin": long,
      "x-request": `${i >> 1}`,
    });
    const head = reader.read(slice(bytes), context);
    bytes.fill(0xee);
    assert.equal(head.grpcStatus, i % 17);
    assert.equal(head.details, long);
  }
});

Deno.test("HeadReader reads a server that uses its table on every answer", () => {
  const reader = new HeadReader(MAX_BYTES);
  const contexts = [0, 1].map(() => new HeadContext());
  const encoders = [0, 1].map(() => new ModelEncoder((below) => below - 1 & 1));
  for (let i = 0; i < 400; i++) {
    const fields: Field[] = [
      [":status", i % 5 === 0 ? "500" : "200"],
      ["date", `second ${i >> 5}`],
      ["content-length", `${i % 7}`],
    ];
    const bytes = encoders[i & 1]!.encode(fields);
    const head = reader.read(slice(bytes), contexts[i & 1]!);
    bytes.fill(0xee);
    assert.equal(head.fault, "none", head.reason);
    assert.equal(head.status, i % 5 === 0 ? 500 : 200);
    assert.equal(head.contentLength, i % 7);
  }
});

Deno.test("HeadReader says what is wrong with a head", () => {
  const rows: [fields: Record<string, string>, reason: RegExp][] = [
    [{ ":status": "2x" }, /^header field ":status" is "2x"$/],
    [{ ":path": "/" }, /^header field ":path" is not for responses$/],
    [{ server: "a", ":status": "200" }, /":status" comes after a field$/],
    [{ "X-A": "b" }, /^header field "X-A" is not a valid name$/],
    [{ "x-a": "b\nc" }, /^header field "x-a" has a control character in its/],
    [{ connection: "close" }, /^header field "connection" is not for HTTP\/2$/],
    [{ "content-length": "-1" }, /^header field "content-length" is "-1"$/],
  ];
  for (const [fields, reason] of rows) {
    const head = read(fields);
    assert.equal(head.fault, "malformed");
    assert.match(head.reason, reason);
  }
  const status = block({ ":status": "200" });
  const twice = new HeadReader(MAX_BYTES).read(
    slice(concat(status, status)),
    new HeadContext(),
  );
  assert.match(twice.reason, /^header field ":status" is there twice$/);
});

Deno.test("HeadReader calls a head over its limit too large, and says which limit", () => {
  const reader = new HeadReader(1024);
  const head = reader.read(
    slice(block({ ":status": "200", "x-large": "y".repeat(1024) })),
    new HeadContext(),
  );
  assert.equal(head.fault, "too_large");
  assert.match(head.reason, /more bytes than 1024 \(limits.max_head_bytes\)/);
});
