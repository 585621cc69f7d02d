import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import { serveMetrics } from "../../src/metrics/mod.ts";
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

Deno.test("serveMetrics() says what is wrong with an address that is not here", () => {
  // Reserved for documentation (RFC 5737): no machine has it.
  assert.throws(
    () => serveMetrics({ ...APP, address: "192.0.2.1:9090" }),
    cannotStart(/192\.0\.2\.1:9090/),
  );
});
