import assert from "node:assert/strict";
import { failureOf } from "../../../src/transport/socket/mod.ts";

function withCode(code: string): Error {
  return Object.assign(new Error("any"), { code });
}

for (
  const [code, kind] of [
    ["ENOTFOUND", "dns"],
    ["EAI_AGAIN", "dns"],
    ["ECONNREFUSED", "refused"],
    ["EHOSTUNREACH", "unreachable"],
    ["ENETUNREACH", "unreachable"],
    ["ECONNRESET", "reset"],
    ["EPIPE", "reset"],
    ["ETIMEDOUT", "timeout"],
    ["EMFILE", "generator"],
    ["ENFILE", "generator"],
    ["EADDRNOTAVAIL", "generator"],
    ["ENOMEM", "generator"],
    ["ENOBUFS", "generator"],
    ["CERT_HAS_EXPIRED", "tls"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "tls"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "tls"],
    ["HOSTNAME_MISMATCH", "tls"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls"],
    ["EFROMTHEFUTURE", "other"],
  ] as const
) {
  Deno.test(`failureOf() calls ${code} ${kind}`, () => {
    assert.equal(failureOf(withCode(code)), kind);
  });
}

Deno.test("failureOf() knows Deno's own errors, those without a code", () => {
  const { InvalidData, NotCapable, UnexpectedEof } = Deno.errors;
  assert.equal(failureOf(new InvalidData("received fatal alert")), "tls");
  assert.equal(failureOf(new UnexpectedEof("no close_notify")), "closed");
  assert.equal(failureOf(new NotCapable("no --allow-net")), "generator");
});

Deno.test("failureOf() calls anything else other", () => {
  for (const thrown of [new Error("x"), "x", null, undefined, { code: 1 }]) {
    assert.equal(failureOf(thrown), "other");
  }
});
