/** The circuit breaker in a whole run: what it does to the traffic is events, and nothing else. */
import assert from "node:assert/strict";
import {
  ArrivalSource,
  Digest,
  lanesOf,
  WHOLE,
} from "../../src/arrivals/mod.ts";
import { SLOT_MS } from "../../src/base/mod.ts";
import type { Action } from "../../src/controller/types.ts";
import type { BreakerChange } from "../../src/health/mod.ts";
import { ARMED, EventLog, Traffic } from "../../src/pattern/mod.ts";
import type { SafetyPlan } from "../../src/plan/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
import { answer, failure } from "../../src/transport/mod.ts";
import {
  checkEnd,
  dueOf,
  type PlanChange,
  planWith,
  SimRun,
} from "./harness.ts";

const ERRORS: SafetyPlan = {
  errorRateAbove: 50,
  p95AboveMs: null,
  sustainedForMs: 5000,
  resumeAfterMs: 20_000,
  webhook: "http://hook.invalid/${KEY}",
};
const SLOWNESS = { ...ERRORS, errorRateAbove: null, p95AboveMs: 200 };

interface Posted {
  readonly url: string;
  readonly change: BreakerChange;
}

/** A run with a breaker, whose posts are kept. */
function runWith(safety: SafetyPlan, change: PlanChange = {}, workers = 2) {
  const posts: Posted[] = [];
  const sim = new SimRun(planWith({ ...change, safety }), {
    workers,
    variables: { KEY: "k1" },
    openHook: () => ({
      post: (url, change) => posts.push({ url, change }),
      close: () => {},
    }),
  });
  const transitions = () => posts.map(({ change }) => change.transition);
  return { sim, posts, transitions };
}

/** Moves on until the run is in a state. */
async function until(sim: SimRun, isThere: (s: Snapshot) => boolean) {
  for (let i = 0; i < 1200; i++) {
    const snapshot = sim.run.snapshot();
    if (isThere(snapshot)) return snapshot;
    await sim.advance(100);
  }
  throw new Error(`not there after 120 s; log:\n${sim.log.join("\n")}`);
}

async function ask(sim: SimRun, action: Action): Promise<void> {
  let isDone = false;
  const asked = sim.run.apply(action).finally(() => isDone = true);
  asked.catch(() => {});
  for (let i = 0; i < 200 && !isDone; i++) await sim.advance(10);
  await asked;
}

async function end(sim: SimRun): Promise<Snapshot> {
  sim.run.stop();
  const snapshot = await sim.advance(500);
  checkEnd(sim, snapshot);
  return snapshot;
}

/** The run's levels with the plan time from which each holds, from its log. */
function levelsOf(sim: SimRun): { level: number; fromMs: number }[] {
  return sim.log.flatMap((line) => {
    const found = /^Circuit breaker: ([\d.]+) % from (\S+)$/.exec(line);
    return found === null
      ? []
      : [{ level: Number(found[1]) / 100, fromMs: Date.parse(found[2]!) }];
  });
}

Deno.test("the breaker trips on failures, is silent, probes, and comes back by steps", async () => {
  const { sim, posts, transitions } = runWith(ERRORS);
  const intended: number[] = [];
  sim.server.watch = (call) => intended.push(call.intendedMs);
  await sim.go(12_000);
  assert.equal(sim.run.snapshot().state, "firing");
  sim.server.outcome = answer(503);
  const failedFrom = sim.clock.now();
  const tripped = await until(sim, ({ state }) => state === "tripped");
  // Half of a window of ten seconds, then five seconds of patience.
  const tookMs = sim.clock.now() - failedFrom;
  assert.ok(tookMs > 9_000 && tookMs < 14_000, `${tookMs}`);
  assert.equal(tripped.plannedRate, 0);
  sim.server.outcome = answer(200);
  await until(sim, () => transitions().includes("close"));
  await sim.advance(5000);
  assert.deepEqual(transitions(), ["open", "half-open", "close"]);

  const levels = levelsOf(sim);
  assert.deepEqual(levels.map(({ level }) => level), [0, 0.01, 0.25, 0.5, 1]);
  const offsetMs = sim.clock.wall() - sim.clock.now();
  const at = intended.map((ms) => ms + offsetMs);
  const rateOf = (i: number) => {
    const fromMs = levels[i]!.fromMs;
    const toMs = levels[i + 1]?.fromMs ?? fromMs + 10_000;
    const inside = at.filter((ms) => ms >= fromMs && ms < toMs);
    return inside.length / (toMs - fromMs) * 1000;
  };
  assert.equal(rateOf(0), 0);
  assert.ok(levels[1]!.fromMs - levels[0]!.fromMs >= 19_900);
  assert.ok(rateOf(1) > 0 && rateOf(1) < 3, `probes ${rateOf(1)}`);
  assert.ok(Math.abs(rateOf(2) - 25) < 8, `${rateOf(2)}`);
  assert.ok(Math.abs(rateOf(3) - 50) < 12, `${rateOf(3)}`);
  assert.ok(Math.abs(rateOf(4) - 100) < 20, `${rateOf(4)}`);

  const { url, change } = posts[0]!;
  assert.equal(url, "http://hook.invalid/k1");
  assert.equal(change.run, "sim");
  assert.match(change.reason, /requests failed, above 50 %$/);
  assert.match(change.at, /^2026-03-28T12:/);
  const { warnings } = await end(sim);
  assert.equal(warnings.length, 3);
  assert.match(warnings[0]!, /has tripped, nothing is sent: \d+ of \d+/);
});

Deno.test("the breaker's traffic is a function of plan and events, for any number of workers", async () => {
  const runs = [];
  for (const workers of [1, 5]) {
    const { sim } = runWith(ERRORS, {}, workers);
    await sim.go(5000);
    sim.server.outcome = failure("reset");
    await until(sim, ({ state }) => state === "tripped");
    sim.server.outcome = answer(200);
    await until(sim, ({ state }) => state === "firing");
    sim.run.drain();
    const last = await sim.advance(5000);
    checkEnd(sim, last);
    runs.push({ due: dueOf(last), levels: levelsOf(sim), last });
  }
  assert.deepEqual(runs[1]!.due, runs[0]!.due);
  assert.deepEqual(runs[1]!.levels, runs[0]!.levels);
  // The same events on the plan alone give the same arrivals.
  const { levels, last } = runs[0]!;
  assert.deepEqual(arrivalsOf(last, levels), runs[0]!.due);
  assert.notDeepEqual(arrivalsOf(last, levels.slice(0, -1)), runs[0]!.due);
});

/** The arrivals that a run's plan has with these levels, up to the run's end. */
function arrivalsOf(
  { plan, startMs, nowMs }: Snapshot,
  levels: ReturnType<typeof levelsOf>,
) {
  const first = startMs / SLOT_MS;
  const log = new EventLog({
    base: { ...ARMED, firedSlot: first },
    events: levels.map(({ level, fromMs }) => ({
      slot: fromMs / SLOT_MS,
      kind: "level",
      value: level,
      durationMs: 0,
    })),
  });
  const traffic = new Traffic([plan.pattern], log);
  const rateAt = (slot: number) => traffic.partsAt(slot).rate;
  const source = new ArrivalSource({ plan, lanes: lanesOf(WHOLE), rateAt });
  const digest = new Digest();
  let due = 0;
  for (let slot = first; slot < nowMs / SLOT_MS; slot++) {
    const list = source.slot(slot);
    digest.addSlot(slot, list.view(), list.length);
    due += list.length;
  }
  return { due, arrivalsDigest: digest.toString() };
}

Deno.test("the breaker does not trip on fewer than 20 requests, nor on what is not the target's failure", async () => {
  const few = runWith(ERRORS, { pattern: { base: 1 } });
  few.sim.server.outcome = answer(500);
  const none = runWith(ERRORS);
  none.sim.server.outcome = answer(404);
  const own = runWith(ERRORS);
  own.sim.server.outcome = failure("generator");
  for (const { sim, posts } of [few, none, own]) {
    await sim.go(40_000);
    assert.equal(sim.run.snapshot().state, "firing");
    assert.deepEqual(posts, []);
    await end(sim);
  }
});

Deno.test("the breaker trips on slowness, and slow probes keep it open", async () => {
  const { sim, transitions } = runWith(SLOWNESS);
  await sim.go(3000);
  sim.server.latencyMs = () => 400;
  const { warnings } = await until(sim, ({ state }) => state === "tripped");
  assert.match(warnings[0]!, /took longer than 200ms, so the 95th/);
  await until(sim, () => transitions().length === 3);
  assert.deepEqual(transitions(), ["open", "half-open", "open"]);
  await sim.advance(1000);
  assert.equal(levelsOf(sim).at(-1)!.level, 0);
  await end(sim);
});

Deno.test("the breaker never probes before the target's Retry-After is over", async () => {
  const { sim, transitions } = runWith(ERRORS);
  sim.server.outcome = answer(503);
  sim.server.retryAfterMs = 60_000;
  await sim.go(2000);
  await until(sim, ({ state }) => state === "tripped");
  const { sent } = await sim.advance(50_000);
  assert.deepEqual(transitions(), ["open"]);
  await until(sim, () => transitions().includes("half-open"));
  assert.equal(sim.run.snapshot().sent, sent);
  await end(sim);
});

Deno.test("resume closes a tripped breaker, and pause wins over it", async () => {
  const { sim, transitions } = runWith(ERRORS);
  sim.server.outcome = answer(500);
  await sim.go(2000);
  await until(sim, ({ state }) => state === "tripped");
  await ask(sim, { kind: "pause" });
  assert.equal((await sim.advance(60_000)).state, "paused");
  assert.deepEqual(transitions(), ["open"], "nothing is probed in a pause");
  sim.server.outcome = answer(200);
  await ask(sim, { kind: "resume" });
  const { state, plannedRate } = await sim.advance(300);
  assert.equal(state, "firing");
  assert.equal(plannedRate, 100);
  assert.deepEqual(transitions(), ["open", "close"]);

  sim.server.outcome = answer(500);
  await until(sim, ({ state }) => state === "tripped");
  await sim.advance(1000);
  await ask(sim, { kind: "resume" });
  assert.equal((await sim.advance(300)).state, "firing");
  await end(sim);
});

Deno.test("a reload without a breaker lets all traffic flow again", async () => {
  const { sim } = runWith(ERRORS);
  sim.server.outcome = answer(500);
  await sim.go(2000);
  await until(sim, ({ state }) => state === "tripped");
  void sim.run.reload(planWith(), {});
  await until(sim, ({ state }) => state === "firing");
  assert.equal((await sim.advance(30_000)).state, "firing");
  assert.equal(sim.run.snapshot().plannedRate, 100);
  await end(sim);
});

Deno.test("a plan without a breaker never trips", async () => {
  const sim = new SimRun(planWith());
  sim.server.outcome = answer(500);
  assert.equal((await sim.go(20_000)).state, "firing");
  assert.deepEqual((await end(sim)).warnings, []);
});
