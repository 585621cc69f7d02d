import assert from "node:assert/strict";
import { learn, type Learned } from "../../src/learn/mod.ts";
import { ManyDraws } from "../../src/learn/fit/numbers.ts";
import { fitZipf } from "../../src/learn/visitors/zipf.ts";
import type { BinnedCounts } from "../../src/learn/read/bins.ts";
import { countsOf, MONDAY_MS, spikes, steady, WEEK } from "./made_log.ts";

const DAY = 86_400;

function learned(bins: BinnedCounts): Learned {
  const options = { zone: "UTC", keepPaths: false };
  return learn({ bins, instants: [], tickUs: Infinity }, options);
}

/** Edges and levels of a day type, levels as shares of the base. */
function steps({ profile }: Learned, day: number, base: number) {
  const type = profile.types.find(({ days }) => days.includes(day))!;
  return type.steps.map(({ fromMin, toMin, rate }) => ({
    fromMin,
    toMin,
    level: rate / base,
  }));
}

Deno.test("a week with spikes and noise comes back: edges exact, levels within 2 %, spikes as they were", () => {
  const pattern = {
    ...steady(20),
    schedule: WEEK,
    spikes: spikes(3),
    noise: { kind: "spring", amplitude: 0.1 } as const,
  };
  const found = learned(
    countsOf({ pattern, fromMs: MONDAY_MS, seconds: 14 * DAY }),
  );
  assert.equal(found.profile.chosen, "weekdays and weekend");
  const wanted = [
    [1, [[0, 0.5], [360, 1], [480, 1.6], [720, 1.3], [810, 1.5], [1200, 0.5]]],
    [6, [[0, 0.5], [600, 0.8], [1200, 0.5]]],
  ] as const;
  for (const [day, levels] of wanted) {
    const got = steps(found, day, 20);
    assert.deepEqual(got.map(({ fromMin }) => fromMin), levels.map(([m]) => m));
    got.forEach(({ level }, i) => {
      const off = Math.abs(level / levels[i]![1] - 1);
      assert.ok(off <= 0.02, `day ${day}, step ${i}: ${level}`);
    });
  }
  const { verdict, lambda, shape, power } = found.spikes;
  assert.equal(verdict, "fitted");
  assert.ok(power >= 0.8);
  assert.ok(Math.abs(lambda * 600 - 1) <= 0.15, `lambda ${lambda * 600}`);
  assert.ok(Math.abs(shape!.factor / 3 - 1) <= 0.1, `factor ${shape!.factor}`);
  assert.ok(Math.abs(found.spring / 0.1 - 1) <= 0.2, `spring ${found.spring}`);
  assert.deepEqual(found.drift.drifts, []);
});

Deno.test("a drift comes back with its size and its time", () => {
  const { fromSec, counts } = drifting({ amplitude: 0.15, timeSec: 1800 });
  const { drift, spikes } = learned({ fromSec, binSec: 1, counts });
  assert.equal(drift.drifts.length, 1, JSON.stringify(drift.drifts));
  const { amplitude, timeSec } = drift.drifts[0]!;
  assert.ok(Math.abs(amplitude / 0.15 - 1) <= 0.15, String(amplitude));
  assert.ok(Math.abs(timeSec / 1800 - 1) <= 0.25, String(timeSec));
  const isNone = spikes.verdict === "none" || spikes.verdict === "cannotTell";
  assert.ok(isNone, JSON.stringify({ ...spikes, starts: [] }));
});

function drifting(
  { amplitude, timeSec }: {
    readonly amplitude: number;
    readonly timeSec: number;
  },
) {
  const draws = new ManyDraws();
  const counts = new Uint32Array(7 * DAY);
  const rho = Math.exp(-1 / timeSec);
  let g = draws.normal();
  for (let s = 0; s < counts.length; s++) {
    g = g * rho + Math.sqrt(1 - rho * rho) * draws.normal();
    counts[s] = draws.poisson(
      20 * Math.exp(amplitude * g - amplitude ** 2 / 2),
    );
  }
  return { fromSec: MONDAY_MS / 1000, counts };
}

Deno.test("spikes that noise hides cannot be told", () => {
  const pattern = {
    ...steady(100),
    spikes: spikes(1.5),
    noise: { kind: "perlin", amplitude: 0.2 } as const,
  };
  const { spikes: found } = learned(
    countsOf({ pattern, fromMs: MONDAY_MS, seconds: 2 * DAY }),
  );
  assert.equal(found.verdict, "cannotTell");
});

Deno.test("low spikes are told as at least so many", () => {
  const pattern = { ...steady(20), spikes: spikes(1.5) };
  const { spikes: found } = learned(
    countsOf({ pattern, fromMs: MONDAY_MS, seconds: 2 * DAY }),
  );
  assert.equal(found.verdict, "atLeast");
  assert.ok(found.lambda * 600 > 0.6, String(found.lambda * 600));
});

Deno.test("a Poisson process has no schedule, spikes, noise or drift", () => {
  const found = learned(
    countsOf({ pattern: steady(5), fromMs: MONDAY_MS, seconds: 2 * DAY }),
  );
  assert.deepEqual(steps(found, 1, 5).length, 1);
  assert.equal(found.spikes.verdict, "none");
  assert.equal(found.spring, 0);
  assert.deepEqual(found.drift.drifts, []);
  assert.equal(found.fold, null);
});

Deno.test("an outage is cut out and lowers nothing", () => {
  const bins = countsOf(
    { pattern: steady(20), fromMs: MONDAY_MS, seconds: 2 * DAY },
  );
  bins.counts.fill(0, 40_000, 47_200);
  const { outages, profile } = learned(bins);
  assert.equal(outages.length, 1);
  assert.equal(outages[0]!.toSec - outages[0]!.fromSec, 7200);
  assert.ok(Math.abs(profile.types[0]!.steps[0]!.rate / 20 - 1) < 0.01);
});

Deno.test("a job by the clock is found with its share, and is no spike", () => {
  const bins = countsOf(
    { pattern: steady(20), fromMs: MONDAY_MS, seconds: 2 * DAY },
  );
  // 2 % of an hour's 72,000 within four seconds.
  for (let at = 0; at < bins.counts.length; at += 3600) {
    [800, 400, 180, 60].forEach((more, k) => bins.counts[at + k]! += more);
  }
  const { fold, spikes: found } = learned(bins);
  assert.equal(fold?.periodSec, 3600);
  assert.equal(fold?.atSec, 0);
  assert.ok(Math.abs(fold!.share - 0.0196) < 0.003, String(fold!.share));
  assert.equal(found.verdict, "none");
});

Deno.test("Zipf's exponent comes back within 0.02", () => {
  const draws = new ManyDraws();
  const weights = Array.from({ length: 5000 }, (_, i) => (i + 1) ** -0.9);
  let sum = 0;
  const edges = weights.map((weight) => sum += weight);
  const counts = new Map<number, number>();
  for (let n = 0; n < 400_000; n++) {
    const u = draws.unit() * sum;
    let [low, high] = [0, edges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edges[middle]! <= u) low = middle + 1;
      else high = middle;
    }
    if (counts.has(low) || counts.size < 2048) {
      counts.set(low, (counts.get(low) ?? 0) + 1);
    }
  }
  const { skew } = fitZipf([...counts.values()], 5000)!;
  assert.ok(Math.abs(skew - 0.9) <= 0.02, String(skew));
});
