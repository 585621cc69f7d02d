import assert from "node:assert/strict";
import fc from "fast-check";
import { HeadReader } from "../../../src/transport/http2/head.ts";
import { block } from "./support.ts";

function slice(bytes: Uint8Array) {
  return { bytes, start: 0, end: bytes.length };
}

function read(fields: Readonly<Record<string, string>>) {
  return new HeadReader().read(slice(block(fields)));
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
      status: 200,
      contentLength: 12,
      grpcStatus: 14,
      isGrpc: true,
      retryAfter: "",
      pushback: "",
      details: "",
    },
  );
  assert.deepEqual(read({}), {
    fault: "none",
    status: -1,
    contentLength: -1,
    grpcStatus: -1,
    isGrpc: false,
    retryAfter: "",
    pushback: "",
    details: "",
  });
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

Deno.test("HeadReader remembers blocks and never confuses them", () => {
  const anyBlock = fc.oneof(
    fc.constantFrom("200", "204", "404", "500", "2x").map((status) =>
      block({ ":status": status, date: "now" })
    ),
    fc.integer({ min: 0, max: 20 }).map((n) =>
      block({ "grpc-status": `${n}` })
    ),
    fc.uint8Array({ maxLength: 6 }),
  );
  fc.assert(fc.property(fc.array(anyBlock, { maxLength: 60 }), (blocks) => {
    const reader = new HeadReader();
    for (const bytes of blocks) {
      // What was read is written over, as a socket's buffer is.
      const lent = bytes.slice();
      const head = reader.read(slice(lent));
      lent.fill(0xff);
      assert.deepEqual(head, new HeadReader().read(slice(bytes)));
    }
  }));
});

Deno.test("HeadReader costs no object for a block that it knows", () => {
  const reader = new HeadReader();
  const bytes = block({ ":status": "200", server: "test" });
  assert.equal(reader.read(slice(bytes)), reader.read(slice(bytes.slice())));
});

Deno.test("HeadReader reads each of many blocks aright, large and small, equal and not", () => {
  const reader = new HeadReader();
  for (let i = 0; i < 200; i++) {
    const long = "x".repeat(i % 3 === 0 ? 5000 : i % 7);
    const bytes = block({
      ":status": "200",
      "grpc-status": `${i % 17}`,
      "grpc-status-details-bin": long,
      "x-request": `${i >> 1}`,
    });
    const head = reader.read(slice(bytes));
    bytes.fill(0xee);
    assert.equal(head.grpcStatus, i % 17);
    assert.equal(head.details, long);
  }
});
