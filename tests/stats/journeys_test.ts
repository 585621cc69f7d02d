import assert from "node:assert/strict";
import { total } from "../../src/stats/mod.ts";
import {
  addTotals,
  Collector,
  createRegion,
  Layout,
  Reading,
  Recorder,
  regionOf,
  settled,
  Steps,
  Sums,
  totalsOf,
} from "../../src/stats/mod.ts";
import { answer, failure } from "../../src/transport/mod.ts";
import { callAt } from "./support.ts";

/** Targets 0 (a target), 1 and 2 (steps of a journey), and behind them the journey. */
const LAYOUT = new Layout(3, 1);
const JOURNEY = 3;
const COUNTED = {
  targets: [
    { name: "home", protocol: "http" as const },
    ...["login", "pay"].map((name) => ({
      name: `buy/${name}`,
      protocol: "http" as const,
      step: { journey: "buy", name },
    })),
  ],
  journeys: [{ name: "buy" }],
  reasonsOf: () => [],
};
const NAMES = {
  targets: COUNTED.targets.map(({ name }) => name),
  journeys: ["buy"],
};

function worker() {
  const steps = new Steps();
  const collector = new Collector(LAYOUT, steps);
  const buffer = createRegion(LAYOUT);
  const isOk = [0, 1, 2].map(() => (code: number) => code < 400);
  const recorder = new Recorder(buffer, LAYOUT, isOk);
  return { steps, collector, recorder, reading: collector.attach(buffer) };
}

/** One request of a target, and three journeys: at their end, failed, and open in its second step. */
function send(recorder: Recorder): void {
  const home = callAt(0);
  recorder.due(0, 0, 0);
  recorder.sent(home, 0);
  recorder.done(home, answer(200), { nowMs: 12, second: 0 });
  for (const end of ["whole", "failed", "open"] as const) {
    const login = callAt(0, { target: 1 });
    recorder.due(JOURNEY, 0, 0);
    recorder.journeySent(JOURNEY, 0, 0);
    recorder.stepSent(login);
    recorder.stepDone(login, answer(200), 12);
    const pay = callAt(1000, { target: 2 });
    recorder.stepSent(pay);
    if (end === "open") continue;
    const isWhole = end === "whole";
    recorder.stepDone(pay, isWhole ? answer(201) : failure("reset"), 1022);
    recorder.journeyDone({
      ...{ series: JOURNEY, stage: 0, totalMs: 1022, activeMs: 34, second: 1 },
      failure: isWhole ? null : "reset",
    });
  }
}

Deno.test("Reading.run() counts arrivals: requests of targets, and journeys but not their steps", () => {
  const { collector, recorder, steps } = worker();
  send(recorder);
  collector.read();
  const reading = new Reading(collector.all);
  const run = reading.run();
  assert.deepEqual([run.due, run.sent, run.completed, run.ok], [4, 4, 3, 2]);
  assert.deepEqual(run.failed, { reset: 1 });
  assert.equal(reading.requests().sent, 7);
  assert.equal(reading.requests().completed, 6);
  assert.deepEqual(steps.list().map(({ sent }) => sent).at(0), 4);
  assert.equal(steps.list().reduce((n, { failed }) => n + failed, 0), 1);
});

Deno.test("Reading times requests in the run's histograms, and journeys in their own", () => {
  const { collector, recorder } = worker();
  send(recorder);
  collector.read();
  const reading = new Reading(collector.all);
  // A reset never says how fast a target is: 1 home, 3 logins, 1 pay.
  assert.equal(reading.latency().response.count, 5);
  assert.ok(reading.latency().response.maxMs < 100);
  const journey = reading.series(JOURNEY);
  assert.equal(journey.response.maxMs, 1022);
  assert.equal(journey.service.maxMs, 34);
  assert.equal(reading.phases().at(0)!.response.count, 5);
  assert.equal(reading.phases().at(0)!.due, 4);
});

Deno.test("WorkerReading.settle() gives open journeys and their open requests an end, each counted once", () => {
  const { collector, recorder, reading, steps } = worker();
  send(recorder);
  recorder.due(JOURNEY, 0, 1);
  reading.settle({ missed: "worker_lost", failed: "aborted", second: 2 });
  const run = new Reading(collector.all).run();
  assert.equal(run.due, run.sent + total(run.missed));
  assert.equal(run.sent, run.completed);
  assert.deepEqual(run.failed, { reset: 1, aborted: 1 });
  assert.deepEqual(run.missed, { worker_lost: 1 });
  const requests = new Reading(collector.all).requests();
  assert.equal(requests.sent, requests.completed);
  const ended = steps.list().reduce((n, { completed }) => n + completed, 0);
  assert.equal(ended, run.completed);
});

Deno.test("Totals hold journeys and steps: through JSON, added, put back and settled", () => {
  const { collector, recorder } = worker();
  send(recorder);
  collector.read();
  const one = JSON.parse(JSON.stringify(totalsOf(collector.all, COUNTED)));
  const back = new Reading(new Sums(LAYOUT, [regionOf(one, LAYOUT, NAMES)]));
  assert.deepEqual(back.run(), new Reading(collector.all).run());
  assert.equal(back.requests().sent, 7);
  const two = settled(addTotals(one, one));
  const sum = new Reading(new Sums(LAYOUT, [regionOf(two, LAYOUT, NAMES)]));
  const { due, sent, completed, failed } = sum.run();
  assert.deepEqual([due, sent, completed], [8, 8, 8]);
  assert.deepEqual(failed, { reset: 2, aborted: 2 });
  assert.equal(sum.series(JOURNEY).response.count, 2);
});
