import assert from "node:assert/strict";
import fc from "fast-check";
import {
  MISSED_REASONS,
  type MissedReason,
  total,
} from "../../src/stats/mod.ts";
import { TALLY, viewRegion } from "../../src/stats/layout.ts";
import {
  answer,
  failure,
  FAILURE_KINDS,
  type FailureKind,
} from "../../src/transport/mod.ts";
import { testRandom } from "../laws/statistics.ts";
import { type Bench, callAt, StatsBench } from "./support.ts";

const TARGETS = 3;
const WRAP = 2 ** 32;

/** What a worker did, kept in plain numbers. */
class Model {
  due = 0;
  sent = 0;
  ok = 0;
  timed = 0;
  readonly missed = new Map<MissedReason, number>();
  readonly failed = new Map<FailureKind, number>();
  readonly codes = new Map<string, number>();
  readonly steps = new Map<string, number>();

  step(second: number, field: string, n = 1): void {
    bump(this.steps, `${second} ${field}`, n);
  }

  get open(): number {
    return this.sent - this.ok - sum(this.failed);
  }

  get waiting(): number {
    return this.due - this.sent - sum(this.missed);
  }
}

/** Lets a worker do one random thing that a worker may do; the model does the same. */
function act(
  { recorder }: Bench,
  model: Model,
  { random, second }: { random: () => number; second: number },
): void {
  const pick = <T>(list: readonly T[]) =>
    list[Math.floor(random() * list.length)]!;
  const target = Math.floor(random() * TARGETS);
  const call = callAt(100, { target: 0, stage: 4 });
  const what = random();
  if (what < 0.4 || model.waiting === 0) {
    // All in one tally: a request keeps its target and phase on its way.
    recorder.due(0, 4, second);
    model.due++;
    model.step(second, "due");
  } else if (what < 0.6) {
    recorder.sent(call, second);
    model.sent++;
    model.step(second, "sent");
  } else if (what < 0.7) {
    const reason = pick(MISSED_REASONS);
    recorder.missed(call, reason, second);
    bump(model.missed, reason);
    model.step(second, "missed");
  } else if (model.open > 0) {
    finish(what > 0.9 ? pick(FAILURE_KINDS) : 200 + target * 100);
  }

  function finish(end: FailureKind | number): void {
    const outcome = typeof end === "number" ? answer(end) : failure(end);
    recorder.done(call, outcome, { nowMs: 100 + random() * 9, second });
    const isOk = typeof end === "number" && end < 400;
    if (isOk) model.ok++;
    else bump(model.failed, typeof end === "number" ? "status" : end);
    if (typeof end === "number") bump(model.codes, String(end));
    if (typeof end === "number" || end === "timeout") model.timed++;
    model.step(second, isOk ? "ok" : "failed");
  }
}

for (const preset of [0, WRAP - 3, WRAP - 200]) {
  Deno.test(`Collector agrees with a plain count of random work, cells beginning at ${preset}`, () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = testRandom(seed + 1);
        const bench = new StatsBench(TARGETS);
        const model = new Model();
        const workers = [0, 1, 2].map(() => bench.worker());
        const before = presetCells(bench, workers, preset);
        for (let i = 0; i < 1500; i++) {
          // The model is one: only the sums over workers must agree.
          act(workers[i % 3]!, model, { random, second: Math.floor(i / 15) });
          if (random() < 0.05) bench.collector.read();
          if (random() < 0.01) bench.collector.read();
        }
        bench.read();
        compare(bench, model, before);
      }),
      { seed: 98, numRuns: 12 },
    );
  });
}

Deno.test("Collector.settle() gives an end to what a lost worker leaves behind", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(300), (seed, actions) => {
      const random = testRandom(seed + 1);
      const bench = new StatsBench(TARGETS);
      const model = new Model();
      const worker = bench.worker();
      for (let i = 0; i < actions; i++) {
        act(worker, model, { random, second: 2 });
        if (random() < 0.1) bench.collector.read();
      }
      const open = worker.reading.settle({
        missed: "worker_lost",
        failed: "aborted",
        second: 7,
      });
      assert.deepEqual(open, { requests: model.open, journeys: 0 });
      bump(model.failed, "aborted", model.open);
      bump(model.missed, "worker_lost", model.waiting);
      const run = bench.read().run();
      assert.equal(run.due, run.sent + total(run.missed));
      assert.equal(run.sent, run.completed);
      assert.deepEqual(run.failed, present(model.failed));
      assert.deepEqual(run.missed, present(model.missed));
      worker.recorder.due(0, 4, 8);
      assert.equal(bench.read().run().due, model.due, "read for the last time");
    }),
    { seed: 98, numRuns: 100 },
  );
});

Deno.test("Collector.settle() counts right where cells wrap", () => {
  const bench = new StatsBench();
  const worker = bench.worker();
  const { cells } = viewRegion(worker.buffer, bench.layout);
  const tally = bench.layout.tally(bench.layout.block(0, 4));
  // 2^32 − 2 requests went by and had their end.
  for (const cell of [TALLY.due, TALLY.sent, TALLY.ok]) {
    cells[tally + cell] = WRAP - 2;
  }
  bench.read();
  const call = callAt(0, { stage: 4 });
  for (let i = 0; i < 7; i++) worker.recorder.due(0, 4, 1);
  for (let i = 0; i < 5; i++) worker.recorder.sent(call, 1);
  worker.recorder.done(call, answer(200), { nowMs: 5, second: 1 });
  const end = { missed: "stopped", failed: "aborted", second: 2 } as const;
  assert.equal(worker.reading.settle(end).requests, 4);
  const { due, missed, failed } = bench.read().run();
  assert.equal(due, WRAP + 5);
  assert.deepEqual([missed, failed], [{ stopped: 2 }, { aborted: 4 }]);
});

Deno.test("Collector.addMissed() counts requests that no worker made due", () => {
  const bench = new StatsBench();
  const more = { count: 3, reason: "worker_lost", second: 2 } as const;
  bench.collector.addMissed(bench.layout.block(0, 1), more);
  const run = bench.read().run();
  assert.equal(run.due, 3);
  assert.deepEqual(run.missed, { worker_lost: 3 });
  assert.equal(bench.steps.list()[2]!.missed, 3);
  assert.equal(bench.steps.list()[2]!.due, 3);
});

Deno.test("HistogramSums.distribution() gives a value that later readings leave alone", () => {
  const bench = new StatsBench();
  const { recorder } = bench.worker();
  recorder.due(0, 0, 0);
  recorder.done(callAt(0), answer(200), { nowMs: 5, second: 0 });
  const first = bench.read().latency().response;
  recorder.done(callAt(0), answer(200), { nowMs: 9, second: 0 });
  assert.equal(bench.read().latency().response.count, 2);
  assert.equal(first.count, 1);
  assert.equal(first.maxMs, 5);
});

Deno.test("Collector only reads: a region is the same after any number of readings", () => {
  const bench = new StatsBench();
  const worker = bench.worker();
  const random = testRandom(5);
  const model = new Model();
  for (let i = 0; i < 200; i++) act(worker, model, { random, second: 1 });
  const before = new Uint8Array(worker.buffer.slice(0));
  for (let i = 0; i < 5; i++) bench.read();
  assert.deepEqual(new Uint8Array(worker.buffer.slice(0)), before);
});

/** Lets all counts begin near the point where they wrap; returns what that adds. */
function presetCells(
  bench: StatsBench,
  workers: readonly Bench[],
  value: number,
): ReturnType<typeof totals> {
  for (const { buffer } of workers) {
    viewRegion(buffer, bench.layout).cells.fill(value, bench.layout.codes);
  }
  return totals(bench);
}

function totals(bench: StatsBench) {
  const reading = bench.read();
  return {
    run: reading.run(),
    codes: bench.collector.all.codes(0),
    timed: reading.latency().response.count,
  };
}

function compare(
  bench: StatsBench,
  model: Model,
  before: ReturnType<typeof totals>,
): void {
  const now = totals(bench);
  assert.equal(now.run.due - before.run.due, model.due);
  assert.equal(now.run.sent - before.run.sent, model.sent);
  assert.equal(now.run.ok - before.run.ok, model.ok);
  assert.equal(now.timed - before.timed, model.timed);
  for (const reason of MISSED_REASONS) {
    const n = (now.run.missed[reason] ?? 0) - (before.run.missed[reason] ?? 0);
    assert.equal(n, model.missed.get(reason) ?? 0, reason);
  }
  for (const kind of FAILURE_KINDS) {
    const n = (now.run.failed[kind] ?? 0) - (before.run.failed[kind] ?? 0);
    assert.equal(n, model.failed.get(kind) ?? 0, kind);
  }
  for (const code of [200, 300, 400]) {
    const n = (now.codes.get(code) ?? 0) - (before.codes.get(code) ?? 0);
    assert.equal(n, model.codes.get(String(code)) ?? 0, String(code));
  }
  bench.steps.list().forEach((step, second) => {
    for (const field of ["due", "sent", "missed", "ok", "failed"] as const) {
      assert.equal(step[field], model.steps.get(`${second} ${field}`) ?? 0);
    }
  });
}

function bump<K>(map: Map<K, number>, key: K, n = 1): void {
  map.set(key, (map.get(key) ?? 0) + n);
}

function sum(map: ReadonlyMap<unknown, number>): number {
  return [...map.values()].reduce((a, b) => a + b, 0);
}

function present(map: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...map].filter(([, n]) => n > 0));
}
