import assert from "node:assert/strict";
import type { Head } from "../../../src/transport/http2/mod.ts";
import { HttpResponse } from "../../../src/transport/http2/response.ts";

function headWith(status: number, retryAfter: string): Head {
  return {
    fault: "none",
    reason: "",
    status,
    contentLength: -1,
    grpcStatus: -1,
    isGrpc: false,
    grpcEncoding: "",
    grpcMessage: "",
    retryAfter,
    pushback: "",
    details: "",
  };
}

Deno.test("HttpResponse tells the retry-after of 429 and 503, and of nothing else", () => {
  const told: string[] = [];
  const response = new HttpResponse({
    maxBodyBytes: 100,
    onRetryAfter: (text) => told.push(text),
  });
  for (const status of [200, 302, 429, 500, 503]) {
    response.begin(false);
    response.onHead(headWith(status, String(status)));
    response.onHead(headWith(status, ""));
  }
  assert.deepEqual(told, ["429", "503"]);
});
