import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Decoded,
  DynamicTable,
  encodeFields,
  type HeaderField,
  HpackDecoder,
  putInteger,
  textOf,
} from "../../../../src/transport/http2/hpack/mod.ts";

const MAX_LIST_BYTES = 4096;

function hex(text: string): Uint8Array {
  return Uint8Array.from(
    text.replaceAll(/\s/g, "").match(/../g) ?? [],
    (pair) => parseInt(pair, 16),
  );
}

function decode(
  bytes: Uint8Array,
  table = new DynamicTable(),
): { result: Decoded; fields: [string, string][] } {
  const decoder = new HpackDecoder(MAX_LIST_BYTES);
  const fields: [string, string][] = [];
  const block = { bytes, start: 0, end: bytes.length };
  const result = decoder.decode(block, table, (name, value) => {
    fields.push([textOf(name), textOf(value)]);
  });
  return { result, fields };
}

function open(name: string, value: string): HeaderField {
  return { name, value, secret: false };
}

Deno.test("putInteger() gives the examples of RFC 7541, C.1", () => {
  const rows: [value: number, bits: number, bytes: number[]][] = [
    [10, 5, [10]],
    [1337, 5, [31, 154, 10]],
    [42, 8, [42]],
    [30, 5, [30]],
    [31, 5, [31, 0]],
  ];
  for (const [value, bits, bytes] of rows) {
    const out: number[] = [];
    putInteger(out, value, { first: 0, bits });
    assert.deepEqual(out, bytes);
  }
});

Deno.test("HpackDecoder reads the blocks of RFC 7541, appendix C, that need no table", () => {
  const rows: [block: string, fields: [string, string][]][] = [
    // C.2.1 to C.2.4: the four representations.
    ["400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572", [
      ["custom-key", "custom-header"],
    ]],
    ["040c 2f73 616d 706c 652f 7061 7468", [[":path", "/sample/path"]]],
    ["1008 7061 7373 776f 7264 0673 6563 7265 74", [["password", "secret"]]],
    ["82", [[":method", "GET"]]],
    // C.3.1 and C.4.1: a request, plain and in Huffman code.
    ["8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", [
      [":method", "GET"],
      [":scheme", "http"],
      [":path", "/"],
      [":authority", "www.example.com"],
    ]],
    ["8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", [
      [":method", "GET"],
      [":scheme", "http"],
      [":path", "/"],
      [":authority", "www.example.com"],
    ]],
    // C.6.1: a response in Huffman code.
    [
      `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81
       66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3`,
      [
        [":status", "302"],
        ["cache-control", "private"],
        ["date", "Mon, 21 Oct 2013 20:13:21 GMT"],
        ["location", "https://www.example.com"],
      ],
    ],
  ];
  for (const [block, fields] of rows) {
    assert.deepEqual(decode(hex(block)), { result: "ok", fields });
  }
});

Deno.test("HpackDecoder refuses an index past the table", () => {
  assert.equal(decode(hex("8286 84be 5886 a8eb 1064 9cbf")).result, "invalid");
  const table = new DynamicTable();
  assert.equal(decode(hex("40 01 61 01 62"), table).result, "ok");
  assert.equal(decode(hex("be"), table).result, "ok");
  assert.equal(decode(hex("bf"), table).result, "invalid");
  // Only the name of an entry that is not there.
  assert.equal(decode(hex("7f 00 01 62"), table).result, "invalid");
});

Deno.test("HpackDecoder takes table sizes up to 4,096 where a block begins, and nowhere else", () => {
  for (const sizes of ["20 20", "3f 81 1f", "3f e1 1f", "20 3f e1 1f"]) {
    assert.deepEqual(decode(hex(`${sizes} 88`)), {
      result: "ok",
      fields: [[":status", "200"]],
    });
  }
  assert.equal(decode(hex("3f e2 1f 88")).result, "invalid");
  assert.equal(decode(hex("3f ff ff ff ff 7f 88")).result, "invalid");
  assert.equal(decode(hex("88 20")).result, "invalid");
});

Deno.test("HpackDecoder refuses what no encoder may write", () => {
  const rows: [block: string, meaning: string][] = [
    ["80", "index 0"],
    ["ff 00", "index 127"],
    ["ff ff ff ff ff ff ff 00", "an integer without end"],
    ["7f ff ff ff ff 7f 00", "an integer of 35 bits"],
    ["00 01", "a name that is cut off"],
    ["00", "no name at all"],
    ["08 05 32", "a value that is cut off"],
    ["08 81 ff", "a padding of eight bits"],
    ["08 82 10 00", "a padding of zeros"],
    ["08 84 ff ff ff ff", "the end-of-string symbol"],
  ];
  for (const [block, meaning] of rows) {
    assert.equal(decode(hex(block)).result, "invalid", meaning);
  }
});

Deno.test("HpackDecoder stops at the bound of a header list", () => {
  const field = open("x", "y".repeat(1000));
  assert.equal(decode(encodeFields([field, field, field])).result, "ok");
  const four = encodeFields([field, field, field, field]);
  assert.equal(decode(four).result, "too_large");
  const indexed = new Uint8Array(MAX_LIST_BYTES).fill(0x82);
  assert.equal(decode(indexed).result, "too_large");
  const long = encodeFields([open("x", "e".repeat(MAX_LIST_BYTES + 1))]);
  assert.equal(decode(long).result, "too_large");
});

Deno.test("encodeFields() writes what HpackDecoder reads", () => {
  // Every character below 256 occurs as itself once UTF-8 is taken apart.
  const text = fc.string({ unit: "binary", maxLength: 40 });
  const field = fc.record({
    name: fc.oneof(text, fc.constantFrom(":path", "accept", "cookie")),
    value: fc.oneof(text, fc.constantFrom("/", "gzip, deflate")),
    secret: fc.boolean(),
  });
  const utf8 = (value: string) => {
    const bytes = new TextEncoder().encode(value);
    return textOf({ bytes, start: 0, end: bytes.length });
  };
  fc.assert(fc.property(fc.array(field, { maxLength: 10 }), (fields) => {
    assert.deepEqual(decode(encodeFields(fields)), {
      result: "ok",
      fields: fields.map(({ name, value }) => [utf8(name), utf8(value)]),
    });
  }));
});

Deno.test("encodeFields() never lets a secret into a table", () => {
  for (const name of ["authorization", "cookie", "proxy-authorization"]) {
    assert.equal(encodeFields([open(name, "s")])[0]! & 0xf0, 0x10, name);
  }
  const own = encodeFields([{ name: "x-token", value: "s", secret: true }]);
  assert.equal(own[0], 0x10);
  const known = encodeFields([{ name: ":path", value: "/", secret: true }]);
  assert.equal(known[0]! & 0xf0, 0x10);
  assert.equal(encodeFields([open("x-token", "s")])[0], 0x00);
});

Deno.test("HpackDecoder answers any bytes with a result", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.match(decode(bytes).result, /^(ok|invalid|too_large)$/);
    }),
    { numRuns: 2000 },
  );
});
