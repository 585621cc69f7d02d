import assert from "node:assert/strict";
import { parseConfig } from "../../src/config/mod.ts";
import { missedOf } from "../../scripts/bench/pacing/contender.ts";
import { goalRows } from "../../scripts/bench/pacing/goals.ts";
import { configText } from "../../scripts/bench/pacing/kar.ts";
import {
  missedPercent,
  reportTimes,
} from "../../scripts/bench/pacing/kar_report.ts";
import {
  medianOf,
  medianRatio,
  NO_TIMES,
  timesOf,
} from "../../scripts/bench/pacing/reading.ts";
import { calmest } from "../../scripts/bench/pacing/sitting.ts";
import { ksOfStamps, ksSeconds } from "../../scripts/bench/pacing/witness.ts";
import { BLANK, serving } from "./blank_reading.ts";

const PARSE = {
  file: "/tmp/kar.yaml",
  environment: () => undefined,
  systemZone: "UTC",
};

Deno.test("configText() is a config that kar takes, for each way and setting", () => {
  const ways = [
    { protocol: "http", client: "wire" },
    { protocol: "http", client: "fetch" },
    { protocol: "http2", client: "wire" },
    { protocol: "grpc", client: "wire" },
  ] as const;
  for (const way of ways) {
    const settings = {
      path: ".",
      pacing: "exact",
      workers: 2,
      from: "warm",
    } as const;
    const job = { way, url: "http://127.0.0.1:8080", ratePerSec: 2.5 };
    const { problems } = parseConfig(configText(settings, job), PARSE);
    assert.deepEqual(problems, []);
  }
});

Deno.test("calmest() takes again what others disturbed, three times at most", async () => {
  const taken = async (disturbed: number[]) => {
    const left = [...disturbed];
    const best = await calmest(() =>
      Promise.resolve({ ...BLANK, disturbedPercent: left.shift()! })
    );
    return [best.disturbedPercent, disturbed.length - left.length];
  };
  assert.deepEqual(await taken([1, 0]), [1, 1]);
  assert.deepEqual(await taken([30, 4, 0]), [4, 2]);
  assert.deepEqual(await taken([30, 10, 20, 0]), [10, 3]);
});

Deno.test("calmest() gives a program that cannot keep up one try", async () => {
  let tries = 0;
  await calmest(() => {
    tries++;
    return Promise.resolve({
      ...BLANK,
      disturbedPercent: 50,
      missedPercent: 60,
    });
  });
  assert.equal(tries, 1);
});

Deno.test("timesOf() tells no percentile that ten samples do not carry", () => {
  const samples = Float64Array.from({ length: 100 }, (_, i) => 99 - i);
  assert.deepEqual(timesOf(samples), { p50: 50, p90: 90, p99: null });
  assert.deepEqual(timesOf(new Float64Array(0)), NO_TIMES);
});

Deno.test("medianOf() and medianRatio() leave out what is not told", () => {
  const all = [serving(10), BLANK, serving(30), serving(20)];
  assert.equal(medianOf(all, ({ service }) => service.p50), 20);
  assert.equal(medianOf([BLANK], ({ service }) => service.p50), null);
  const others = [serving(5), serving(5), BLANK, serving(5)];
  assert.equal(medianRatio(all, others, ({ service }) => service.p50), 3);
  assert.equal(medianRatio(all, [], ({ service }) => service.p50), null);
});

Deno.test("goalRows() does not judge beside a Go client that is in a hurry itself", () => {
  const at = { ratePerSec: 20_000, isJudged: true };
  const readings = (go: number) =>
    new Map([
      ["kar", [serving(60)]],
      ["C client", [serving(50)]],
      ["Go client", [serving(go)]],
    ]);
  const whats = (go: number) =>
    goalRows("pacing", at, readings(go)).map(({ what, held }) => [what, held]);
  const c = ["20,000/s: service p50 over the C client's", true];
  assert.deepEqual(whats(30), [
    ["20,000/s: service p50 over the Go client's", false],
    c,
  ]);
  assert.deepEqual(whats(5000), [c]);
});

Deno.test("goalRows() says which of its figures others disturbed", () => {
  const readings = new Map([
    ["kar", [{ ...serving(60), corePercent: 3, disturbedPercent: 5 }]],
    ["C client", [{ ...serving(50), disturbedPercent: 6 }]],
  ]);
  const at = { ratePerSec: 100, isJudged: true };
  assert.deepEqual(
    goalRows("pacing", at, readings).map(({ what }) => what),
    ["100/s: service p50 over the C client's (disturbed)", "100/s: CPU"],
  );
});

Deno.test("missedPercent() and missedOf() are shares of what was due", () => {
  assert.equal(missedPercent({ due: 200, missed: { late: 1, stopped: 1 } }), 1);
  assert.equal(missedPercent({ due: 0, missed: {} }), 0);
  assert.equal(missedOf({ ratePerSec: 100, seconds: 2 }, 150), 25);
  assert.equal(missedOf({ ratePerSec: 100, seconds: 2 }, 201), 0);
});

Deno.test("reportTimes() of a warm run leaves the ramp out", () => {
  const at = (p50Ms: number) => ({
    count: 1,
    minMs: null,
    meanMs: null,
    p50Ms,
    p90Ms: null,
    p95Ms: null,
    p99Ms: null,
    p999Ms: null,
    maxMs: null,
  });
  const latency = { service: at(3), response: at(4) };
  const tally = {
    due: 1,
    sent: 1,
    missed: {},
    completed: 1,
    ok: 1,
    failed: {},
  };
  const report = {
    latency: { ...latency, sendLag: at(1) },
    phases: [
      { phase: "ramp" as const, ...tally, latency },
      {
        phase: "baseline" as const,
        ...tally,
        latency: { service: at(0.5), response: at(0.75) },
      },
    ],
  };
  const p50 = (from: "cold" | "warm") => {
    const { lag, service, response } = reportTimes(report, from);
    return [lag.p50, service.p50, response.p50];
  };
  assert.deepEqual(p50("cold"), [1000, 3000, 4000]);
  assert.deepEqual(p50("warm"), [1000, 500, 750]);
});

Deno.test("ksOfStamps() tells a Poisson process from even gaps, after the warm-up", () => {
  const stamps = (gap: (i: number) => number) => {
    let ms = 0;
    return Array.from({ length: 5000 }, (_, i) => ms += gap(i));
  };
  // The quantiles of the exponential distribution, in a scrambled order.
  const n = 4999;
  const gap = (i: number) => -Math.log1p(-((i * 1237 % n) + 0.5) / n);
  assert.ok(ksOfStamps(stamps(gap), 1000)! < 0.02);
  assert.ok(ksOfStamps(stamps(() => 1), 1000)! > 0.5);
  assert.equal(ksOfStamps([0, 500, 1001], 1000), null);
});

Deno.test("ksSeconds() is what 6,000 gaps take, and no longer than the run", () => {
  assert.equal(ksSeconds({ ratePerSec: 1000, seconds: 10 }), 9);
  assert.equal(ksSeconds({ ratePerSec: 20_000, seconds: 4 }), 3);
  assert.equal(ksSeconds({ ratePerSec: 10, seconds: 20 }), 20);
});
