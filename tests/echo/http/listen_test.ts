import assert from "node:assert/strict";
import { DEMO_TLS } from "../../../src/echo/mod.ts";
import { get, tidyTest, withServer } from "../support.ts";

tidyTest("startEcho() speaks HTTP/1.1 and h2c on one port", async () => {
  await withServer({}, async ({ ports }) => {
    assert.deepEqual([ports.tls, ports.grpc, ports.grpcTls], [
      null,
      null,
      null,
    ]);
    const url = `http://127.0.0.1:${ports.http}/health`;
    for (const version of [{ http2: false }, { http1: false, http2: true }]) {
      const { status, text } = await get(url, version);
      assert.equal(status, 200);
      assert.deepEqual(JSON.parse(text), { status: "ok" });
    }
  });
});

tidyTest(
  "startEcho() speaks HTTP/2 and HTTP/1.1 over TLS, by the demo certificate's names",
  async () => {
    await withServer({ tlsPort: 0 }, async ({ ports }) => {
      for (const alpn of ["h2", "http/1.1"]) {
        const connection = await Deno.connectTls({
          hostname: "localhost",
          port: ports.tls!,
          caCerts: [DEMO_TLS.cert],
          alpnProtocols: [alpn],
        });
        assert.equal((await connection.handshake()).alpnProtocol, alpn);
        connection.close();
      }
      const url = `https://127.0.0.1:${ports.tls}/health`;
      const caCerts = [DEMO_TLS.cert];
      const only2 = { caCerts, http1: false, http2: true };
      assert.equal((await get(url, only2)).status, 200);
      await assert.rejects(
        get(url),
        "nobody trusts the demo certificate unasked",
      );
    });
  },
);
