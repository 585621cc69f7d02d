import { toBinary } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  messagesOf,
  methodOf,
  PASSTHROUGH,
} from "../../../src/transport/connect/passthrough.ts";

function varint(value: number): number[] {
  const low = value % 128;
  return value < 128 ? [low] : [low + 128, ...varint(Math.floor(value / 128))];
}

/** One field of a message: number, wire type, content. */
const field = fc.integer({ min: 1, max: 536_870_911 }).chain((number) => {
  const tag = (wireType: number) => varint(number * 8 + wireType);
  const fixed = (wireType: number, length: number) =>
    fc.uint8Array({ minLength: length, maxLength: length })
      .map((bytes) => [...tag(wireType), ...bytes]);
  return fc.oneof(
    fc.maxSafeNat().map((value) => [...tag(0), ...varint(value)]),
    fixed(1, 8),
    fc.uint8Array({ maxLength: 300 })
      .map((bytes) => [...tag(2), ...varint(bytes.length), ...bytes]),
    fixed(5, 4),
  );
});

Deno.test("messagesOf() keeps every byte of any message", () => {
  fc.assert(fc.property(fc.array(field, { maxLength: 20 }), (fields) => {
    const bytes = Uint8Array.from(fields.flat());
    const call = { path: "/a.B/C", kind: "unary", messages: [bytes] } as const;
    const [message] = messagesOf(call.messages);
    assert.deepEqual(toBinary(EmptySchema, message!, PASSTHROUGH), bytes);
  }));
});

Deno.test("methodOf() has the call's service, name and kind", () => {
  for (
    const [path, service, name] of [
      ["/shop.v1.Cart/Add", "shop.v1.Cart", "Add"],
      ["/Plain/do", "Plain", "do"],
    ] as const
  ) {
    for (
      const kind of [
        "unary",
        "server_streaming",
        "client_streaming",
        "bidi_streaming",
      ] as const
    ) {
      const method = methodOf({ path, kind, messages: [] });
      assert.equal(method.methodKind, kind);
      assert.equal(method.parent.typeName, service);
      assert.equal(method.name, name);
    }
  }
});
