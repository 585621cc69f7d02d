import assert from "node:assert/strict";
import fc from "fast-check";
import { Unfit, Untrusted } from "../../src/base/mod.ts";
import {
  readTotals,
  type Reason,
  reasonsOf,
  regionOf,
  settled,
  total,
  type Totals,
  totalsOf,
} from "../../src/stats/mod.ts";
import { answer, failure } from "../../src/transport/mod.ts";
import { callAt, StatsBench } from "./support.ts";

const REASONS: readonly Reason[] = [
  { kind: "timeout", code: null, reason: "no answer within 1s", count: 9 },
  // Told before it was counted.
  { kind: "timeout", code: null, reason: "a later one", count: 900 },
  { kind: "reset", code: null, reason: "not counted yet", count: 3 },
];

/** What a run of two targets has saved: answers, failures, requests that are open. */
function someTotals(): Totals {
  const bench = new StatsBench(2);
  const { recorder } = bench.worker();
  for (let i = 0; i < 200; i++) {
    const call = callAt(i, { target: i % 2, stage: i % 5 });
    recorder.due(call.target, call.stage, 0);
    if (i % 17 === 0) continue;
    recorder.sent(call, 0);
    if (i % 19 === 0) continue;
    const outcome = i % 7 === 0 ? failure("timeout") : answer(200 + i % 4);
    recorder.done(call, outcome, { nowMs: call.sentMs + i, second: 0 });
  }
  bench.collector.read();
  const targets = ["a", "b"].map((name) =>
    ({ name, protocol: "http" }) as const
  );
  const saved = totalsOf(bench.collector.all, {
    targets,
    reasonsOf: (target) => target === 0 ? REASONS : [],
  });
  return JSON.parse(JSON.stringify(saved));
}

const read = (totals: unknown) => readTotals(new Untrusted(totals, "totals"));

Deno.test("readTotals() gives what was saved as it is", () => {
  const saved = someTotals();
  assert.deepEqual(read(saved), saved);
});

/** All places of a value at which something plain stands. */
function leaves(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [[...path]];
  return Object.entries(value).flatMap(([key, inside]) =>
    leaves(inside, [...path, key])
  );
}

function put(value: unknown, path: readonly string[], leaf: unknown): unknown {
  const copy = structuredClone(value) as Record<string, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as typeof at;
  at[path.at(-1)!] = leaf;
  return copy;
}

Deno.test("totalsOf() keeps no more reasons than failures", () => {
  const { reasons, tallies } = someTotals().targets.a!;
  const timeouts = reasons!.reduce((sum, { count }) => sum + count, 0);
  assert.deepEqual(reasons!.map(({ kind }) => kind), ["timeout", "timeout"]);
  assert.equal(reasons![0]!.count, 9);
  const all = tallies.flat().reduce((a, b) => a + b);
  assert.ok(timeouts > 9 && timeouts < all);
});

Deno.test("readTotals() refuses a damaged number, or takes one whose sums still hold", () => {
  const saved = someTotals();
  const places = leaves(saved);
  const damage = fc.constantFrom(
    ...[1e300, -1, 0.5, null, "7", true, 2 ** 53, [], {}, 3, 1e9],
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), damage, (path, leaf) => {
      let totals: Totals;
      try {
        totals = read(put(saved, path, leaf));
      } catch (error) {
        assert.ok(error instanceof Unfit, String(error));
        assert.match(error.message, /^totals\..* is .*, must be /);
        return;
      }
      assertAgreeing(totals);
    }),
    { seed: 98, numRuns: 2000 },
  );
});

/** What a run that goes on from totals would report. */
function assertAgreeing(totals: Totals): void {
  const names = Object.keys(totals.targets);
  const bench = new StatsBench(names.length);
  const { collector, layout } = bench;
  const all = settled(totals);
  collector.attachFormer(regionOf(all, layout, { targets: names }));
  const reasons = reasonsOf(all, { targets: names }, layout);
  const reading = bench.read();
  const run = reading.run();
  assert.equal(run.due, run.sent + total(run.missed));
  assert.equal(run.sent, run.completed);
  for (const count of [run.due, run.sent, run.ok]) {
    assert.ok(Number.isSafeInteger(count) && count >= 0);
  }
  const told = reasons.reduce((sum, { count }) => sum + count, 0);
  assert.ok(told <= total(run.failed));
  const { response, service } = reading.latency();
  for (const times of [response, service]) {
    assert.ok(times.count <= run.completed);
    assert.ok(times.sumMs >= 0 && Number.isFinite(times.sumMs));
  }
}

Deno.test("readTotals() refuses totals that a run cannot come to, with their place", () => {
  const saved = someTotals();
  const cases: [path: string, leaf: unknown, message: RegExp][] = [
    ["targets.a.begun", 1e9, /begun is 1000000000/],
    ["targets.a.reasons.0.count", 1e9, /reasons\.0\.count is 1000000000/],
    ["targets.a.reasons.0.kind", "why", /kind is "why", must be one of/],
    ["digest.0", 2 ** 32, /digest\.0 is 4294967296/],
    ["targets.a.tallies.0.0", 0, /must be at least as many due as sent$/],
    [
      "targets.a.tallies.0.2",
      1e9,
      /must be at least as many sent as completed/,
    ],
    ["targets.a.tallies.0", [1, 2], /tallies\.0 is \[1,2\], must be a list of/],
    ["targets.a.codes.0.0", 600, /codes\.0\.0 is 600/],
    [
      "targets.a.codes.0.1",
      1e9,
      /must be at most as many answers as were sent/,
    ],
    ["targets.a.protocol", "smtp", /protocol is "smtp", must be one of http/],
    ["run.response.cells.1", 1e9, /must be at most as many as were sent/],
    ["run.response.cells.0", 1e6, /cells\.0 is 1000000/],
    ["run.response.sumMs", 1e12, /sumMs is 1000000000000/],
    ["run.response.minMs", 1e7, /minMs is 10000000/],
  ];
  for (const [path, leaf, message] of cases) {
    const totals = put(saved, path.split("."), leaf);
    assert.throws(() => read(totals), { name: "Unfit", message });
  }
});

Deno.test("regionOf() finds no target in what every object has", () => {
  const saved = someTotals();
  const bench = new StatsBench(1);
  const { collector, layout } = bench;
  const names = ["constructor"];
  collector.attachFormer(regionOf(saved, layout, { targets: names }));
  assert.equal(bench.read().run().due, 0);
  assert.deepEqual(reasonsOf(saved, { targets: names }, layout), []);
});
