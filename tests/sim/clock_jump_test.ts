/** A wall clock that jumps or drifts: plan time follows, and nobody sees a burst. */
import assert from "node:assert/strict";
import {
  ArrivalSource,
  Digest,
  lanesOf,
  WHOLE,
} from "../../src/arrivals/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
import { checkEnd, dueOf, NOON_MS, planWith, SimRun } from "./harness.ts";

const RATE = 300;
const PLAN = planWith({ pattern: { base: RATE } });

/** Number and digest of all arrivals of some spans of slots, at a rate constant from a slot on. */
function arrivalsOf(
  plan: Plan,
  spans: readonly (readonly [number, number])[],
  since = -Infinity,
) {
  const rateAt = (slot: number) => slot < since ? 0 : plan.pattern.base;
  const source = new ArrivalSource({
    plan,
    lanes: lanesOf(WHOLE),
    traffic: { rateAt },
  });
  const digest = new Digest();
  let due = 0;
  for (const [from, to] of spans) {
    for (let slot = from; slot < to; slot++) {
      const list = source.slot(slot);
      due += list.length;
      digest.addSlot(slot, list.view(), list.length);
    }
  }
  return { due, arrivalsDigest: digest.toString() };
}

/** The slots on both sides of the jump that a run tells of. */
function jumpOf(
  { warnings }: Snapshot,
): { from: number; to: number; what: string } {
  const line = warnings.find((warning) => warning.includes("jumped"))!;
  const [, sec, what, at] = /jumped: ([\d.]+) s of the plan are (\w+) at (\S+)$/
    .exec(line)!;
  const from = Date.parse(at!) / 100;
  const slots = Math.round(Number(sec) * 10);
  return {
    from,
    to: what === "skipped" ? from + slots : from - slots,
    what: what!,
  };
}

/** A run of about 14 seconds in which the clock jumps after five. */
async function runWithJump(byMs: number, phaseMs: number, workers: number) {
  const sim = new SimRun(PLAN, { wallMs: NOON_MS + phaseMs, workers });
  await sim.go(5234);
  sim.clock.jumpWall(byMs);
  await sim.advance(6000);
  sim.run.drain();
  const end = await sim.advance(3000);
  checkEnd(sim, end);
  return { sim, end };
}

for (const byMs of [3_600_000, -3_600_000, 5000, -5000, 1200, -1200]) {
  Deno.test(`a wall clock that jumps by ${byMs / 1000} s moves the plan, without a burst`, async () => {
    // How the run's slots lie to the run's looks depends on the phase.
    for (
      const [phaseMs, workers] of [[0, 1], [50, 3], [81, 2], [99, 3]] as const
    ) {
      const { sim, end } = await runWithJump(byMs, phaseMs, workers);
      const { from, to, what } = jumpOf(end);
      assert.equal(what, byMs > 0 ? "skipped" : "replayed");
      assert.ok(sim.log.some((line) => line.includes(what)));
      assert.ok(Math.abs((to - from) * 100 - byMs) <= 200);
      const planned = end.steps.reduce((sum, step) => sum + step.planned, 0);
      const slots = Math.round(planned / (RATE / 10));
      const start = end.startMs / 100;
      const last = to + slots - (from - start);
      const spans = [[start, from], [to, last]] as const;
      assert.deepEqual(dueOf(end), arrivalsOf(PLAN, spans));
      const most = RATE + 6 * Math.sqrt(RATE);
      assert.ok(end.steps.every((step) => step.sent <= most), "a burst");
      assert.deepEqual(end.missed, {});
    }
  });
}

for (const byMs of [3_600_000, -3_600_000, 5000, -5000]) {
  Deno.test(`a jump by ${byMs / 1000} s leaves even spacing even`, async () => {
    const plan = planWith({ arrivals: "uniform", pattern: { base: 50 } });
    for (const workers of [1, 3]) {
      const sim = new SimRun(plan, { workers });
      await sim.go(5234);
      sim.clock.jumpWall(byMs);
      await sim.advance(6000);
      sim.run.drain();
      const end = await sim.advance(3000);
      checkEnd(sim, end);
      const { from, to } = jumpOf(end);
      const start = end.startMs / 100;
      const line = end.steps.reduce((sum, step) => sum + step.planned, 0);
      const last = to + Math.round(line / 5) - (from - start);
      // The hour's area begins with the run; after the jump, with the hour.
      const before = arrivalsOf(plan, [[start, from]], start);
      const after = arrivalsOf(plan, [[to, last]]);
      assert.equal(end.due, before.due + after.due);
      assert.ok(Math.abs(end.due - line) <= 2, `${end.due} of ${line}`);
    }
  });
}

Deno.test("a jump leaves ramp and operator's changes where they were", async () => {
  for (const byMs of [3_600_000, -3_600_000]) {
    const plan = planWith({ pattern: { base: 1000, rampUpMs: 10_000 } });
    const sim = new SimRun(plan, { workers: 2 });
    await sim.go(1500);
    const scaled = sim.run.apply({ kind: "scale", value: 2 });
    await sim.advance(1000);
    await scaled;
    sim.clock.jumpWall(byMs);
    const { steps, phase } = await sim.advance(5500);
    assert.equal(phase, "manual");
    for (let i = 2; i < 7; i++) {
      const mean = 2000 * (i + 0.5) / 10;
      const { due } = steps[i]!;
      // A slot edge may be up to 100 ms away from the jump.
      assert.ok(
        Math.abs(due - mean) < 6 * Math.sqrt(mean) + 40,
        `${i}: ${due}`,
      );
    }
    sim.run.stop();
    await sim.advance(100);
  }
});

Deno.test("a change asked for during a jump holds from the instant that is answered", async () => {
  for (const byMs of [3_600_000, -3_600_000]) {
    // The run looks at the wall clock a second after its start.
    for (const afterMs of [1010, 1050, 1150, 1350]) {
      const sim = new SimRun(PLAN, { workers: 3 });
      await sim.go(500);
      sim.clock.jumpWall(byMs);
      await sim.advance(afterMs - 500);
      let heldMs = 0;
      void sim.run.apply({ kind: "pause" }).then((ms) => heldMs = ms);
      await sim.advance(4000);
      assert.ok(Math.abs(heldMs - (NOON_MS + byMs)) < 6000, "in the new time");
      const { due, state } = sim.run.snapshot();
      assert.equal(state, "paused");
      assert.equal((await sim.advance(2000)).due, due);
      sim.run.stop();
      await sim.advance(100);
    }
  }
});

Deno.test("a second jump right after the first is followed too", async () => {
  const sim = new SimRun(PLAN, { workers: 2 });
  await sim.go(2500);
  sim.clock.jumpWall(7_200_000);
  await sim.advance(700);
  sim.clock.jumpWall(-3_600_000);
  const { nowMs, warnings, steps } = await sim.advance(9000);
  assert.ok(Math.abs(nowMs - sim.clock.wall()) < 10);
  assert.equal(warnings.length, 2);
  const full = steps.slice(0, -1);
  const isNormal = (due: number) => Math.abs(due - RATE) < 6 * Math.sqrt(RATE);
  assert.ok(full.every((step) => isNormal(step.due)));
  sim.run.stop();
  await sim.advance(100);
});

Deno.test("a small drift is made good little by little, and no slot is lost by it", async () => {
  for (const byMs of [40, -40]) {
    const options = { workers: 2 };
    const sim = new SimRun(planWith({ pattern: { base: 20 } }), options);
    await sim.go(1000);
    sim.clock.jumpWall(byMs);
    await sim.advance(100_000);
    const { nowMs, warnings, startMs } = sim.run.snapshot();
    assert.deepEqual(warnings, []);
    assert.ok(Math.abs(nowMs - sim.clock.wall()) < 6, `${nowMs}`);
    sim.run.drain();
    const end = await sim.advance(3000);
    checkEnd(sim, end);
    const planned = end.steps.reduce((sum, step) => sum + step.planned, 0);
    const start = startMs / 100;
    const spans = [[start, start + Math.round(planned / 2)]] as const;
    const plan = planWith({ pattern: { base: 20 } });
    assert.deepEqual(dueOf(end), arrivalsOf(plan, spans));
  }
});

Deno.test("a run with a start of its own does not look at the wall clock", async () => {
  const options = { startMs: Date.UTC(2027, 0, 1), durationMs: 5000 };
  const sim = new SimRun(PLAN, options);
  await sim.go(2000);
  sim.clock.jumpWall(86_400_000);
  const end = await sim.advance(8000);
  checkEnd(sim, end);
  assert.deepEqual(end.warnings, []);
  const start = options.startMs / 100;
  assert.deepEqual(dueOf(end), arrivalsOf(PLAN, [[start, start + 50]]));
});
