import { Code, ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { outcomeOfError } from "../../../src/transport/connect/errors.ts";
import { outcomeText } from "../support.ts";

const HOST = "api.test";

/** An error of Connect around one of the system. */
function around(code: string, connectCode = Code.Internal): ConnectError {
  const cause = Object.assign(new Error(code), { code });
  const error = ConnectError.from(cause, connectCode);
  error.cause = cause;
  return error;
}

function withStatus(status: string): ConnectError {
  return new ConnectError("", Code.Internal, { "grpc-status": status });
}

// The first column says what happened.
const CASES: readonly (readonly [string, unknown, string])[] = [
  ["the server said NOT_FOUND", withStatus("5"), "5"],
  ["the server said what is no status", withStatus("99"), "2"],
  ["the server said nonsense", withStatus("x"), "2"],
  ["a proxy said 503", new ConnectError("HTTP 503", Code.Unavailable), "14"],
  ["nobody listens", around("ECONNREFUSED", Code.Unavailable), "refused"],
  ["no such name", around("ENOTFOUND", Code.Unavailable), "dns"],
  ["no descriptor left", around("EMFILE"), "generator"],
  ["reset", around("ECONNRESET", Code.Aborted), "reset"],
  ["expired certificate", around("CERT_HAS_EXPIRED"), "tls"],
  ["GOAWAY", around("ERR_HTTP2_GOAWAY_SESSION"), "goaway"],
  ["stream reset", around("ERR_HTTP2_STREAM_ERROR"), "reset"],
  ["connection lost", around("ERR_STREAM_PREMATURE_CLOSE"), "closed"],
  ["connection gone before", around("ERR_HTTP2_INVALID_SESSION"), "closed"],
  ["no HTTP/2", around("ERR_HTTP2_ERROR"), "protocol"],
  [
    "an answer without status",
    new ConnectError("protocol error: missing status", Code.Internal),
    "protocol",
  ],
  ["something new", new ConnectError("the moon is full"), "other"],
];

Deno.test("outcomeOfError() tells statuses and failures apart", () => {
  for (const [what, error, expected] of CASES) {
    assert.equal(outcomeText(outcomeOfError(error, HOST)), expected, what);
  }
});

Deno.test("outcomeOfError() takes anything that was thrown", () => {
  const circle = new Error("a");
  circle.cause = circle;
  for (const thrown of [null, undefined, "text", 7, {}, circle]) {
    assert.equal(outcomeText(outcomeOfError(thrown, HOST)), "other");
  }
});

for (
  const [error, reason] of [
    [
      new ConnectError("no such shop", Code.NotFound, { "grpc-status": "5" }),
      "NOT_FOUND (5): no such shop",
    ],
    [withStatus("12"), "UNIMPLEMENTED (12)"],
    [
      new ConnectError("HTTP 503", Code.Unavailable),
      "UNAVAILABLE (14): HTTP 503 without a gRPC status",
    ],
    [around("ENOTFOUND"), "api.test: no such name"],
    [around("CERT_HAS_EXPIRED"), "the certificate has expired"],
    [
      new ConnectError("protocol error: missing status", Code.Internal),
      "protocol error: missing status",
    ],
  ] as const
) {
  Deno.test(`outcomeOfError() says why: ${reason}`, () => {
    assert.equal(outcomeOfError(error, HOST).reason, reason);
  });
}
