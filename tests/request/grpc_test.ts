import assert from "node:assert/strict";
import fc from "fast-check";
import { frameMessages, messagesIn } from "../../src/request/mod.ts";
import { requestOf, testTarget } from "../transport/support.ts";

const CALL = { path: "/shop.v1.Cart/Add", messages: [Uint8Array.of(9)] };

Deno.test("messagesIn() takes apart what frameMessages() has put together", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (messages) => {
      const body = frameMessages(messages);
      assert.deepEqual(messagesIn(body), messages);
      // Also where it lies inside of other memory.
      const room = new Uint8Array(body.length + 7);
      room.set(body, 3);
      assert.deepEqual(
        messagesIn(room.subarray(3, 3 + body.length)),
        messages,
      );
    }),
  );
});

Deno.test("a request of gRPC is a POST of its messages, whatever method and body its target names", () => {
  for (const client of ["wire", "connect"] as const) {
    const over = { protocol: "grpc", method: "GET", body: "x" } as const;
    const request = requestOf(testTarget({ ...over, client }), CALL);
    assert.equal(request.method, "POST");
    assert.equal(request.path, CALL.path);
    assert.deepEqual(request.body, Uint8Array.of(0, 0, 0, 0, 1, 9));
    assert.equal(request.contentLength, null);
  }
});

Deno.test("fetch is asked for no compression unless its user wants some", () => {
  const of = (headers: [string, string][]) =>
    requestOf(testTarget({ client: "fetch", headers })).headers
      .filter(({ name }) => name.toLowerCase() === "accept-encoding")
      .map(({ value }) => value);
  assert.deepEqual(of([]), ["identity"]);
  assert.deepEqual(of([["Accept-Encoding", "gzip"]]), ["gzip"]);
});
