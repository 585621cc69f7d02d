import assert from "node:assert/strict";
import { KarError } from "../../../../src/base/mod.ts";
import {
  openDialer,
  type TlsOptions,
} from "../../../../src/transport/socket/mod.ts";
import { CERTIFICATES } from "../../../net/certificates.ts";
import { realClock } from "../../support.ts";
import { CLEAN, kindOf, openSocket, serveEcho, TLS } from "../support.ts";

Deno.test({
  name: "dial() verifies certificates unless told not to",
  ...CLEAN,
  fn: async () => {
    for (
      const [name, verified] of [
        ["server", "socket"],
        ["expired", "tls"],
        ["wrongName", "tls"],
        ["selfSigned", "tls"],
      ] as const
    ) {
      await using echo = serveEcho(CERTIFICATES[name]);
      const { port } = echo;
      assert.equal(await kindOf({ port, tls: TLS }), verified, name);
      const insecure = { ...TLS, insecure: true };
      assert.equal(await kindOf({ port, tls: insecure }), "socket", name);
    }
  },
});

Deno.test({
  name: "dial() trusts Mozilla's roots, not ours, unless told",
  ...CLEAN,
  fn: async () => {
    await using echo = serveEcho(CERTIFICATES.server);
    const tls = { ...TLS, ca: null };
    assert.equal(await kindOf({ port: echo.port, tls }), "tls");
  },
});

Deno.test({
  name: "dial() asks for and checks the given server name",
  ...CLEAN,
  fn: async () => {
    await using echo = serveEcho(CERTIFICATES.wrongName);
    const named = { ...TLS, serverName: "elsewhere.test" };
    assert.equal(await kindOf({ port: echo.port, tls: named }), "socket");
    const other = { ...TLS, serverName: "localhost" };
    assert.equal(await kindOf({ port: echo.port, tls: other }), "tls");
  },
});

Deno.test({
  name: "dial() agrees on a protocol by ALPN",
  ...CLEAN,
  fn: async () => {
    await using echo = serveEcho(CERTIFICATES.server);
    const { port } = echo;
    for (const own of [{}, CERTIFICATES.client]) {
      const tls = { ...TLS, ...own };
      const agreed = await openSocket({
        port,
        tls: { ...tls, alpn: ["echo"] },
      });
      assert.equal(agreed.alpn, "echo");
      agreed.close();
      const none = await openSocket({ port, tls });
      assert.equal(none.alpn, null);
      none.close();
      const other = { port, tls: { ...tls, alpn: ["h2"] } };
      assert.equal(await kindOf(other), "tls");
    }
  },
});

Deno.test({
  name: "dial() calls whatever ends the handshake a tls failure",
  ...CLEAN,
  fn: async () => {
    await using echo = serveEcho();
    for (const own of [{}, CERTIFICATES.client]) {
      const tls = { ...TLS, ...own };
      assert.equal(await kindOf({ port: echo.port, tls }), "tls");
    }
  },
});

Deno.test("openDialer() refuses texts that are no certificate or key", () => {
  const bad: Partial<TlsOptions>[] = [
    { ca: "junk" },
    { cert: "junk", key: CERTIFICATES.client.key },
    { cert: CERTIFICATES.client.cert, key: "junk" },
    { cert: CERTIFICATES.client.cert },
    { key: CERTIFICATES.client.key },
    { cert: CERTIFICATES.client.cert, key: CERTIFICATES.server.key },
  ];
  for (const over of bad) {
    assert.throws(
      () =>
        openDialer(
          { host: "x.test", port: 1, tls: { ...TLS, ...over } },
          realClock(),
        ),
      (error) => error instanceof KarError && error.exit === "config",
    );
  }
});
