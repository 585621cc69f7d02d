import assert from "node:assert/strict";
import fc from "fast-check";
import {
  Digest,
  laneOf,
  LANES,
  offsetMsOf,
  packArrival,
  SLOT_NS,
  targetOf,
  TARGETS_MAX,
} from "../../src/arrivals/mod.ts";

const anyShare = fc.oneof(
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  fc.constantFrom(0, 1 - 2 ** -53, 1e-8, 0.999999999),
);
const anyLane = fc.nat(LANES - 1);
const anyTarget = fc.nat(TARGETS_MAX - 1);
const anySlot = fc.integer({ min: 0, max: 40_000_000_000 });
const anyArrivals = fc.array(
  fc.tuple(anyShare, anyLane, anyTarget)
    .map(([share, lane, target]) => packArrival(share, lane, target)),
  { maxLength: 50 },
);

function digestOf(slot: number, arrivals: readonly number[]): Digest {
  const digest = new Digest();
  digest.addSlot(slot, Float64Array.from(arrivals), arrivals.length);
  return digest;
}

Deno.test("packArrival() keeps lane, target, and the instant to the nanosecond", () => {
  fc.assert(
    fc.property(anyShare, anyLane, anyTarget, (share, lane, target) => {
      const arrival = packArrival(share, lane, target);
      assert.ok(Number.isSafeInteger(arrival));
      assert.equal(laneOf(arrival), lane);
      assert.equal(targetOf(arrival), target);
      assert.equal(offsetMsOf(arrival), Math.floor(share * SLOT_NS) / 1e6);
      assert.ok(offsetMsOf(arrival) < 100);
    }),
    { seed: 98, numRuns: 2000 },
  );
});

Deno.test("packArrival() gives numbers that sort as their instants do", () => {
  fc.assert(
    fc.property(anyArrivals, (arrivals) => {
      const offsets = Array.from(
        Float64Array.from(arrivals).sort(),
        offsetMsOf,
      );
      assert.deepEqual(offsets, offsets.toSorted((a, b) => a - b));
    }),
    { seed: 98 },
  );
});

Deno.test("Digest does not hear the order of arrivals", () => {
  fc.assert(
    fc.property(anySlot, anyArrivals, (slot, arrivals) => {
      const back = digestOf(slot, arrivals.toReversed());
      assert.equal(back.toString(), digestOf(slot, arrivals).toString());
    }),
    { seed: 98 },
  );
});

Deno.test("Digest of parts adds up to the digest of the whole, in any order", () => {
  fc.assert(
    fc.property(anySlot, anyArrivals, anyArrivals, (slot, a, b) => {
      const ab = digestOf(slot, a);
      ab.add(digestOf(slot + 1, b));
      const ba = digestOf(slot + 1, b);
      ba.add(digestOf(slot, a));
      ba.add(new Digest());
      assert.equal(ab.toString(), ba.toString());
      const whole = digestOf(slot, a);
      whole.addSlot(slot + 1, Float64Array.from(b), b.length);
      assert.equal(whole.toString(), ab.toString());
    }),
    { seed: 98 },
  );
});

Deno.test("Digest hears slot, instant, lane, target and number of arrivals", () => {
  const slot = 17_746_000_000;
  const seen = new Set<string>();
  const list = [packArrival(0.5, 3, 4)];
  const variants: [number, number[]][] = [
    [slot, list],
    [slot + 1, list],
    [slot + 2 ** 32, list],
    [slot, [packArrival(0.5 + 1e-8, 3, 4)]],
    [slot, [packArrival(0.5, 4, 4)]],
    [slot, [packArrival(0.5, 3, 5)]],
    [slot, [...list, ...list]],
    [slot, []],
  ];
  for (const [at, arrivals] of variants) {
    seen.add(digestOf(at, arrivals).toString());
  }
  assert.equal(seen.size, variants.length);
});

Deno.test("Digest counts the first arrivals only, as many as it is told", () => {
  const digest = new Digest();
  digest.addSlot(7, Float64Array.from([1, 2, 3]), 2);
  assert.equal(digest.toString(), digestOf(7, [1, 2]).toString());
});

Deno.test("Digest is written as 16 hexadecimal digits", () => {
  assert.equal(new Digest().toString(), "0".repeat(16));
  assert.match(digestOf(5, [1]).toString(), /^[0-9a-f]{16}$/);
});
