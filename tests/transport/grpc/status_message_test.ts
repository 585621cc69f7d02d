import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeMessage } from "../../../src/transport/grpc/status_message.ts";

/** As gRPC writes a message: what is not printable ASCII, and `%`, as `%XX`. */
function encode(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
  ).join("");
}

Deno.test("decodeMessage() reads what gRPC writes", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    assert.equal(decodeMessage(encode(text)), text);
  }));
});

Deno.test("decodeMessage() takes what is no code as it is, and text that was not encoded", () => {
  assert.equal(decodeMessage("100% of %zz %4"), "100% of %zz %4");
  assert.equal(decodeMessage("f\xc3\xbcr"), "für");
  assert.equal(decodeMessage("cut %E2%80"), "cut \ufffd");
});
