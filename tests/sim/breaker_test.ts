/** The circuit breaker in a whole run: what it does to the traffic is events, and nothing else. */
import assert from "node:assert/strict";
import {
  ArrivalSource,
  Digest,
  lanesOf,
  WHOLE,
} from "../../src/arrivals/mod.ts";
import { SLOT_MS } from "../../src/base/mod.ts";
import { ARMED, EventLog, Traffic } from "../../src/pattern/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
import { answer, failure } from "../../src/transport/mod.ts";
import { end, ERRORS, levelsOf, runWith, SLOWNESS, until } from "./breaker.ts";
import { checkEnd, dueOf, targetWith } from "./harness.ts";

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
    changes: [],
  });
  for (const { level, fromMs } of levels) {
    const slot = fromMs / SLOT_MS;
    log.append({ slot, kind: "level", value: level, durationMs: 0 });
  }
  const traffic = new Traffic([plan.pattern], log);
  const rateAt = (slot: number) => traffic.partsAt(slot).rate;
  const source = new ArrivalSource({
    plan,
    lanes: lanesOf(WHOLE),
    traffic: { rateAt },
  });
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
