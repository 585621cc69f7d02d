import assert from "node:assert/strict";
import {
  nameReason,
  systemReason,
} from "../../../../src/transport/socket/reasons/mod.ts";

/** An error as Deno gives it, or as Node does with a code. */
function said(message: string, code?: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

for (
  const [code, reason] of [
    ["ENOTFOUND", "no such name"],
    ["EAI_AGAIN", "no answer from the name server (EAI_AGAIN)"],
    ["ENODATA", "the name has no address"],
    ["EAI_FAIL", "the name server failed (EAI_FAIL)"],
  ] as const
) {
  Deno.test(`nameReason() tells the host and what ${code} means`, () => {
    const error = said(`getaddrinfo ${code} api.test`, code);
    assert.equal(nameReason("api.test", error), `api.test: ${reason}`);
  });
}

Deno.test("nameReason() reads the words of a resolver that gives no code", () => {
  const error = said(
    "dns error: failed to lookup address information: Temporary failure in name resolution",
  );
  assert.match(nameReason("api.test", error), /no answer from the name server/);
});

Deno.test("systemReason() names the address, and what is wrong with it", () => {
  const at = { address: "127.0.0.1", port: 8080 };
  assert.equal(
    systemReason(at, said("Connection refused (os error 111)", "ECONNREFUSED")),
    "127.0.0.1:8080: connection refused",
  );
  assert.equal(
    systemReason({ address: "::1", port: 1 }, said("odd", "EODD")),
    "[::1]:1: odd",
  );
});
