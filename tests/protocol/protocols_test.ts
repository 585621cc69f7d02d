import assert from "node:assert/strict";
import {
  codeName,
  CODES,
  HEALTH_CHECK,
  PROTOCOL_NAMES,
  protocolNamed,
  protocolOf,
} from "../../src/protocol/mod.ts";
import { answer } from "../../src/transport/mod.ts";

Deno.test("codeName() knows what each protocol has", () => {
  assert.equal(codeName(200, "http"), "200");
  assert.equal(codeName(599, "http2"), "599");
  assert.equal(codeName(0, "http"), "other");
  assert.equal(codeName(99, "http"), "other");
  assert.equal(codeName(0, "grpc"), "0");
  assert.equal(codeName(17, "grpc"), "other");
});

Deno.test("every code of every protocol is counted as itself", () => {
  for (const name of PROTOCOL_NAMES) {
    const { min, max } = protocolOf(name).codes;
    for (const code of [min, max]) {
      assert.ok(code < CODES);
      assert.deepEqual(answer(code), { kind: "answer", code, reason: "" });
    }
  }
  const reason = `${CODES} is not a known code`;
  assert.deepEqual(answer(CODES), { kind: "answer", code: 0, reason });
});

Deno.test("a protocol says which codes are ok, and which are the target's fault", () => {
  const faults = (name: "http" | "grpc", codes: number[]) => {
    const { isOk, isTargetFault } = protocolOf(name).codes;
    return codes.map((code) => [isOk(code), isTargetFault(code)]);
  };
  assert.deepEqual(faults("http", [200, 399, 404, 429, 503]), [
    [true, false],
    [true, false],
    [false, false],
    [false, true],
    [false, true],
  ]);
  assert.deepEqual(faults("grpc", [0, 5, 14]), [
    [true, false],
    [false, true],
    [false, true],
  ]);
});

Deno.test("a health check repeats a GET, a HEAD and gRPC's own check, and nothing else", () => {
  const { isSafe } = protocolOf("http");
  assert.deepEqual(
    ["GET", "head", "POST", "OPTIONS"].map((method) => isSafe({ method })),
    [true, true, false, false],
  );
  const grpc = protocolOf("grpc");
  assert.ok(grpc.isSafe({ method: "POST", grpc: { method: null } }));
  assert.ok(!grpc.isSafe({ method: "POST", grpc: { method: "a.B/C" } }));
});

Deno.test("a protocol names what is asked", () => {
  assert.equal(protocolOf("http2").methodOf({ method: "PUT" }), "PUT");
  const { methodOf } = protocolOf("grpc");
  assert.equal(
    methodOf({ method: "POST", grpc: { method: "a.B/C" } }),
    "a.B/C",
  );
  assert.equal(methodOf({ method: "POST" }), HEALTH_CHECK);
});

Deno.test("protocolNamed() knows no other names", () => {
  assert.equal(protocolNamed("grpc"), protocolOf("grpc"));
  for (const name of ["ws", "toString", "__proto__", ""]) {
    assert.equal(protocolNamed(name), undefined);
  }
});
