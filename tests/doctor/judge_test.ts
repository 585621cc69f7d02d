import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type DoctorFinding,
  findingsOf,
  fitnessOf,
  type MachineMeasure,
  noiseOf,
  trustedPercentile,
} from "../../src/doctor/mod.ts";

const QUIET: MachineMeasure = {
  wanted: { rate: 1000, connections: 400, perConnection: null },
  noise: {
    lookedMs: 700,
    longestMs: 0.5,
    stillShare: 0.0001,
    timerP50Ms: 1,
    timerMaxMs: 2,
    stealShare: 0,
  },
  ownRate: 40_000,
  descriptors: 1024,
  ports: 28_232,
  freeMemoryBytes: 4e9,
  clock: { stepMs: 0.1, isSynchronized: true },
  disk: { path: "/var/lib", freeBytes: 50e9 },
  metrics: { address: ":9090", isFree: true },
  targets: [{
    name: "api",
    isOk: true,
    text: "answers with 200",
    isInsecure: false,
  }],
};

function named(name: string, change: Partial<MachineMeasure>): DoctorFinding {
  const found = findingsOf({ ...QUIET, ...change }).find((finding) =>
    finding.name === name
  );
  assert.ok(found, name);
  return found;
}

Deno.test("findingsOf() finds a quiet machine fit, and advises nothing", () => {
  const findings = findingsOf(QUIET);
  assert.equal(fitnessOf(findings), "fit");
  assert.deepEqual(findings.filter(({ advice }) => advice !== null), []);
});

/** What is wrong, where it is found, and how bad it is. */
const FAULTS:
  readonly (readonly [string, Partial<MachineMeasure>, string, RegExp])[] = [
    [
      "noise floor",
      { noise: { ...QUIET.noise, longestMs: 50 } },
      "tight",
      /50\.0ms/,
    ],
    [
      "noise floor",
      { noise: { ...QUIET.noise, longestMs: 900 } },
      "unfit",
      /900\.0ms/,
    ],
    [
      "noise floor",
      { noise: { ...QUIET.noise, stillShare: 0.2 } },
      "tight",
      /20\.0% of 700ms/,
    ],
    [
      "noise floor",
      { noise: { ...QUIET.noise, longestMs: 12, stillShare: 0.759 } },
      "unfit",
      /75\.9% of 700ms/,
    ],
    [
      "timers",
      { noise: { ...QUIET.noise, timerMaxMs: 9 } },
      "tight",
      /9\.0ms at most/,
    ],
    [
      "steal",
      { noise: { ...QUIET.noise, stealShare: 0.3 } },
      "unfit",
      /30\.0%/,
    ],
    [
      "percentiles",
      { noise: { ...QUIET.noise, stillShare: 0.02 } },
      "tight",
      /p95 can/,
    ],
    [
      "percentiles",
      { noise: { ...QUIET.noise, stillShare: 0.7 } },
      "unfit",
      /none/,
    ],
    [
      "rate",
      { ownRate: 1500 },
      "tight",
      /1500\/s to itself.* 1000\/s at most: 2 such machines are needed/,
    ],
    ["rate", { ownRate: 900 }, "unfit", /900\/s.*: 3 such machines are needed/],
    ["rate", { ownRate: 0 }, "unfit", /more than 256 such machines are needed/],
    ["descriptors", { descriptors: 256 }, "tight", /256/],
    ["descriptors", { descriptors: 64 }, "unfit", /64/],
    [
      "ports",
      { wanted: { rate: 1000, connections: 100, perConnection: 1 } },
      "unfit",
      /60100/,
    ],
    ["memory", { freeMemoryBytes: 100e6 }, "unfit", /100MB/],
    ["clock", { clock: { stepMs: 900, isSynchronized: true } }, "unfit", /900/],
    [
      "clock",
      { clock: { stepMs: 0, isSynchronized: false } },
      "tight",
      /not sync/,
    ],
    ["disk", { disk: { path: "/x", freeBytes: 5e6 } }, "unfit", /5MB.* \/x/],
    [
      "metrics port",
      { metrics: { address: ":9", isFree: false } },
      "tight",
      /in use/,
    ],
    [
      "target api",
      {
        targets: [{
          name: "api",
          isOk: false,
          text: "refuses the connection",
          isInsecure: false,
        }],
      },
      "unfit",
      /refuses/,
    ],
    [
      "target api",
      {
        targets: [{
          name: "api",
          isOk: true,
          text: "answers with 200",
          isInsecure: true,
        }],
      },
      "tight",
      /not verified/,
    ],
  ];

for (const [name, change, fitness, says] of FAULTS) {
  Deno.test(`findingsOf() finds ${name} ${fitness}: ${says.source}`, () => {
    const found = named(name, change);
    assert.equal(found.fitness, fitness);
    assert.match(found.text, says);
    assert.ok(found.advice !== null && found.advice.length > 10);
  });
}

Deno.test("findingsOf() leaves out what the system does not tell", () => {
  const names = findingsOf({
    ...QUIET,
    descriptors: null,
    ports: null,
    freeMemoryBytes: null,
    disk: null,
    metrics: null,
    targets: [],
    noise: { ...QUIET.noise, stealShare: null },
    clock: { stepMs: 0, isSynchronized: null },
  }).map(({ name }) => name);
  assert.deepEqual(names, [
    "noise floor",
    "timers",
    "percentiles",
    "rate",
    "clock",
  ]);
});

Deno.test("trustedPercentile() falls as the noise grows, and as the rate falls", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const rate = fc.double({ min: 0.1, max: 1e5, noNaN: true });
  fc.assert(
    fc.property(share, share, rate, rate, (a, b, c, d) => {
      const at = (stillShare: number, perSec: number) =>
        trustedPercentile({ ...QUIET.noise, stillShare }, perSec) ?? 0;
      assert.ok(at(Math.min(a, b), c) >= at(Math.max(a, b), c));
      assert.ok(at(a, Math.max(c, d)) >= at(a, Math.min(c, d)));
    }),
    { verbose: true },
  );
});

Deno.test("noiseOf() takes the longest gap, their share, and the timers' median", () => {
  const noise = noiseOf({
    lookedMs: 100,
    gapsMs: [1, 4, 5],
    timersMs: [3, 1, 2],
    stealShare: null,
  });
  assert.deepEqual([
    noise.longestMs,
    noise.stillShare,
    noise.timerP50Ms,
    noise.timerMaxMs,
  ], [5, 0.1, 2, 3]);
});
