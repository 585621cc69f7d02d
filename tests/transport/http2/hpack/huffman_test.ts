import assert from "node:assert/strict";
import fc from "fast-check";
import {
  HUFFMAN_INVALID,
  HUFFMAN_TOO_LONG,
  huffmanDecode,
  huffmanEncode,
  huffmanLength,
} from "../../../../src/transport/http2/hpack/huffman.ts";

function decode(bytes: Uint8Array, room = 10_000): Uint8Array | number {
  const into = new Uint8Array(room);
  const length = huffmanDecode({ bytes, start: 0, end: bytes.length }, into);
  return length < 0 ? length : into.slice(0, length);
}

Deno.test("huffmanEncode() gives the examples of RFC 7541, appendix C", () => {
  const rows: [text: string, hex: string][] = [
    ["www.example.com", "f1e3c2e5f23a6ba0ab90f4ff"],
    ["no-cache", "a8eb10649cbf"],
    ["custom-value", "25a849e95bb8e8b4bf"],
    ["302", "6402"],
    [
      "Mon, 21 Oct 2013 20:13:21 GMT",
      "d07abe941054d444a8200595040b8166e082a62d1bff",
    ],
    [
      "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
      "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
    ],
  ];
  for (const [text, hex] of rows) {
    const bytes = huffmanEncode(new TextEncoder().encode(text));
    const got = Array.from(bytes, (b) => b.toString(16).padStart(2, "0"));
    assert.equal(got.join(""), hex);
  }
});

Deno.test("huffmanDecode() undoes huffmanEncode() for every byte", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.deepEqual(decode(huffmanEncode(all)), all);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    const encoded = huffmanEncode(bytes);
    assert.equal(encoded.length, huffmanLength(bytes));
    assert.deepEqual(decode(encoded), bytes);
  }));
});

Deno.test("huffmanDecode() takes only what huffmanEncode() can give", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
    const text = decode(bytes);
    if (text === HUFFMAN_INVALID) return;
    assert.ok(text instanceof Uint8Array);
    assert.deepEqual(huffmanEncode(text), bytes);
  }));
});

Deno.test("huffmanDecode() never writes past the room it has", () => {
  const encoded = huffmanEncode(new TextEncoder().encode("aaaaaaaaaa"));
  assert.equal(decode(encoded, 5), HUFFMAN_TOO_LONG);
});
