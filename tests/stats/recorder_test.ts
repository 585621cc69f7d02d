import assert from "node:assert/strict";
import { FIRST_PHASES, PHASES } from "../../src/pattern/mod.ts";
import { COUNTER } from "../../src/stats/mod.ts";
import { answer, failure, FAILURE_KINDS } from "../../src/transport/mod.ts";
import { callAt, StatsBench } from "./support.ts";

Deno.test("Recorder counts a request's way from due to ok", () => {
  const bench = new StatsBench();
  const { recorder } = bench.worker();
  const call = callAt(1000);
  recorder.due(0, 0, 1);
  assert.equal(bench.read().run().due, 1);
  recorder.sent(call, 1);
  assert.equal(bench.read().run().sent, 1);
  recorder.done(call, answer(200), { nowMs: 1012, second: 1 });
  const { ok, completed, failed } = bench.read().run();
  assert.deepEqual({ ok, completed, failed }, {
    ok: 1,
    completed: 1,
    failed: {},
  });
  const { response, service, sendLag } = bench.read().latency();
  assert.deepEqual([response.maxMs, service.maxMs, sendLag.maxMs], [12, 10, 2]);
});

Deno.test("Recorder times answers of any code, and timeouts, and nothing else", () => {
  for (const kind of FAILURE_KINDS) {
    const bench = new StatsBench();
    const { recorder } = bench.worker();
    const call = callAt(0);
    recorder.due(0, 0, 0);
    recorder.sent(call, 0);
    recorder.done(call, failure(kind), { nowMs: 50, second: 0 });
    const { failed, completed } = bench.read().run();
    assert.deepEqual(failed, { [kind]: 1 });
    assert.equal(completed, 1);
    const timed = bench.read().latency().response.count;
    assert.equal(timed, kind === "timeout" ? 1 : 0, kind);
  }
  const bench = new StatsBench();
  const { recorder } = bench.worker();
  recorder.due(0, 0, 0);
  recorder.sent(callAt(0), 0);
  recorder.done(callAt(0), answer(503), { nowMs: 50, second: 0 });
  assert.deepEqual(bench.read().run().failed, { status: 1 });
  assert.equal(bench.read().latency().response.count, 1);
});

Deno.test("Recorder.judgeBy() leaves alone what was judged before", () => {
  const bench = new StatsBench();
  const { recorder } = bench.worker();
  const answered = (code: number) => {
    recorder.due(0, 0, 0);
    recorder.sent(callAt(0), 0);
    recorder.done(callAt(0), answer(code), { nowMs: 5, second: 0 });
  };
  answered(404);
  recorder.judgeBy([(code) => code === 404]);
  answered(404);
  answered(200);
  const { ok, failed } = bench.read().run();
  assert.deepEqual([ok, failed], [1, { status: 2 }]);
  assert.deepEqual(bench.collector.all.codes(0), new Map([[200, 1], [404, 2]]));
  const failedCodes = bench.collector.all.failedCodes(0);
  assert.deepEqual(failedCodes, new Map([[200, 1], [404, 1]]));
});

Deno.test("Recorder keeps codes by target; one outside 0–599 is 0", () => {
  const bench = new StatsBench(2);
  const { recorder } = bench.worker();
  for (const code of [200, 204, 599, 600, -1, 1e9, 200]) {
    recorder.due(1, 0, 0);
    recorder.done(callAt(0, { target: 1 }), answer(code), {
      nowMs: 5,
      second: 0,
    });
  }
  bench.read();
  assert.deepEqual(bench.collector.all.codes(0), new Map());
  assert.deepEqual(
    bench.collector.all.codes(1),
    new Map([[0, 3], [200, 2], [204, 1], [599, 1]]),
  );
});

Deno.test("Recorder keeps targets and phases apart, and their sums agree with the run", () => {
  const bench = new StatsBench(3);
  const { recorder } = bench.worker();
  for (let target = 0; target < 3; target++) {
    for (let phase = 0; phase < FIRST_PHASES; phase++) {
      for (let n = 0; n <= target * 10 + phase; n++) {
        const call = callAt(100, { target, stage: phase });
        recorder.due(target, phase, 0);
        recorder.sent(call, 0);
        recorder.done(call, answer(200), { nowMs: 110 + n, second: 0 });
      }
    }
  }
  const reading = bench.read();
  const sent = [0, 1, 2].map((t) => reading.series(t).sent);
  assert.deepEqual(sent, [15, 65, 115]);
  assert.deepEqual(reading.phases().map((p) => p.sent), [33, 36, 39, 42, 45]);
  assert.deepEqual(
    reading.phases().map((p) => p.phase),
    PHASES.slice(0, FIRST_PHASES),
  );
  assert.equal(reading.run().sent, 195);
  assert.equal(reading.series(2).response.count, 115);
  assert.equal(reading.latency().response.count, 195);
});

Deno.test("Recorder counts parts of the time only where they exist", () => {
  const bench = new StatsBench();
  const { recorder } = bench.worker();
  const call = callAt(0, { connectMs: 3, firstByteMs: 0 });
  recorder.done(call, answer(200), { nowMs: 9, second: 0 });
  const { connect, tls, firstByte } = bench.read().timing();
  assert.deepEqual([connect.count, tls.count, firstByte.count], [1, 0, 1]);
});

Deno.test("Recorder puts each count in the step of its second", () => {
  const bench = new StatsBench();
  const { recorder } = bench.worker();
  recorder.due(0, 0, 3);
  recorder.due(0, 0, 3);
  recorder.sent(callAt(0), 3);
  recorder.missed(callAt(0), "late", 4);
  recorder.done(callAt(0), answer(200), { nowMs: 9, second: 5 });
  recorder.done(callAt(0), answer(500), { nowMs: 9, second: 5 });
  bench.read();
  const steps = bench.steps.list();
  assert.deepEqual(steps.map((s) => s.due), [0, 0, 0, 2, 0, 0]);
  assert.deepEqual(steps.map((s) => s.sent), [0, 0, 0, 1, 0, 0]);
  assert.deepEqual(steps.map((s) => s.missed), [0, 0, 0, 0, 1, 0]);
  assert.deepEqual(steps.map((s) => s.ok), [0, 0, 0, 0, 0, 1]);
  assert.deepEqual(steps.map((s) => s.failed), [0, 0, 0, 0, 0, 1]);
});

Deno.test("Recorder uses a row again after 64 seconds without loss, if it was read", () => {
  const bench = new StatsBench();
  const { recorder } = bench.worker();
  for (let second = 0; second < 500; second++) {
    for (let n = 0; n <= second % 7; n++) recorder.due(0, 0, second);
    if (second % 50 === 0) bench.collector.read();
  }
  bench.read();
  const dues = bench.steps.list().map((step) => step.due);
  assert.deepEqual(dues, Array.from({ length: 500 }, (_, s) => s % 7 + 1));
});

Deno.test("Recorder counts in full what came too late for its row", () => {
  const bench = new StatsBench();
  const { recorder } = bench.worker();
  recorder.due(0, 0, 200);
  recorder.due(0, 0, 200 - 64);
  recorder.due(0, 0, 200 - 128);
  assert.equal(bench.read().run().due, 3);
  assert.equal(bench.steps.list()[200]!.due, 3);
});

Deno.test("Recorder adds digests mod 2^32, and tells heartbeat, events and polling", () => {
  const bench = new StatsBench();
  const { recorder, reading } = bench.worker();
  assert.equal(reading.beatsMade, 0);
  recorder.digest(0xffffffff, 5);
  recorder.digest(2, 0xfffffffe);
  recorder.heartbeat(17, 4);
  recorder.polled(1.5);
  recorder.polled(2);
  bench.read();
  assert.equal(bench.collector.all.total(COUNTER.digestLo), 1);
  assert.equal(bench.collector.all.total(COUNTER.digestHi), 3);
  assert.equal(reading.beatsMade, 17);
  assert.equal(reading.eventsSeen, 4);
});
