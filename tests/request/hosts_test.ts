import assert from "node:assert/strict";
import { isHost, isServerName } from "../../src/request/hosts.ts";

Deno.test("isHost() takes names and addresses, and nothing that no resolver would", () => {
  const long = "a".repeat(63);
  const good = ["localhost", "a-b.example.com", "example.com.", "_grpc._tcp.x"]
    .concat("127.0.0.1", "[::1]", "[fe80::1]", "[::ffff:1.2.3.4]", "xn--bcher")
    .concat(long, [long, long, long, "a".repeat(61)].join("."));
  for (const host of good) assert.ok(isHost(host), host);
  const bad = ["", ".", "a..b", ".a", "-a", "a-", "a b", "*.a", "a/b", "a:1"]
    .concat("1.2.3", "256.1.1.1", "1.2.3.4.5", "[1.2.3.4]", "[:::]", "::1")
    .concat("[]", `a${long}`, [long, long, long, long].join("."));
  for (const host of bad) assert.ok(!isHost(host), host);
});

Deno.test("isServerName() takes an IPv6 address as it is", () => {
  assert.ok(isServerName("::1"));
  assert.ok(isServerName("api.example.com"));
  assert.ok(!isServerName("http://api"));
});
