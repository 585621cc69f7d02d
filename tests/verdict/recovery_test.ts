import assert from "node:assert/strict";
import fc from "fast-check";
import { quantileOf, RecoveryWatch } from "../../src/verdict/mod.ts";
import { durations, part, second, SERIES } from "./seconds.ts";

/** Seconds of a target that answers so slowly, with so many failures of a hundred. */
function seconds(
  watch: RecoveryWatch,
  from: number,
  lines: readonly (readonly [
    count: number,
    ms: number,
    spike?: number,
    failed?: number,
  ])[],
): number {
  let at = from;
  for (const [count, ms, spike = 1, failed = 0] of lines) {
    for (let i = 0; i < count; i++) {
      const times = Array.from({ length: 100 }, (_, k) => ms + (k % 10) / 10);
      const parts = [part({ response: durations(times), failed })];
      const phase = spike > 1 ? "spike" : "baseline";
      watch.take(second(++at * 1000, parts, { spike, phase }));
    }
  }
  return at;
}

Deno.test("recovery counts from the planned end of a spike to the first of three windows in the band", () => {
  const watch = new RecoveryWatch();
  seconds(watch, 0, [[60, 10], [10, 80, 3], [1, 80], [20, 80], [30, 10]]);
  const { spikes, medians } = watch.read(SERIES);
  assert.equal(spikes.length, 1);
  const [{ startMs, endMs, factor, targets }] = spikes as [typeof spikes[0]];
  assert.deepEqual([startMs, endMs, factor], [61_000, 71_000, 3]);
  assert.equal(targets[0]!.result, "recovered");
  assert.equal(targets[0]!.ms, 20_000);
  assert.deepEqual(medians, [{ target: "api", medianMs: 20_000, spikes: 1 }]);
});

Deno.test("a target that does not come back before the next spike is censored, and one that fails is not back", () => {
  const watch = new RecoveryWatch();
  seconds(watch, 0, [
    [60, 10],
    [10, 80, 3],
    [1, 10],
    [30, 80],
    [10, 80, 2],
    [1, 10],
    [20, 10, 1, 5],
    [30, 10],
  ]);
  const results = watch.read(SERIES).spikes.map(({ targets }) => [
    targets[0]!.result,
    targets[0]!.ms,
  ]);
  assert.deepEqual(results, [["censored", 30_000], ["recovered", 20_000]]);
  const p50 = { kind: "percentile", share: 0.5 } as const;
  assert.equal(watch.measure(p50, "api", SERIES), 20_000);
  assert.equal(watch.measure({ kind: "max" }, "api", SERIES), null);
  assert.equal(watch.measure(p50, "nobody", SERIES), null);
});

Deno.test("without a baseline nothing is said of a spike", () => {
  const watch = new RecoveryWatch();
  seconds(watch, 0, [[1, 10], [10, 80, 3], [1, 10], [30, 10]]);
  const { spikes } = watch.read(SERIES);
  assert.deepEqual(spikes[0]!.targets.map(({ result }) => result), ["unknown"]);
});

Deno.test("a recovery at once takes no time", () => {
  const watch = new RecoveryWatch();
  seconds(watch, 0, [[60, 10], [10, 10, 3], [1, 10], [30, 10]]);
  assert.equal(watch.read(SERIES).spikes[0]!.targets[0]!.ms, 0);
});

Deno.test("quantileOf() is the plain quantile where nothing is censored, and never smaller where something is", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1 }),
    fc.double({ min: 0.01, max: 1, noNaN: true }),
    fc.infiniteStream(fc.boolean()),
    (times, share, draws) => {
      const whole = times.map((ms) => ({ ms, isCensored: false }));
      const sorted = times.toSorted((a, b) => a - b);
      const plain = sorted[Math.ceil(share * times.length - 1e-9) - 1]!;
      assert.equal(quantileOf(whole, share), plain);
      const some = whole.map((each) => ({
        ...each,
        isCensored: draws.next().value!,
      }));
      const found = quantileOf(some, share);
      assert.ok(found === null || found >= plain);
    },
  ));
  assert.equal(quantileOf([], 0.5), null);
  // Worked by hand: 1, 2 and 4 ended, 3 and 5 were not seen to.
  const hand = [1, 2, 3, 4, 5].map((ms) => ({
    ms,
    isCensored: ms === 3 || ms === 5,
  }));
  assert.equal(quantileOf(hand, 0.4), 2);
  assert.equal(quantileOf(hand, 0.5), 4);
  assert.equal(quantileOf(hand, 0.9), null);
});
