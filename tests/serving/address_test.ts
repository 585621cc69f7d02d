import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import { parseAddress } from "../../src/serving/mod.ts";

Deno.test("parseAddress() reads a port, a host and an IPv6 address", () => {
  assert.deepEqual(parseAddress(":9090", "metrics.address"), {
    hostname: null,
    port: 9090,
  });
  assert.deepEqual(parseAddress(":0", "metrics.address"), {
    hostname: null,
    port: 0,
  });
  assert.deepEqual(parseAddress("127.0.0.1:9090", "metrics.address"), {
    hostname: "127.0.0.1",
    port: 9090,
  });
  assert.deepEqual(parseAddress("localhost:65535", "metrics.address"), {
    hostname: "localhost",
    port: 65535,
  });
  assert.deepEqual(parseAddress("[::1]:9090", "metrics.address"), {
    hostname: "::1",
    port: 9090,
  });
});

Deno.test("parseAddress() refuses anything else and shows what would be right", () => {
  const wrong = [
    "",
    "9090",
    "localhost",
    "localhost:",
    ":65536",
    "::1:9090",
    "[::1]",
    "a b:1",
    ":1x",
  ];
  for (const text of wrong) {
    assert.throws(() => parseAddress(text, "metrics.address"), (error) => {
      assert.ok(error instanceof KarError && error.exit === "config");
      assert.ok(
        error.message.includes(
          `metrics.address: cannot listen on ${JSON.stringify(text)}`,
        ),
      );
      return true;
    });
  }
});
