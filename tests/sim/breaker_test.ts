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
  NOON_MS,
  type PlanChange,
  planWith,
  SimRun,
  targetWith,
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
  const { warnings, breaker } = await end(sim);
  assert.deepEqual(warnings, [], "a number says it better");
  assert.ok(
    sim.log.some((line) =>
      /has tripped, nothing is sent: \d+ of \d+/.test(line)
    ),
  );
  const { trips, heldMs, level, reason } = breaker;
  assert.deepEqual([trips, level, reason], [1, 1, change.reason]);
  // Twenty seconds of silence, ten of probes, ten of each step.
  assert.ok(heldMs > 59_000 && heldMs < 63_000, `${heldMs}`);
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
  const wanted = runWith(ERRORS, {
    targets: [targetWith({ ok: [[200, 299], [503, 503]] })],
  });
  wanted.sim.server.outcome = answer(503);
  const own = runWith(ERRORS);
  own.sim.server.outcome = failure("generator");
  for (const { sim, posts } of [few, none, wanted, own]) {
    await sim.go(40_000);
    assert.equal(sim.run.snapshot().state, "firing");
    assert.deepEqual(posts, []);
    await end(sim);
  }
});

Deno.test("the breaker trips on 429, and on what a target's own ok does not name", async () => {
  const busy = runWith(ERRORS);
  busy.sim.server.outcome = answer(429);
  const strict = runWith(ERRORS, {
    targets: [targetWith({ ok: [[200, 200]] })],
  });
  strict.sim.server.outcome = answer(404);
  for (const { sim } of [busy, strict]) {
    await sim.go(2000);
    await until(sim, ({ state }) => state === "tripped");
    await end(sim);
  }
});

Deno.test("the breaker trips on slowness, and slow probes keep it open", async () => {
  const { sim, transitions } = runWith(SLOWNESS);
  await sim.go(3000);
  sim.server.latencyMs = () => 400;
  const { breaker } = await until(sim, ({ state }) => state === "tripped");
  assert.match(
    breaker.reason!,
    /^p95 above 200ms: \d+ of \d+ requests took longer$/,
  );
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

Deno.test("the breaker begins with a trickle when a silent hour ends meanwhile", async () => {
  // Five past twelve to one is silent; the breaker trips right before it.
  const schedule = [{
    spans: [[12 * 60 + 5, 13 * 60] as const],
    days: [1, 2, 3, 4, 5, 6, 7],
    multiplier: 0,
    priority: 0,
  }];
  const posts: Posted[] = [];
  const plan = planWith({
    pattern: { zone: "UTC", schedule },
    safety: ERRORS,
  });
  const sim = new SimRun(plan, {
    wallMs: NOON_MS + 285_000,
    openHook: () => ({
      post: (url, change) => posts.push({ url, change }),
      close: () => {},
    }),
    lookMs: 60_000,
  });
  sim.server.outcome = answer(500);
  await sim.go(3000);
  await until(sim, ({ state }) => state === "tripped");
  await sim.advance(54 * 60_000);
  assert.equal(posts.length, 1, "nothing to probe with in a silent hour");
  sim.server.outcome = answer(200);
  const { sent } = await sim.advance(60_000);
  await until(sim, () => posts.length > 1);
  const before = sim.run.snapshot().sent;
  assert.ok(before - sent < 10, `${before - sent}`);
  const { sent: probes } = await sim.advance(8000);
  assert.ok(probes > before && probes - before < 30, `${probes - before}`);
  await end(sim);
});

Deno.test("a successor goes on holding back what the breaker held back, and counts on", async () => {
  const { sim } = runWith(ERRORS);
  sim.server.outcome = answer(503);
  sim.server.retryAfterMs = 90_000;
  await sim.go(2000);
  await until(sim, ({ state }) => state === "tripped");
  await sim.advance(5000);
  const restore = JSON.parse(JSON.stringify(sim.run.save()));
  const { breaker } = await end(sim);
  assert.equal(breaker.trips, 1);

  // Not by `advance`: the server of a successor knows nothing of counts before.
  const wallMs = sim.clock.wall();
  const next = new SimRun(planWith({ safety: ERRORS }), { restore, wallMs });
  await next.run.start();
  await next.clock.run(60_000);
  assert.equal(next.run.snapshot().state, "tripped", "Retry-After");
  assert.equal(next.server.sent, 0);
  await next.clock.run(90_000);
  const later = next.run.snapshot();
  assert.equal(later.state, "firing");
  assert.deepEqual([later.breaker.trips, later.breaker.level], [1, 1]);
  assert.equal(later.breaker.reason, breaker.reason);
  assert.ok(later.breaker.heldMs > breaker.heldMs + 60_000);
  next.run.stop();
  await next.clock.run(500);

  const free = new SimRun(planWith(), { restore, wallMs });
  await free.run.start();
  await free.clock.run(1000);
  assert.equal(free.run.snapshot().state, "firing", "no breaker, no level");
  free.run.stop();
  await free.clock.run(500);
});
