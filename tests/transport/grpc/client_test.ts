import assert from "node:assert/strict";
import type { TargetPlan } from "../../../src/plan/mod.ts";
import { timeoutField } from "../../../src/request/grpc.ts";
import { requestFields } from "../../../src/transport/http2/target.ts";
import type { ResolvedGrpcCall } from "../../../src/transport/mod.ts";
import { requestOf, testTarget } from "../support.ts";

const CALL: ResolvedGrpcCall = {
  path: "/pkg.Service/Method",
  kind: "unary",
  messages: [Uint8Array.of(9)],
};

function requestWith(over: Partial<TargetPlan> = {}) {
  const target = testTarget({
    url: "http://host:1",
    protocol: "grpc",
    timeoutMs: 2500,
    ...over,
  });
  const request = requestOf(target, CALL);
  return { fields: requestFields(request), body: request.body };
}

Deno.test("a request of gRPC asks as gRPC does", () => {
  const { fields, body } = requestWith({ headers: [["X-Meta", "1"]] });
  assert.deepEqual(fields.map(({ name, value }) => [name, value]), [
    [":method", "POST"],
    [":scheme", "http"],
    [":authority", "host:1"],
    [":path", "/pkg.Service/Method"],
    ["user-agent", "kar/test (run test)"],
    ["grpc-accept-encoding", "identity, deflate, gzip"],
    ["x-meta", "1"],
    ["te", "trailers"],
    ["content-type", "application/grpc"],
    ["grpc-timeout", "2500m"],
  ]);
  assert.deepEqual(body, Uint8Array.of(0, 0, 0, 0, 1, 9));
});

Deno.test("a request of gRPC offers the encodings that its user names instead", () => {
  const { fields } = requestWith({
    headers: [["Grpc-Accept-Encoding", "identity"]],
  });
  const offered = fields.filter(({ name }) => name === "grpc-accept-encoding");
  assert.deepEqual(offered.map(({ value }) => value), ["identity"]);
});

Deno.test("a request of gRPC calls the service's method and nothing below a path", () => {
  const { fields } = requestWith({ url: "http://host/" });
  const path = fields.find(({ name }) => name === ":path");
  assert.equal(path?.value, "/pkg.Service/Method");
});

Deno.test("a request of gRPC lets nobody set what gRPC itself says", () => {
  for (const name of ["te", "Content-Type", "grpc-timeout", "content-length"]) {
    assert.throws(() => requestWith({ headers: [[name, "trailers"]] }), {
      name: "KarError",
      message: /is set by kar/,
    });
  }
});

Deno.test("timeoutField() writes at most eight digits", () => {
  const rows: [ms: number, text: string][] = [
    [0.2, "1m"],
    [1500, "1500m"],
    [99_999_999, "99999999m"],
    [100_000_000, "100000S"],
    [100_000_001, "100001S"],
    [1e15, "99999999S"],
  ];
  for (const [ms, text] of rows) assert.equal(timeoutField(ms), text);
});
