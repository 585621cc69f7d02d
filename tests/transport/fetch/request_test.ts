import { openedFetch } from "../opened.ts";
import assert from "node:assert/strict";
import { KarError } from "../../../src/base/mod.ts";
import type { TargetPlan } from "../../../src/plan/mod.ts";
import { Recorder, testTarget, withResolved } from "../support.ts";

// What fetch would refuse at every request is refused once, at the start.
const REFUSED: readonly (readonly [Partial<TargetPlan>, RegExp])[] = [
  [{ url: "/no/host" }, /^target test: url \/no\/host must be an address/],
  [{ url: "ws://127.0.0.1/" }, /url ws:.+ must be an address/],
  [{ url: "http://127.0.0.1:6000/" }, /6000 .* refuses it; use client: wire/],
  [{ method: "GET", body: "x" }, /method GET: .*body/],
  [{ method: "CONNECT" }, /method CONNECT: /],
  [{ headers: [["bad name", "x"]] }, /header "bad name" must have/],
  [{ insecure: true }, /tls.insecure: needs client: wire/],
  [
    { tls: { ca: null, cert: null, key: null, serverName: "a.test" } },
    /tls.server_name: needs client: wire/,
  ],
  [
    { connection: { maxRequests: 5, maxAgeMs: null } },
    /max_requests_per_connection, .*: needs client: wire/,
  ],
];

Deno.test({
  name: "openFetch() refuses at the start what fetch would refuse each time",
  sanitizeResources: true,
  fn: () => {
    for (const [over, message] of REFUSED) {
      assert.throws(
        () => openedFetch(testTarget(over), new Recorder()),
        (error) =>
          error instanceof KarError && error.exit === "config" &&
          message.test(error.message),
        JSON.stringify(over),
      );
    }
  },
});

Deno.test("openFetch() never shows an expanded value", () => {
  const recorder = new Recorder();
  const target = testTarget({ headers: [["x-token", "line\n${SECRET}"]] });
  assert.throws(
    () => openedFetch(target, recorder),
    (error: Error) => !error.message.includes("expanded-SECRET"),
  );
});

Deno.test({
  name: "openFetch() refuses certificates that are none",
  sanitizeResources: true,
  fn: () => {
    const tls = { ca: "no pem", cert: "neither", key: "nor this" };
    assert.throws(
      () => openedFetch(testTarget(), withResolved(new Recorder(), { tls })),
      (error) => error instanceof KarError && /certif/.test(error.message),
    );
  },
});
