import assert from "node:assert/strict";
import fc from "fast-check";
import { Untrusted } from "../../src/base/mod.ts";
import {
  COUNTER,
  type Reading,
  readTotals,
  Reasons,
  reasonsOf,
  regionOf,
  settled,
  total,
  type Totals,
  totalsOf,
} from "../../src/stats/mod.ts";
import { answer, failure, FAILURE_KINDS } from "../../src/transport/mod.ts";
import { testRandom } from "../laws/statistics.ts";
import { type Bench, callAt, StatsBench } from "./support.ts";
import { testCall } from "../transport/support.ts";

const NAMES = ["a", "b"];

/** Requests that have all had their end. */
function work({ recorder }: Bench, random: () => number, count: number): void {
  for (let i = 0; i < count; i++) {
    const target = Math.floor(random() * 2);
    const phase = Math.floor(random() * 5);
    const call = callAt(random() * 1000, { target, stage: phase });
    recorder.due(target, phase, 0);
    if (random() < 0.1) {
      recorder.missed(call, "late", 0);
      continue;
    }
    recorder.sent(call, 0);
    const kind = FAILURE_KINDS[1 + Math.floor(random() * 10)]!;
    const outcome = random() < 0.8
      ? answer(200 + Math.floor(random() * 300))
      : failure(kind);
    const nowMs = call.sentMs + random() * 90;
    recorder.done(call, outcome, { nowMs, second: 0 });
  }
  recorder.digest(random() * 2 ** 32, random() * 2 ** 32);
}

function save(bench: StatsBench, reasons = new Reasons()): Totals {
  bench.collector.read();
  const saved = totalsOf(bench.collector.all, {
    targets: NAMES.map((name) => ({ name, protocol: "http" })),
    reasonsOf: (target) => reasons.of(target),
  });
  return JSON.parse(JSON.stringify(saved));
}

/** A bench that goes on from saved totals, perhaps with its targets in another order. */
function load(
  saved: Totals,
  names = NAMES,
  reasons = new Reasons(),
): StatsBench {
  const bench = new StatsBench(names.length);
  const { collector, layout } = bench;
  const totals = settled(saved);
  collector.attachFormer(regionOf(totals, layout, { targets: names }));
  for (const reason of reasonsOf(totals, { targets: names }, layout)) {
    reasons.add(reason);
  }
  return bench;
}

function everything(bench: StatsBench, reading: Reading) {
  return {
    run: reading.run(),
    phases: reading.phases(),
    targets: [reading.series(0), reading.series(1)],
    codes: [0, 1].map((target) => bench.collector.all.codes(target)),
    begun: [0, 1].map((target) => bench.collector.all.begun(target)),
    failedCodes: [0, 1].map((target) =>
      bench.collector.all.failedCodes(target)
    ),
    latency: reading.latency(),
    timing: reading.timing(),
    digest: [COUNTER.digestLo, COUNTER.digestHi].map((cell) =>
      bench.collector.all.total(cell)
    ),
  };
}

Deno.test("regionOf() brings back everything that totalsOf() kept, through JSON", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(200), (seed, count) => {
      const bench = new StatsBench(2);
      work(bench.worker(), testRandom(seed + 1), count);
      const loaded = load(save(bench));
      assert.deepEqual(
        everything(loaded, loaded.read()),
        everything(bench, bench.read()),
      );
    }),
    { seed: 98, numRuns: 15 },
  );
});

Deno.test("regionOf() goes on: what is counted later is added", () => {
  const random = testRandom(5);
  const first = new StatsBench(2);
  work(first.worker(), random, 300);
  const before = first.read().run();
  const second = load(save(first));
  work(second.worker(), random, 200);
  const after = second.read().run();
  assert.equal(after.due, before.due + 200);
  assert.equal(after.sent + total(after.missed), after.due);
  assert.ok(second.read().latency().response.count > 300);
});

Deno.test("regionOf() finds targets by name, wherever they stand now", () => {
  const bench = new StatsBench(2);
  work(bench.worker(), testRandom(9), 100);
  const before = bench.read();
  const loaded = load(save(bench), ["new", "b", "a"]);
  const after = loaded.read();
  assert.deepEqual(after.series(1), before.series(1));
  assert.deepEqual(after.series(2), before.series(0));
  assert.equal(after.series(0).due, 0);
  assert.deepEqual(loaded.collector.all.codes(2), bench.collector.all.codes(0));
});

Deno.test("settled() gives an end to each request that was open when it was saved", () => {
  const bench = new StatsBench(2);
  const worker = bench.worker();
  work(worker, testRandom(3), 50);
  const { missed, failed } = bench.read().run();
  const call = callAt(5, { target: 1, stage: 2 });
  for (let i = 0; i < 7; i++) worker.recorder.due(1, 2, 0);
  for (let i = 0; i < 4; i++) worker.recorder.sent(call, 0);
  const loaded = load(save(bench)).read().run();
  assert.equal(loaded.sent, loaded.completed);
  assert.equal(loaded.due, loaded.sent + total(loaded.missed));
  assert.deepEqual(loaded.missed, { ...missed, worker_lost: 3 });
  assert.equal(loaded.failed.aborted, (failed.aborted ?? 0) + 4);
});

/** Totals with twenty failures of TLS, and what is known of them. */
function failing(): { saved: Totals; reasons: Reasons } {
  const bench = new StatsBench(2);
  const { recorder } = bench.worker();
  for (let i = 0; i < 20; i++) {
    recorder.due(0, 0, 0);
    recorder.sent(testCall(), 0);
    recorder.done(testCall(), failure("tls"), { nowMs: 1, second: 0 });
  }
  const reasons = new Reasons();
  const kind = "tls" as const;
  const common = { target: 0, kind, code: null };
  reasons.add({ ...common, reason: "the certificate has expired", count: 12 });
  reasons.add({ ...common, reason: "it is self-signed", count: 8 });
  return { saved: save(bench, reasons), reasons };
}

Deno.test("reasonsOf() brings back why requests failed, by the targets' names", () => {
  const { saved, reasons } = failing();
  const loaded = new Reasons();
  load(saved, NAMES.toReversed(), loaded);
  assert.deepEqual(loaded.of(1), reasons.of(0));
  assert.deepEqual(loaded.of(0), []);
});

Deno.test("reasonsOf() takes totals that were saved without reasons", () => {
  const { saved } = failing();
  const name = NAMES[0]!;
  const { reasons: _, begun: __, ...old } = saved.targets[name]!;
  const loaded = new Reasons();
  load({ ...saved, targets: { [name]: old } }, NAMES, loaded);
  assert.deepEqual(loaded.of(0), []);
});

for (
  const [what, change] of [
    ["a negative count", { count: -1 }],
    ["more of a kind than failed", { count: 21 }],
    ["a kind that there is not", { kind: "mood" }],
    ["a code that there is not", { code: 700 }],
    ["a number as its text", { reason: 7 }],
  ] as const
) {
  Deno.test(`readTotals() refuses a reason with ${what}`, () => {
    const { saved } = failing();
    const name = NAMES[0]!;
    const target = saved.targets[name]!;
    const reasons = [{ ...target.reasons![0]!, ...change }] as never;
    const targets = { [name]: { ...target, reasons } };
    const totals = new Untrusted({ ...saved, targets }, "totals");
    assert.throws(() => readTotals(totals), { name: "Unfit" });
  });
}
