/** Thresholds of a whole run in simulated time: what they see, and what they do. */
import assert from "node:assert/strict";
import type { Plan } from "../../src/plan/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
import { answer } from "../../src/transport/mod.ts";
import { verdictOf } from "../../src/verdict/mod.ts";
import { threshold } from "../verdict/seconds.ts";
import { ask, checkEnd, planWith, SimRun, targetWith } from "./harness.ts";

const DURATION_MS = 30_000;
const QUIET = { spikes: null, noise: null, max: 10_000, inject: [] };
const SCENARIOS = [
  { ...QUIET, name: "calm", durationMs: 10_000, base: 40 },
  { ...QUIET, name: "peak", durationMs: 60_000, base: 40 },
];

/** Plans that ask for something. */
function asking(...lines: readonly string[]): Partial<Plan> {
  const thresholds = lines.map(threshold);
  return { judging: { thresholds, tolerate: 0.05, allowUnknown: false } };
}

/** What came of each threshold. */
function results({ verdict }: Snapshot) {
  return verdict.thresholds.map(({ result }) => result);
}

Deno.test("thresholds hold what the report holds, to the last request", async () => {
  const plan = planWith(asking(
    "sent >= 1",
    "rate > 50/s",
    "response.p50 == 5ms",
    "missed == 0",
    "achieved == 100%",
    "errors == 0%",
    "lag.p50 < 5ms",
  ));
  const sim = new SimRun(plan, { durationMs: DURATION_MS });
  const snapshot = await sim.go(DURATION_MS + 2000);
  checkEnd(sim, snapshot);
  const [sent, rate, response] = snapshot.verdict.thresholds;
  assert.equal(sent!.value, snapshot.sent);
  assert.equal(rate!.value, snapshot.sent / 30);
  assert.equal(response!.value, snapshot.targets[0]!.response.percentile(0.5));
  assert.deepEqual(results(snapshot).toSpliced(2, 1), Array(6).fill("pass"));
  assert.equal(snapshot.verdict.seconds, 30);
});

Deno.test("a threshold that stops ends the run, and says which one it was", async () => {
  const line = "errors < 50% over 5s -> stop";
  const plan = planWith(asking(line, "missed == 0"));
  const sim = new SimRun(plan, { durationMs: 120_000 });
  await sim.go(20_000);
  sim.server.outcome = answer(500);
  const snapshot = await sim.advance(20_000);
  checkEnd(sim, snapshot);
  assert.equal(snapshot.verdict.stoppedBy, line);
  assert.deepEqual(results(snapshot), ["fail", "pass"]);
  assert.deepEqual(verdictOf(snapshot).all, ["stopped", "failed", "passed"]);
  const ranMs = snapshot.nowMs - snapshot.startMs;
  assert.ok(ranMs > 22_000 && ranMs < 26_000, `${ranMs}`);
});

Deno.test("a window that breached fails the run although all is well at its end", async () => {
  const lines = ["errors < 50% over 5s", "errors < 50% over 5s for 3"];
  const plan = planWith(asking(...lines));
  const sim = new SimRun(plan, { durationMs: 60_000 });
  await sim.go(20_000);
  sim.server.outcome = answer(500);
  await sim.advance(10_000);
  sim.server.outcome = answer(200);
  const snapshot = await sim.advance(40_000);
  assert.deepEqual(results(snapshot), ["fail", "pass"]);
  const [once] = snapshot.verdict.thresholds;
  const breachedMs = once!.breachedMs! - snapshot.startMs;
  assert.ok(breachedMs > 21_000 && breachedMs < 25_000, `${breachedMs}`);
});

Deno.test("a threshold that trips the breaker holds traffic back, and looks anew afterwards", async () => {
  const plan = planWith({
    ...asking("response.p50 < 100ms over 10s -> breaker"),
    safety: {
      errorRateAbove: 90,
      p95AboveMs: null,
      sustainedForMs: 10_000,
      resumeAfterMs: 10_000,
      webhook: null,
    },
  });
  const sim = new SimRun(plan);
  await sim.go(15_000);
  sim.server.latencyMs = () => 500;
  const tripped = await sim.advance(10_000);
  assert.equal(tripped.state, "tripped");
  assert.match(tripped.breaker.reason!, /^threshold response\.p50 < 100ms/);
  sim.server.latencyMs = () => 5;
  const back = await sim.advance(60_000);
  assert.equal(back.state, "firing");
  assert.equal(back.breaker.trips, 1);
  sim.run.stop();
  const snapshot = await sim.advance(1000);
  assert.deepEqual(verdictOf(snapshot).all, ["failed", "passed"]);
});

Deno.test("the ramp is left out unless it is selected", async () => {
  const plan = planWith({
    ...asking(
      "errors < 10%",
      "errors{phase=ramp} < 10%",
      "rate{phase=ramp} > 1/s over 5s",
    ),
    pattern: { rampUpMs: 20_000 },
  });
  const sim = new SimRun(plan, { durationMs: 40_000 });
  sim.server.outcome = answer(500);
  await sim.go(20_500);
  sim.server.outcome = answer(200);
  const snapshot = await sim.advance(30_000);
  assert.deepEqual(results(snapshot), ["pass", "fail", "pass"]);
});

Deno.test("a target is judged by itself, and a pause is nothing to judge", async () => {
  const targets = [targetWith(), targetWith({ name: "web" })];
  const plan = planWith({
    ...asking("sent{target=web} == 0", "sent{target=api} > 0", "rate > 80/s"),
    targets: [targets[0]!, { ...targets[1]!, weight: 0 }],
  });
  const sim = new SimRun(plan);
  await sim.go(10_000);
  await ask(sim, { kind: "pause" });
  await sim.advance(60_000);
  sim.run.drain();
  const snapshot = await sim.advance(2000);
  assert.deepEqual(results(snapshot), ["pass", "pass", "pass"]);
});

Deno.test("thresholds that a reload brings begin there, and those it keeps go on", async () => {
  const sim = new SimRun(planWith(asking("sent >= 900")), {
    durationMs: DURATION_MS,
  });
  await sim.go(20_000);
  const next = planWith(asking("sent >= 900", "errors == 0% over 5s"));
  void sim.run.reload(next, {});
  const snapshot = await sim.advance(DURATION_MS);
  const [sent, errors] = snapshot.verdict.thresholds;
  assert.equal(sent!.value, snapshot.sent);
  const { kept } = errors!.windows!;
  assert.ok(kept > 2 && kept < 8, `${kept} windows`);
});

Deno.test("a run that nobody asked anything has failed when no answer was ok", async () => {
  const sim = new SimRun(planWith(), { durationMs: 2000 });
  sim.server.outcome = answer(404);
  const verdict = verdictOf(await sim.go(4000));
  assert.equal(verdict.outcome, "failed");
  assert.equal(verdict.isAsked, false);
});

Deno.test("seconds in which kar was the limit make a run invalid, or its windows unknown", async () => {
  const asked = asking("errors < 1% over 2s");
  const sim = new SimRun(planWith({ ...asked, pacing: "eco" }), {
    durationMs: DURATION_MS,
  });
  await sim.go(5000);
  for (let i = 0; i < 10; i++) {
    for (const { clock } of sim.workers) clock.hold();
    await sim.advance(900);
    for (const { clock } of sim.workers) clock.release();
    await sim.advance(1100);
  }
  const snapshot = await sim.advance(DURATION_MS);
  const { untrustedSeconds, seconds } = snapshot.verdict;
  assert.ok(untrustedSeconds > 5, `${untrustedSeconds} of ${seconds}`);
  assert.equal(verdictOf(snapshot).outcome, "invalid");
  assert.ok(snapshot.verdict.thresholds[0]!.windows!.unknown > 5);
});

Deno.test("thresholds hold what was counted, and what was broken, before a run went on", async () => {
  const lines = [
    "errors{scenario=calm} < 10%",
    "errors == 0% over 5s",
    "rate < 60/s",
    "sent >= 1",
  ];
  const plan = planWith({
    ...asking(...lines),
    pattern: { base: 40, scenarios: SCENARIOS },
  });
  const first = new SimRun(plan);
  await first.start();
  first.server.outcome = answer(500);
  await first.advance(10_500);
  const restore = JSON.parse(JSON.stringify(first.run.save()));
  const before = first.run.snapshot().verdict;
  const sim = new SimRun(plan, { restore, wallMs: restore.savedMs });
  await sim.start();
  await sim.advance(5500);
  sim.run.stop();
  const { verdict, sent, warnings } = await sim.advance(1000);
  const [calm, window, rate, all] = verdict.thresholds;
  assert.deepEqual(first.run.snapshot().warnings, []);
  assert.deepEqual(warnings, [
    `The run goes on after a restart: windows of ${
      window!.threshold.text
    } start over there, and none of them includes both what was before and what comes after`,
  ]);
  assert.equal(calm!.result, "fail");
  assert.equal(calm!.value, 1);
  assert.equal(calm!.breachedMs, before.thresholds[0]!.breachedMs);
  assert.equal(window!.result, "fail");
  assert.equal(window!.breachedMs, before.thresholds[1]!.breachedMs);
  const { breached } = before.thresholds[1]!.windows!;
  assert.ok(window!.windows!.breached === breached && breached > 3);
  assert.equal(rate!.result, "pass");
  assert.ok(Number(rate!.value) > 20, `${rate!.value}`);
  assert.equal(all!.value, sent);
  assert.ok(verdict.seconds >= before.seconds + 5, `${verdict.seconds}`);
  first.run.stop();
  await first.clock.run(100);
});
