import assert from "node:assert/strict";
import fc from "fast-check";
import { answer } from "../../../src/transport/mod.ts";
import { SIM_DEFAULTS } from "../../../src/transport/sim/mod.ts";
import { Service } from "../../../src/transport/sim/service.ts";

const MANY = 20_000;

function ends(options: Partial<typeof SIM_DEFAULTS>, arrivals: number[]) {
  const service = new Service({ ...SIM_DEFAULTS, ...options });
  return arrivals.map((ms) => service.arrive(ms));
}

Deno.test("Service takes the median time where there is no spread", () => {
  assert.deepEqual(ends({ medianMs: 7 }, [0, 1, 100]), [7, 8, 107]);
});

Deno.test("Service spreads times log-normally", () => {
  const sigma = 0.5;
  const logs = ends({ medianMs: 10, sigma, seed: 3 }, Array(MANY).fill(0))
    .map((ms) => Math.log(ms / 10));
  const mean = logs.reduce((a, b) => a + b) / MANY;
  const variance = logs.reduce((a, b) => a + (b - mean) ** 2, 0) / MANY;
  // Four standard errors of the mean and of the standard deviation.
  assert.ok(Math.abs(mean) < 4 * sigma / Math.sqrt(MANY), `mean ${mean}`);
  assert.ok(
    Math.abs(Math.sqrt(variance) - sigma) < 4 * sigma / Math.sqrt(2 * MANY),
    `sigma ${Math.sqrt(variance)}`,
  );
});

Deno.test("Service is decided by its seed", () => {
  const arrivals = Array.from({ length: 100 }, (_, i) => i);
  const run = (seed: number) => ends({ seed, sigma: 1 }, arrivals);
  assert.deepEqual(run(1), run(1));
  assert.notDeepEqual(run(1), run(2));
});

Deno.test("Service ends the asked share of requests as errors", () => {
  const service = new Service({ ...SIM_DEFAULTS, errorShare: 0.1 });
  let errors = 0;
  for (let i = 0; i < MANY; i++) {
    service.arrive(i);
    if (service.outcome() === answer(500)) errors++;
  }
  // Four standard deviations of a binomial count.
  const deviation = Math.sqrt(MANY * 0.1 * 0.9);
  assert.ok(Math.abs(errors - MANY * 0.1) < 4 * deviation, `${errors}`);
});

Deno.test("Service does nothing in a stall", () => {
  const stalls = [[100, 200], [300, 301]] as const;
  for (
    const [arrival, end, what] of [
      [90, 95, "ends before"],
      [95, 100, "ends as it begins"],
      [98, 203, "is interrupted"],
      [150, 205, "arrives inside"],
      [200, 205, "arrives as it ends"],
      [299, 305, "is interrupted by the next"],
    ] as const
  ) {
    assert.deepEqual(ends({ medianMs: 5, stalls }, [arrival]), [end], what);
  }
});

Deno.test("Service crosses several stalls", () => {
  const stalls = [[10, 20], [25, 35]] as const;
  assert.deepEqual(ends({ medianMs: 8, stalls }, [8]), [36]);
});

Deno.test("Service lets requests past its capacity wait in line", () => {
  const options = { medianMs: 10, capacity: 2 };
  assert.deepEqual(ends(options, [0, 0, 0, 1, 30]), [10, 10, 20, 20, 40]);
});

Deno.test("Service with a capacity equals a line served place by place", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.nat(30), { maxLength: 200 }),
      fc.nat(1000),
      (capacity, gaps, seed) => {
        let nowMs = 0;
        const arrivals = gaps.map((gap) => nowMs += gap);
        const options = { seed, sigma: 1 };
        const times = ends(options, arrivals).map((end, i) =>
          end - arrivals[i]!
        );
        const free: number[] = Array(capacity).fill(-Infinity);
        const expected = arrivals.map((arrival, i) => {
          free.sort((a, b) => a - b);
          return free[0] = Math.max(arrival, free[0]!) + times[i]!;
        });
        ends({ ...options, capacity }, arrivals).forEach((end, i) =>
          assert.ok(Math.abs(end - expected[i]!) < 1e-6)
        );
      },
    ),
  );
});
