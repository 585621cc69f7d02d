import assert from "node:assert/strict";
import { freePort } from "../../../fixtures/ports.ts";
import {
  openDialer,
  type TlsOptions,
} from "../../../../src/transport/socket/mod.ts";
import { CERTIFICATES } from "../../../net/certificates.ts";
import { realClock } from "../../support.ts";
import { CLEAN, NEVER, serveEcho, serveWords, TLS } from "../support.ts";

/** Both ways to TLS: Deno's own, and Node's, which an own certificate needs. */
const WAYS = { "Deno's TLS": {}, "Node's TLS": CERTIFICATES.client } as const;

async function reasonOf(
  endpoint: { host?: string; port: number; tls?: TlsOptions },
): Promise<string> {
  const { host = "127.0.0.1", port, tls = null } = endpoint;
  const dialer = openDialer({ host, port, tls }, realClock());
  for (;;) {
    const result = await dialer.dial(NEVER);
    if (result.kind === "socket") {
      result.close();
      return "connected";
    }
    // Said before there was time to look at the certificate.
    const isEarly = result.reason.startsWith("the certificate is self-signed,");
    if (!isEarly) return result.reason;
  }
}

for (const [way, own] of Object.entries(WAYS)) {
  const tls = { ...TLS, ...own };
  const CASES = [
    ["expired", tls, "the certificate has expired on 2020-01-02"],
    [
      "wrongName",
      { ...tls, serverName: "localhost" },
      "the certificate is not for localhost: it is for elsewhere.test; tls.server_name sets the name to ask for",
    ],
    [
      "server",
      { ...tls, ca: null },
      "the certificate's issuer (kar test CA) is not a known authority: name it with tls.ca",
    ],
    [
      "selfSigned",
      tls,
      "the certificate is self-signed: trust it with tls.ca; tls.insecure accepts any certificate",
    ],
    [
      "server",
      { ...tls, alpn: ["h2"] },
      "the server does not speak the protocol that was asked for (h2)",
    ],
  ] as const;
  for (const [name, options, reason] of CASES) {
    Deno.test({
      name: `dial() by ${way} says of the certificate "${name}": ${reason}`,
      ...CLEAN,
      fn: async () => {
        await using echo = serveEcho(CERTIFICATES[name]);
        const { port } = echo;
        assert.equal(await reasonOf({ port, tls: options }), reason);
      },
    });
  }

  Deno.test({
    name: `dial() by ${way} says that a peer speaks no TLS, or hangs up`,
    ...CLEAN,
    fn: async () => {
      await using ssh = serveWords("SSH-2.0-OpenSSH_9.2\r\n");
      assert.match(await reasonOf({ port: ssh.port, tls }), /not speak TLS/);
      await using silent = serveWords("");
      assert.match(
        await reasonOf({ port: silent.port, tls }),
        /closed the connection during the handshake$/,
      );
    },
  });

  Deno.test({
    name:
      `dial() by ${way} looks at a certificate once, however many dials fail`,
    ...CLEAN,
    fn: async () => {
      await using echo = serveEcho(CERTIFICATES.selfSigned);
      let connections = 0;
      const proxy = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const served = (async () => {
        for (;;) {
          const conn = await proxy.accept().catch(() => null);
          if (conn === null) return;
          connections++;
          const to = await Deno.connect({ port: echo.port });
          void Promise.allSettled([
            conn.readable.pipeTo(to.writable),
            to.readable.pipeTo(conn.writable),
          ]);
        }
      })();
      const endpoint = { host: "127.0.0.1", port: proxy.addr.port, tls };
      const dialer = openDialer(endpoint, realClock());
      for (let i = 0; i < 5; i++) {
        const result = await dialer.dial(NEVER);
        assert.match(JSON.stringify(result), /self-signed/);
      }
      // Those of the dials, and one look; Node's TLS asks once more whether the usual roots vouch for the peer.
      const more = tls.cert === null ? 1 : 2;
      assert.equal(connections, 5 + more);
      proxy.close();
      await served;
    },
  });
}

Deno.test({
  name: "dial() says which address refuses, which name has none",
  ...CLEAN,
  fn: async () => {
    const port = freePort();
    assert.equal(
      await reasonOf({ port }),
      `127.0.0.1:${port}: connection refused`,
    );
    const dialer = openDialer(
      { host: "api.test", port: 1, tls: null },
      realClock(),
      () =>
        Promise.reject(Object.assign(new Error("x"), { code: "ENOTFOUND" })),
    );
    assert.deepEqual(await dialer.dial(NEVER), {
      kind: "failure",
      failure: "dns",
      reason: "api.test: no such name",
    });
  },
});
