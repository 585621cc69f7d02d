import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import { SCRAPERS_MAX, serveMetrics } from "../../src/metrics/mod.ts";
import { firingFixture } from "../fixtures/snapshot.ts";

const SNAPSHOT = firingFixture();
const APP = { path: "/metrics", snapshot: () => SNAPSHOT };

function cannotStart(pattern: RegExp) {
  return (error: unknown) =>
    error instanceof KarError && error.exit === "cannotStart" &&
    pattern.test(error.message) && error.message.includes("metrics.address");
}

Deno.test("serveMetrics() answers on a free port and stops for good", async () => {
  const server = serveMetrics({ ...APP, address: "127.0.0.1:0" });
  assert.match(server.address, /^127\.0\.0\.1:[1-9]\d*$/);
  const response = await fetch(`http://${server.address}/metrics`);
  assert.equal(response.status, 200);
  assert.match(await response.text(), /kar98k_requests_total/);
  await server.close();
  await server.close();
  await assert.rejects(fetch(`http://${server.address}/healthz`));
});

Deno.test("serveMetrics() without a host answers on every interface", async () => {
  const server = serveMetrics({ ...APP, address: ":0" });
  try {
    const response = await fetch(`http://127.0.0.1${server.address}/healthz`);
    assert.equal(await response.text(), "ok\n");
  } finally {
    await server.close();
  }
});

Deno.test("serveMetrics() names a busy port and the key to change", async () => {
  for (const host of ["127.0.0.1", ""]) {
    const first = serveMetrics({ ...APP, address: "127.0.0.1:0" });
    const port = first.address.split(":")[1];
    try {
      assert.throws(
        () => serveMetrics({ ...APP, address: `${host}:${port}` }),
        cannotStart(new RegExp(`port ${port} is in use`)),
      );
    } finally {
      await first.close();
    }
  }
});

Deno.test("serveMetrics() takes another port where the user named none and the usual one is in use", async () => {
  const first = serveMetrics({ ...APP, address: ":0" });
  const port = first.address.slice(1);
  const second = serveMetrics({
    ...APP,
    address: first.address,
    mayMove: true,
  });
  try {
    assert.notEqual(second.address, first.address);
    const response = await fetch(`http://127.0.0.1${second.address}/healthz`);
    assert.equal(await response.text(), "ok\n");
    assert.match(port, /^\d+$/);
  } finally {
    await first.close();
    await second.close();
  }
});

Deno.test("serveMetrics() answers whoever asks, however many connect and say nothing", async () => {
  const server = serveMetrics({ ...APP, address: "127.0.0.1:0" });
  const port = Number(server.address.split(":")[1]);
  const connect = () => Deno.connect({ hostname: "127.0.0.1", port });
  const silent: Deno.TcpConn[] = [];
  try {
    const half = new TextEncoder().encode("GET /metrics HTTP/1.1\r\nX-Half: ");
    for (let i = 0; i < 4 * SCRAPERS_MAX; i++) {
      const connection = await connect();
      await connection.write(half).catch(() => {});
      silent.push(connection);
    }
    const response = await fetch(`http://${server.address}/metrics`);
    assert.match(await response.text(), /kar98k_requests_total/);
    // Those that came first gave way.
    const ended = await silent[0]!.read(new Uint8Array(1)).catch(() => null);
    assert.equal(ended, null);
  } finally {
    for (const connection of silent) connection.close();
    await server.close();
  }
});

Deno.test("serveMetrics() loses patience with a request that never ends", async () => {
  const server = serveMetrics({
    ...APP,
    address: "127.0.0.1:0",
    headMs: 500,
  });
  const port = Number(server.address.split(":")[1]);
  try {
    using slow = await Deno.connect({ hostname: "127.0.0.1", port });
    await slow.write(new TextEncoder().encode("GET / HTTP/1.1\r\n"));
    assert.equal(await slow.read(new Uint8Array(1)).catch(() => null), null);
  } finally {
    await server.close();
  }
});

Deno.test("serveMetrics() answers what is no scrape, and goes on", async () => {
  const server = serveMetrics({ ...APP, address: "127.0.0.1:0" });
  const port = Number(server.address.split(":")[1]);
  const talk = async (text: string) => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(new TextEncoder().encode(text));
    return await new Response(connection.readable).text().catch(() => "");
  };
  const rest = "host: kar\r\nconnection: close\r\n\r\n";
  try {
    // Said, so that nobody asks once more on a connection that ends.
    const open = await talk("GET /healthz HTTP/1.1\r\nhost: kar\r\n\r\n");
    assert.match(open, /\r\nconnection: close\r\n/i);
    assert.match(
      await talk(`GET /metrics HTTP/1.1\r\n${rest}`),
      /^HTTP\/1.1 200/,
    );
    const head = await talk(`HEAD /healthz HTTP/1.1\r\n${rest}`);
    assert.match(head, /^HTTP\/1.1 200/);
    assert.match(head, /\r\n\r\n$/);
    assert.match(
      await talk(`POST /metrics HTTP/1.1\r\n${rest}`),
      /^HTTP\/1.1 405/,
    );
    assert.match(await talk(`GET /x HTTP/1.1\r\n${rest}`), /^HTTP\/1.1 404/);
    for (
      const text of [
        "\0\0\0\0",
        `TRACE / HTTP/1.1\r\n${rest}`,
        `GET http://[/ HTTP/1.1\r\n${rest}`,
        `GET / HTTP/1.1\r\nx: ${"y".repeat(100_000)}\r\n\r\n`,
        `GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n`.repeat(1000) + rest,
      ]
    ) {
      await talk(text);
      const response = await fetch(`http://${server.address}/healthz`);
      assert.equal(await response.text(), "ok\n");
    }
  } finally {
    await server.close();
  }
});

Deno.test("serveMetrics() says what is wrong with an address that is not here", () => {
  // Reserved for documentation (RFC 5737): no machine has it.
  assert.throws(
    () => serveMetrics({ ...APP, address: "192.0.2.1:9090" }),
    cannotStart(/192\.0\.2\.1:9090/),
  );
});
