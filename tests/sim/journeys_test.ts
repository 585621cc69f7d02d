/** Journeys in simulated time: what is due, in which order, and that all adds up. */
import assert from "node:assert/strict";
import { stepsOf } from "../../src/plan/mod.ts";
import { total } from "../../src/stats/mod.ts";
import { answer, failure } from "../../src/transport/mod.ts";
import {
  ask,
  checkEnd,
  dueOf,
  journeysPlan,
  journeyWith,
  NOON_MS,
  planned,
  SimRun,
  stepWith,
  targetWith,
} from "./harness.ts";

const SPAN = { startMs: NOON_MS, durationMs: 8000 };
const THINK = { law: "constant", meanMs: 500 } as const;
const BROWSE = stepWith({
  name: "browse",
  repeat: { kind: "times", from: 1, to: 3 },
  think: { law: "exponential", meanMs: 300 },
});
const BUY = journeyWith({
  items: [
    stepWith({ name: "login" }),
    { kind: "think", think: THINK },
    BROWSE,
    stepWith({ name: "pay", probability: 0.3 }),
  ],
});
const PLAN = journeysPlan([BUY], {
  pattern: { base: 100 },
  targets: [targetWith({ weight: 1 })],
});

Deno.test("a journey sends its steps one after the other, with its thinking between them", async () => {
  const plan = journeysPlan([
    journeyWith({
      items: [
        stepWith({ name: "login" }),
        { kind: "think", think: THINK },
        stepWith({ name: "pay", think: THINK }),
      ],
    }),
  ], { pattern: { base: 20 } });
  const sim = new SimRun(plan, SPAN);
  const log = new Map<string, string[]>();
  const starts = new Map<string, number>();
  sim.server.watch = ({ slot, lane, index, target, intendedMs }, nowMs) => {
    const key = `${slot} ${lane} ${index}`;
    if (!starts.has(key)) starts.set(key, intendedMs);
    const since = Math.round(intendedMs - starts.get(key)!);
    assert.ok(nowMs >= intendedMs && nowMs - intendedMs < 10);
    log.set(key, [...log.get(key) ?? [], `${target} +${since}`]);
  };
  const end = await sim.go(30_000);
  checkEnd(sim, end);
  const [journey] = end.journeys;
  assert.equal(log.size, end.due);
  assert.equal(journey!.ok, end.due);
  // 5 ms of answering, and 500 ms of thinking; none behind the last step.
  for (const steps of log.values()) {
    assert.ok(
      ["0 +0,1 +505", "0 +0,1 +506"].includes(steps.join()),
      `${steps}`,
    );
  }
  assert.ok(journey!.duration.maxMs >= 510 && journey!.duration.maxMs < 525);
  assert.ok(journey!.active.maxMs < 25);
  assert.equal(end.requests, 2 * end.due);
});

Deno.test("what is due, when, and how often a step is repeated is the same for any number of workers", async () => {
  const runs = await Promise.all([1, 2, 8].map(async (workers) => {
    const sim = new SimRun(PLAN, { ...SPAN, workers });
    const seen: string[] = [];
    sim.server.watch = ({ slot, lane, index, target, iteration }) =>
      seen.push(`${slot} ${lane} ${index} ${target} ${iteration}`);
    const end = await sim.go(60_000);
    checkEnd(sim, end);
    return { ...dueOf(end), requests: seen.sort() };
  }));
  assert.deepEqual(
    { due: runs[0]!.due, arrivalsDigest: runs[0]!.arrivalsDigest },
    planned(PLAN, SPAN.startMs, SPAN.durationMs),
  );
  assert.deepEqual(runs[1], runs[0]);
  assert.deepEqual(runs[2], runs[0]);
});

Deno.test("repeats and probabilities come about as often as the plan says", async () => {
  const sim = new SimRun(PLAN, { ...SPAN, durationMs: 60_000, lookMs: 5000 });
  const end = await sim.go(120_000);
  checkEnd(sim, end);
  const [buy] = end.journeys;
  const [login, browse, pay] = buy!.steps;
  assert.equal(login!.sent, buy!.sent);
  assert.ok(Math.abs(browse!.sent / buy!.sent - 2) < 0.1);
  assert.ok(Math.abs(pay!.sent / buy!.sent - 0.3) < 0.05);
});

Deno.test("a step that fails ends its journey, unless it may be passed over", async () => {
  for (const onFailure of ["end", "continue"] as const) {
    const items = [
      stepWith({ name: "login", onFailure }),
      stepWith({ name: "pay" }),
    ];
    const plan = journeysPlan([journeyWith({ items })]);
    const sim = new SimRun(plan, { ...SPAN, durationMs: 2000 });
    sim.server.outcome = answer(503);
    const end = await sim.go(10_000);
    checkEnd(sim, end);
    const [buy] = end.journeys;
    const [login, pay] = buy!.steps;
    assert.deepEqual(login!.failed, { status: end.due });
    assert.equal(pay!.sent, onFailure === "end" ? 0 : end.due);
    // The last step says end.
    assert.deepEqual(buy!.failed, { status: end.due });
  }
});

Deno.test("a journey never outlives its timeout, thinking or waiting for an answer", async () => {
  for (const latencyMs of [5, Infinity]) {
    const items = [
      stepWith({ name: "login" }),
      { kind: "think", think: { law: "constant", meanMs: 5000 } } as const,
      stepWith({ name: "pay" }),
    ];
    const plan = journeysPlan([journeyWith({ items, timeoutMs: 1000 })]);
    const sim = new SimRun(plan, { ...SPAN, durationMs: 2000 });
    sim.server.latencyMs = () => latencyMs;
    await sim.go(1500);
    const during = await sim.advance(1000);
    // Of those of the last second some are still open.
    assert.ok(during.journeys[0]!.open < 130);
    assert.ok(during.inFlight < 130);
    const isSilent = latencyMs === Infinity;
    assert.equal(sim.server.aborted > 50, isSilent);
    const end = await sim.advance(60_000);
    checkEnd(sim, end);
    assert.deepEqual(end.journeys[0]!.failed, { timeout: end.due });
    const [reason] = end.journeys[0]!.reasons;
    assert.equal(reason!.reason, "it had not come to its end within 1s");
    const [login, pay] = end.journeys[0]!.steps;
    assert.equal(pay!.sent, 0);
    assert.deepEqual(login!.failed, isSilent ? { timeout: end.due } : {});
  }
});

Deno.test("journeys beyond limits.journeys are missed, and places come back", async () => {
  const items = [
    stepWith({ name: "login" }),
    { kind: "think", think: { law: "constant", meanMs: 3000 } } as const,
    stepWith({ name: "pay" }),
  ];
  const plan = journeysPlan([journeyWith({ items })], {
    limits: { journeys: 50 },
  });
  const sim = new SimRun(plan, { ...SPAN, workers: 2 });
  let most = 0;
  await sim.start();
  for (let i = 0; i < 80; i++) {
    const { journeys } = await sim.advance(100);
    most = Math.max(most, journeys[0]!.open);
  }
  assert.equal(most, 50);
  const end = await sim.advance(20_000);
  checkEnd(sim, end);
  assert.deepEqual(Object.keys(end.missed), ["journey_limit"]);
  assert.ok(end.sent >= 100);
});

Deno.test("a first step without a connection is a missed arrival; a later one fails its journey", async () => {
  const sim = new SimRun(PLAN, SPAN);
  sim.server.accepts = () =>
    sim.server.sent % 3 !== 2 || sim.clock.now() % 2 < 1;
  const end = await sim.go(60_000);
  checkEnd(sim, end);
  const [buy] = end.journeys;
  assert.ok((end.missed.no_connection ?? 0) > 0);
  const later = buy!.steps.slice(1)
    .reduce((n, { missed }) => n + (missed.no_connection ?? 0), 0);
  assert.ok(later > 0);
  assert.equal(buy!.failed.unsent, later);
});

Deno.test("a drain starts no journey; open ones come to their end, or are cut off and counted", async () => {
  for (const shutdownTimeoutMs of [30_000, 300]) {
    const plan = { ...PLAN, shutdownTimeoutMs };
    const sim = new SimRun(plan, { ...SPAN, durationMs: 60_000, workers: 2 });
    await sim.go(5000);
    sim.run.drain();
    const end = await sim.advance(40_000);
    checkEnd(sim, end);
    const [buy] = end.journeys;
    assert.equal(
      buy!.failed.aborted ?? 0,
      shutdownTimeoutMs > 1000 ? 0 : total(buy!.failed),
    );
    assert.equal(total(buy!.failed) > 0, shutdownTimeoutMs < 1000);
    assert.equal(buy!.ok + total(buy!.failed), buy!.sent);
  }
});

Deno.test("pause and resume: no journey starts meanwhile, and open ones go on", async () => {
  const sim = new SimRun(PLAN, { startMs: NOON_MS });
  await sim.go(3000);
  await ask(sim, { kind: "pause" });
  await sim.advance(1000);
  const paused = sim.run.snapshot();
  const later = await sim.advance(10_000);
  assert.equal(later.due, paused.due);
  assert.ok(later.journeys[0]!.ok > paused.journeys[0]!.ok);
  assert.equal(later.journeys[0]!.open, 0);
  await ask(sim, { kind: "resume" });
  await sim.advance(3000);
  sim.run.stop();
  const end = await sim.advance(60_000);
  checkEnd(sim, end);
  assert.ok(end.due > later.due);
});

Deno.test("a killed run's open journeys are counted as aborted by its successor, and its counts go on", async () => {
  const first = new SimRun(PLAN, { startMs: NOON_MS });
  const before = await first.go(4000);
  const restore = JSON.parse(JSON.stringify(first.run.save()));
  const open = before.journeys[0]!.open;
  assert.ok(open > 0);
  const second = new SimRun(PLAN, { restore, wallMs: restore.savedMs });
  await second.start();
  const begun = second.run.snapshot();
  assert.equal(begun.journeys[0]!.failed.aborted, open);
  assert.equal(begun.journeys[0]!.sent, before.journeys[0]!.sent);
  assert.equal(begun.requests, before.requests);
  const after = await second.advance(4000);
  assert.ok(after.journeys[0]!.ok > begun.journeys[0]!.ok);
  second.run.stop();
  await second.advance(60_000);
});

Deno.test("a reload keeps the numbers of journeys and steps, and lets open ones of the old plan end", async () => {
  const sim = new SimRun(PLAN, { startMs: NOON_MS });
  await sim.go(3000);
  const other = journeyWith({
    name: "look",
    items: [stepWith({ name: "see" })],
  });
  const next = journeysPlan([other, BUY], {
    targets: [targetWith({ weight: 1 })],
  });
  void sim.run.reload(next, {});
  await sim.advance(3000);
  const both = sim.run.snapshot();
  assert.deepEqual(both.journeys.map(({ name }) => name), ["buy", "look"]);
  const [buy, look] = both.journeys;
  assert.ok(look!.ok > 0);
  assert.deepEqual(
    buy!.steps.map(({ name }) => name),
    stepsOf(BUY).map(({ name }) => `buy/${name}`),
  );
  sim.run.stop();
  checkEnd(sim, await sim.advance(60_000));
});

Deno.test("a lost answer is a failure of its journey by the same name", async () => {
  const sim = new SimRun(PLAN, { ...SPAN, durationMs: 3000 });
  sim.server.outcome = failure("reset");
  const end = await sim.go(60_000);
  checkEnd(sim, end);
  assert.deepEqual(end.journeys[0]!.failed, { reset: end.journeys[0]!.sent });
});
