import assert from "node:assert/strict";
import { DEMO_TLS } from "../../../src/echo/mod.ts";
import { type Http2Handler, listenHttp2 } from "../../../src/echo/http2/mod.ts";
import { ask, tidyTest } from "../support.ts";

/** Tells as a body what it got as a header. */
const tellHeader: Http2Handler = ({ method, path, authority, header }) => {
  const told = { method, path, authority, header: Object.fromEntries(header) };
  async function* body() {
    yield new TextEncoder().encode(JSON.stringify(told));
  }
  return Promise.resolve({ status: 201, body: body() });
};

for (const tls of [null, DEMO_TLS]) {
  const how = tls ? "over TLS" : "in plain text";
  tidyTest(
    `listenHttp2() understands the headers of another HTTP/2 ${how}`,
    async () => {
      const address = { hostname: "127.0.0.1", port: 0, tls };
      const listener = listenHttp2(tellHeader, address);
      const authority = `127.0.0.1:${listener.port}`;
      // Every byte that a header may have, so that every Huffman code comes.
      const bytes = Array.from({ length: 256 }, (_, code) => code)
        .filter((code) => code > 32 && code !== 127);
      const value = String.fromCharCode(...bytes);
      const headers = { "x-all": value, "x-again": "again" };
      const options = { http1: false, http2: true, caCerts: [DEMO_TLS.cert] };
      using client = Deno.createHttpClient(options);
      // The second time most of it comes from the dynamic table.
      for (let i = 0; i < 3; i++) {
        const url = `${tls ? "https" : "http"}://${authority}/a?b=c`;
        const response = await fetch(url, { client, headers });
        assert.equal(response.status, 201);
        const told = await response.json();
        assert.deepEqual([told.method, told.path], ["GET", "/a?b=c"]);
        assert.equal(told.authority, authority);
        assert.equal(told.header["x-all"], value);
        assert.equal(told.header["x-again"], "again");
      }
      await listener.close();
    },
  );
}

tidyTest(
  "listenHttp2() takes many connections and outlives those that break",
  async () => {
    const address = { hostname: "127.0.0.1", port: 0, tls: null };
    const listener = listenHttp2(tellHeader, address);
    for (let i = 0; i < 50; i++) {
      const connection = await Deno.connect({ port: listener.port });
      if (i % 2) await connection.write(new Uint8Array(100).fill(i));
      connection.close();
    }
    const url = `http://127.0.0.1:${listener.port}/`;
    const h2c = { http1: false, http2: true };
    const asked = Array.from({ length: 50 }, () => ask(url, {}, h2c));
    for (const { status } of await Promise.all(asked)) {
      assert.equal(
        status,
        201,
      );
    }
    await listener.close();
  },
);
