import assert from "node:assert/strict";
import fc from "fast-check";
import { machineCount, machinesFor } from "../../src/doctor/mod.ts";

Deno.test("machinesFor() is the least number of machines that are each fit", () => {
  fc.assert(fc.property(
    fc.double({ min: 0.1, max: 1e6, noNaN: true }),
    fc.double({ min: 1, max: 1e6, noNaN: true }),
    (rate, ownRate) => {
      const machines = machinesFor(rate, ownRate);
      const isFit = (n: number) => rate / n <= ownRate / 2 * (1 + 1e-12);
      if (machines === null) return assert.ok(!isFit(256));
      assert.ok(isFit(machines));
      assert.ok(machines === 1 || !isFit((machines - 1) * (1 - 1e-9)));
    },
  ));
});

Deno.test("machineCount() asks each machine for half of what it sent to itself", () => {
  assert.deepEqual(machineCount(36_000, 20_000), {
    peakRate: 36_000,
    ownRate: 20_000,
    eachRate: 10_000,
    needed: 4,
  });
});

Deno.test("machineCount() needs no number of machines that send nothing, or more than 256", () => {
  assert.equal(machineCount(100, 0).needed, null);
  assert.equal(machineCount(256 * 50, 100).needed, 256);
  assert.equal(machineCount(256 * 50 + 1, 100).needed, null);
});
