import assert from "node:assert/strict";
import fc from "fast-check";
import { KarError } from "../../src/base/mod.ts";
import {
  FaultDraws,
  type Faults,
  MAX_LATENCY_MS,
  NO_FAULTS,
  resolveFaults,
  type Stall,
  stallLeftMs,
} from "../../src/echo/faults.ts";

const DRAWS = 20_000;

function draws(faults: Partial<Faults>): FaultDraws {
  return new FaultDraws(resolveFaults(faults));
}

function latencies(faults: Partial<Faults>): number[] {
  const chance = draws(faults);
  return Array.from({ length: DRAWS }, (_, index) => chance.latencyMs(index));
}

Deno.test("FaultDraws neither holds nor refuses without faults", () => {
  const kind = draws({});
  for (let index = 0; index < 100; index++) {
    assert.equal(kind.fails(index), false);
    assert.equal(kind.holdMs(kind.latencyMs(index), index), 0);
  }
});

Deno.test("FaultDraws.fails() refuses the share that was asked for, the same ones for a seed", () => {
  const refused = (seed: number) => {
    const chance = draws({ errorShare: 0.1, seed });
    return Array.from({ length: DRAWS }, (_, index) => chance.fails(index));
  };
  const count = refused(7).filter(Boolean).length;
  // Binomial: 2000 expected, standard deviation 42; five of them.
  assert.ok(Math.abs(count - 2000) < 212, `${count} of ${DRAWS}`);
  assert.deepEqual(refused(7), refused(7));
  assert.notDeepEqual(refused(7), refused(8));
});

Deno.test("FaultDraws.fails() refuses all at 1 and none at 0", () => {
  for (let index = 0; index < 1000; index++) {
    assert.equal(draws({ errorShare: 1 }).fails(index), true);
    assert.equal(draws({ errorShare: 0 }).fails(index), false);
  }
});

Deno.test("FaultDraws.latencyMs() is constant where it is told so", () => {
  const drawn = latencies({ latency: { kind: "constant", ms: 20 } });
  assert.deepEqual(new Set(drawn), new Set([20]));
});

Deno.test("FaultDraws.latencyMs() spreads evenly inside the jitter", () => {
  const drawn = latencies({
    latency: { kind: "uniform", ms: 50, jitterMs: 10 },
  });
  const mean = drawn.reduce((a, b) => a + b) / DRAWS;
  assert.ok(Math.min(...drawn) >= 40 && Math.min(...drawn) < 40.1);
  assert.ok(Math.max(...drawn) <= 60 && Math.max(...drawn) > 59.9);
  // Standard deviation of the mean: 20 / sqrt(12 · 20000) = 0.041.
  assert.ok(Math.abs(mean - 50) < 0.2, `mean ${mean}`);
});

Deno.test("FaultDraws.latencyMs() never goes below 0, whatever the jitter", () => {
  const drawn = latencies({
    latency: { kind: "uniform", ms: 5, jitterMs: 50 },
  });
  assert.equal(Math.min(...drawn), 0);
});

Deno.test("FaultDraws.latencyMs() draws a log-normal with its median and sigma", () => {
  const drawn = latencies({
    latency: { kind: "log_normal", medianMs: 30, sigma: 0.5 },
  });
  const logs = drawn.map((ms) => Math.log(ms / 30));
  const mean = logs.reduce((a, b) => a + b) / DRAWS;
  const variance = logs.reduce((a, b) => a + (b - mean) ** 2, 0) / DRAWS;
  // Five standard deviations: 0.5/√n of the mean, 0.25·√(2/n) of the variance.
  assert.ok(Math.abs(mean) < 0.018, `mean ${mean}`);
  assert.ok(Math.abs(variance - 0.25) < 0.0125, `variance ${variance}`);
});

Deno.test("FaultDraws.latencyMs() is bounded, however long the tail", () => {
  const drawn = latencies({
    latency: { kind: "log_normal", medianMs: 1000, sigma: 10 },
  });
  assert.equal(Math.max(...drawn), MAX_LATENCY_MS);
});

Deno.test("stallLeftMs() freezes from the first request on, once or again and again", () => {
  const once: Stall = { afterMs: 1000, durationMs: 300, everyMs: null };
  const often: Stall = { ...once, everyMs: 500 };
  const rows: [atMs: number, once: number, often: number][] = [
    [0, 0, 0],
    [999, 0, 0],
    [1000, 300, 300],
    [1299, 1, 1],
    [1300, 0, 0],
    [1499, 0, 0],
    [1500, 0, 300],
    [1700, 0, 100],
    [11_000, 0, 300],
  ];
  for (const [atMs, left, leftOften] of rows) {
    assert.equal(stallLeftMs(null, atMs), 0);
    assert.equal(stallLeftMs(once, atMs), left, `once at ${atMs}`);
    assert.equal(stallLeftMs(often, atMs), leftOften, `often at ${atMs}`);
  }
});

Deno.test("FaultDraws.holdMs() never ends inside a stall, nor before the work is done", () => {
  const stalls = fc.record({
    afterMs: fc.integer({ min: 0, max: 2000 }),
    durationMs: fc.integer({ min: 0, max: 1000 }),
    everyMs: fc.option(fc.integer({ min: 1001, max: 3000 })),
  });
  const times = fc.integer({ min: 0, max: 10_000 });
  fc.assert(fc.property(stalls, times, times, (stall, workMs, atMs) => {
    const holdMs = draws({ stall }).holdMs(workMs, atMs);
    assert.ok(holdMs >= workMs);
    assert.equal(stallLeftMs(stall, atMs + holdMs), 0);
    const frozen = stallLeftMs(stall, atMs) > 0;
    if (!frozen && stallLeftMs(stall, atMs + workMs) === 0) {
      assert.equal(holdMs, workMs);
    }
  }));
});

Deno.test("resolveFaults() fills in what is missing", () => {
  assert.deepEqual(resolveFaults(), NO_FAULTS);
  assert.deepEqual(resolveFaults({ errorShare: 0.5 }), {
    ...NO_FAULTS,
    errorShare: 0.5,
  });
});

Deno.test("resolveFaults() says what cannot be meant", () => {
  const bad: [Partial<Faults>, RegExp][] = [
    [{ errorShare: 1.5 }, /error share is 1.5: .* between 0 and 1/],
    [{ errorShare: NaN }, /error share is NaN/],
    [{ seed: -1 }, /seed is -1/],
    [{ latency: { kind: "constant", ms: -5 } }, /latency in ms is -5/],
    [{ latency: { kind: "constant", ms: 1e9 } }, /between 0 and 60000/],
    [{ latency: { kind: "uniform", ms: 5, jitterMs: -1 } }, /jitter .* -1/],
    [
      { latency: { kind: "log_normal", medianMs: -1, sigma: 1 } },
      /median latency in ms is -1/,
    ],
    [
      { latency: { kind: "log_normal", medianMs: 1, sigma: -1 } },
      /sigma of the latency is -1/,
    ],
    [
      { stall: { afterMs: -1, durationMs: 1, everyMs: null } },
      /start of the stall/,
    ],
    [
      { stall: { afterMs: 0, durationMs: 1e9, everyMs: null } },
      /length of the stall/,
    ],
    [
      { stall: { afterMs: 0, durationMs: 500, everyMs: 500 } },
      /stall of 500 ms cannot come every 500 ms/,
    ],
  ];
  for (const [faults, message] of bad) {
    assert.throws(() => resolveFaults(faults), (error) => {
      assert.ok(error instanceof KarError);
      assert.equal(error.exit, "usage");
      assert.match(error.message, message);
      return true;
    });
  }
});
