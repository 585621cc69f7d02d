import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type DecodedField,
  encodeHeaders,
  ERROR,
  HeaderDecoder,
  Http2Error,
  MAX_HEADER_LIST_SIZE,
} from "../../../src/echo/http2/mod.ts";

function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(/\s/g, ""));
}

function rejects(block: Uint8Array, message: RegExp): void {
  assert.throws(() => new HeaderDecoder().decode(block), (error) => {
    assert.ok(error instanceof Http2Error);
    assert.equal(error.code, ERROR.compression);
    assert.match(error.message, message);
    return true;
  });
}

const REQUESTS: DecodedField[][] = [
  [
    [":method", "GET"],
    [":scheme", "http"],
    [":path", "/"],
    [":authority", "www.example.com"],
  ],
  [
    [":method", "GET"],
    [":scheme", "http"],
    [":path", "/"],
    [":authority", "www.example.com"],
    ["cache-control", "no-cache"],
  ],
  [
    [":method", "GET"],
    [":scheme", "https"],
    [":path", "/index.html"],
    [":authority", "www.example.com"],
    ["custom-key", "custom-value"],
  ],
];

Deno.test("HeaderDecoder decodes the requests of RFC 7541, C.3, one after the other", () => {
  const decoder = new HeaderDecoder();
  const blocks = [
    "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
    "8286 84be 5808 6e6f 2d63 6163 6865",
    "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
  ];
  assert.deepEqual(blocks.map((b) => decoder.decode(hex(b))), REQUESTS);
});

Deno.test("HeaderDecoder decodes the same with Huffman codes, C.4", () => {
  const decoder = new HeaderDecoder();
  const blocks = [
    "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
    "8286 84be 5886 a8eb 1064 9cbf",
    "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
  ];
  assert.deepEqual(blocks.map((b) => decoder.decode(hex(b))), REQUESTS);
});

Deno.test("HeaderDecoder evicts from a table of 256 bytes, C.6", () => {
  const decoder = new HeaderDecoder();
  const location: DecodedField = ["location", "https://www.example.com"];
  const early: DecodedField = ["date", "Mon, 21 Oct 2013 20:13:21 GMT"];
  const late: DecodedField = ["date", "Mon, 21 Oct 2013 20:13:22 GMT"];
  const private_: DecodedField = ["cache-control", "private"];
  const blocks = [
    // The first two bytes more resize the table, which the RFC takes as done.
    "3fe1 01 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
    "4883 640e ffc1 c0bf",
    "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
  ];
  assert.deepEqual(blocks.map((b) => decoder.decode(hex(b))), [
    [[":status", "302"], private_, early, location],
    [[":status", "307"], private_, early, location],
    [
      [":status", "200"],
      private_,
      late,
      location,
      ["content-encoding", "gzip"],
      [
        "set-cookie",
        "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
      ],
    ],
  ]);
});

Deno.test("HeaderDecoder refuses what breaks the rules", () => {
  rejects(hex("80"), /no header at index 0/);
  rejects(hex("be"), /no header at index 62/);
  rejects(hex("ff"), /ends too early/);
  rejects(hex("ff ff ff ff ff ff ff"), /too large/);
  rejects(hex("00"), /ends too early/);
  rejects(hex("00 05 61"), /string ends too early/);
  rejects(hex("00 81 00"), /Huffman/);
  rejects(hex("00 84 ff ff ff ff"), /Huffman/);
  rejects(hex("00 82 1f ff"), /Huffman/);
  rejects(hex("3f ff ff 03"), /table of/);
});

Deno.test("HeaderDecoder refuses a list that grows out of a small block", () => {
  const decoder = new HeaderDecoder();
  const value = "x".repeat(4000);
  // Literal with indexing, then the same field again and again by its index.
  const literal = encodeHeaders([["a", value]]);
  literal[0] = 0x40;
  decoder.decode(literal);
  const bomb = new Uint8Array(1 + MAX_HEADER_LIST_SIZE / 4000).fill(0xbe);
  assert.throws(() => decoder.decode(bomb), /too long/);
});

Deno.test("HeaderDecoder decodes what encodeHeaders() encodes", () => {
  const text = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((c) => String.fromCharCode(c)),
    maxLength: 300,
  });
  const fields = fc.array(fc.tuple(text, text), { maxLength: 20 });
  fc.assert(fc.property(fields, (list) => {
    assert.deepEqual(new HeaderDecoder().decode(encodeHeaders(list)), list);
  }));
});

Deno.test("HeaderDecoder either decodes or refuses any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (block) => {
      try {
        new HeaderDecoder().decode(block);
      } catch (error) {
        assert.ok(error instanceof Http2Error, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
