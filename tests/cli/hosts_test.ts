import assert from "node:assert/strict";
import fc from "fast-check";
import { isOwnAddress, isOwnName } from "../../src/cli/follow/hosts.ts";

Deno.test("isOwnAddress() knows loopback, private and link-local, to their edges", () => {
  const own = [
    ...["127.0.0.1", "127.255.255.255", "0.0.0.0", "::1", "::"],
    ...["10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255"],
    ...["192.168.0.1", "169.254.1.1", "fe80::1", "fe80::1%eth0", "febf::1"],
    ...["fc00::1", "fdff::1", "::ffff:10.1.2.3", "::FFFF:127.0.0.1"],
  ];
  for (const address of own) assert.ok(isOwnAddress(address), address);
  const foreign = [
    ...["9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0"],
    ...["192.167.255.255", "192.169.0.0", "169.253.255.255", "8.8.8.8"],
    ...["100.64.0.1", "2001:db8::1", "fec0::1", "fbff::1", "::2"],
    ...["::ffff:8.8.8.8", "0.0.0.1", "localhost", "", "10.0.0"],
  ];
  for (const address of foreign) assert.ok(!isOwnAddress(address), address);
});

Deno.test("isOwnAddress() agrees with arithmetic on any IPv4 address", () => {
  const ranges = [[0x7f000000, 8], [0x0a000000, 8], [0xac100000, 12]] as const;
  const more = [[0xc0a80000, 16], [0xa9fe0000, 16], [0, 32]] as const;
  const near = fc.constantFrom(...ranges, ...more).chain(([start, prefix]) =>
    fc.integer({ min: -2, max: 2 ** (32 - prefix) + 2 })
      .map((offset) => (start + offset) >>> 0)
  );
  const any = fc.oneof(near, fc.integer({ min: 0, max: 2 ** 32 - 1 }));
  fc.assert(
    fc.property(any, (bits) => {
      const expected = [...ranges, ...more].some(([start, prefix]) =>
        bits - start >= 0 && bits - start < 2 ** (32 - prefix)
      );
      const parts = [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255);
      assert.equal(isOwnAddress(parts.join(".")), expected);
    }),
    { seed: 98, numRuns: 500 },
  );
});

Deno.test("isOwnName() takes localhost and what is below it, and no look-alike", () => {
  for (
    const name of ["localhost", "LOCALHOST", "api.localhost", "localhost."]
  ) {
    assert.ok(isOwnName(name), name);
  }
  for (const name of ["localhost.example.com", "notlocalhost", "", "host"]) {
    assert.ok(!isOwnName(name), name);
  }
});
