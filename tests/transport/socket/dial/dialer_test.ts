import assert from "node:assert/strict";
import { freePort } from "../../../fixtures/ports.ts";
import { openDialer } from "../../../../src/transport/socket/mod.ts";
import { CERTIFICATES } from "../../../net/certificates.ts";
import { realClock } from "../../support.ts";
import { CLEAN, kindOf, NEVER, SCHEMES, serveEcho, TLS } from "../support.ts";

for (const [scheme, options] of Object.entries(SCHEMES)) {
  const isTls = "tls" in options;
  const server = () => serveEcho(isTls ? CERTIFICATES.server : undefined);
  const endpoint = (port: number) => ({ port, ...options });

  Deno.test({
    name: `dial() of ${scheme} tells the failures of connecting apart`,
    ...CLEAN,
    fn: async () => {
      const host = "nobody.invalid";
      assert.equal(await kindOf({ ...endpoint(9), host }), "dns");
      assert.equal(await kindOf(endpoint(freePort())), "refused");
      const broadcast = { ...endpoint(9), host: "255.255.255.255" };
      assert.equal(await kindOf(broadcast), "unreachable");
    },
  });

  Deno.test({
    name: `dial() of ${scheme} can be given up`,
    ...CLEAN,
    fn: async () => {
      await using echo = server();
      const before = new AbortController();
      before.abort();
      const early = kindOf(endpoint(echo.port), before.signal);
      assert.equal(await early, "aborted");
      const during = new AbortController();
      const late = kindOf(endpoint(echo.port), during.signal);
      during.abort();
      assert.equal(await late, "aborted");
    },
  });
}

Deno.test({
  name: "dial() tries the other addresses of a name that one refuses",
  ...CLEAN,
  fn: async () => {
    await using echo = serveEcho();
    const dialer = openDialer(
      { host: "many.test", port: echo.port, tls: null },
      realClock(),
      () => Promise.resolve(["127.0.0.2", "127.0.0.3", "127.0.0.1"]),
    );
    for (let i = 0; i < 3; i++) {
      const result = await dialer.dial(NEVER);
      assert.equal(result.kind, "socket");
      if (result.kind === "socket") result.close();
    }
  },
});

Deno.test({
  name: "dial() tells why no address of a name would have it",
  ...CLEAN,
  fn: async () => {
    const dialer = openDialer(
      { host: "many.test", port: freePort(), tls: null },
      realClock(),
      () => Promise.resolve(["255.255.255.255", "127.0.0.1"]),
    );
    const result = await dialer.dial(NEVER);
    assert.equal(result.kind === "failure" && result.failure, "refused");
  },
});

Deno.test({
  name: "dial() does not ask a second address whose first was reached",
  ...CLEAN,
  fn: async () => {
    let accepted = 0;
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const served = (async () => {
      for await (const conn of listener) {
        accepted++;
        conn.close();
      }
    })();
    const dialer = openDialer(
      { host: "many.test", port: listener.addr.port, tls: TLS },
      realClock(),
      () => Promise.resolve(["127.0.0.1", "127.0.0.1"]),
    );
    const result = await dialer.dial(NEVER);
    assert.equal(result.kind === "failure" && result.failure, "tls");
    listener.close();
    await served;
    assert.equal(accepted, 1);
  },
});

Deno.test({
  name: "dial() calls a lookup that lacks files kar's own failure",
  ...CLEAN,
  fn: async () => {
    const lookup = () =>
      Promise.reject(Object.assign(new Error("none left"), { code: "EMFILE" }));
    const endpoint = { host: "x.test", port: 1, tls: null };
    const result = await openDialer(endpoint, realClock(), lookup).dial(NEVER);
    assert.equal(result.kind === "failure" && result.failure, "generator");
  },
});
