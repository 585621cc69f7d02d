/** What an operator asks for holds from the instant that is answered, for every worker. */
import assert from "node:assert/strict";
import type { Action } from "../../src/run/types.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { spikesWith } from "../pattern/support.ts";
import { testRandom } from "../laws/statistics.ts";
import { ask, checkEnd, dueOf, planWith, SimRun } from "./harness.ts";

const CHANGES = 25;
const LIVELY = {
  pattern: {
    base: 300,
    rampUpMs: 2000,
    spikes: spikesWith({ lambda: 0.2 }),
    noise: { kind: "perlin", amplitude: 0.2 },
  },
} as const;

function randomAction(random: () => number): Action {
  const kinds: Action[] = [
    { kind: random() < 0.2 ? "pause" : "resume" },
    { kind: "resume" },
    { kind: "base", value: random() < 0.3 ? null : random() * 600 },
    { kind: "max", value: random() < 0.3 ? null : random() * 600 },
    { kind: "scale", value: random() * 2 },
    { kind: "spike", factor: 1 + random() * 3, durationMs: random() * 3000 },
  ];
  return kinds[Math.floor(random() * kinds.length)]!;
}

/** A run with random changes at random moments; gives them with their answers. */
async function runWithChanges(plan: Plan, seed: number, workers: number) {
  const random = testRandom(seed * 7919);
  const sim = new SimRun(plan, { workers });
  const answers: string[] = [];
  await sim.start();
  for (let i = 0; i < CHANGES; i++) {
    await sim.advance(Math.floor(random() * 400));
    const action = randomAction(random);
    void sim.run.apply(action).then(
      (ms) => answers.push(`${action.kind} ${ms}`),
      (error) => answers.push(`${action.kind} ${error.message}`),
    );
  }
  await sim.advance(1000);
  sim.run.drain();
  const end = await sim.advance(5000);
  checkEnd(sim, end);
  assert.equal(answers.length, CHANGES);
  return { end, answers };
}

for (const arrivals of ["poisson", "uniform"] as const) {
  Deno.test(`random changes give eight workers (${arrivals}) the same arrivals as one`, async () => {
    const plan = planWith({ ...LIVELY, arrivals });
    for (const seed of [3, 8]) {
      const one = await runWithChanges(plan, seed, 1);
      const eight = await runWithChanges(plan, seed, 8);
      assert.deepEqual(eight.answers.sort(), one.answers.sort());
      assert.deepEqual(dueOf(eight.end), dueOf(one.end), `seed ${seed}`);
      assert.ok(one.end.due > 500);
    }
  });
}

Deno.test("pause() is silence from the answered instant on, resume() the end of it", async () => {
  for (let i = 0; i < 6; i++) {
    const sim = new SimRun(planWith({ pattern: { base: 1000 } }), {
      workers: 3,
    });
    const intended: number[] = [];
    sim.server.watch = (call) => intended.push(call.intendedMs);
    await sim.go(1000 + i * 33);
    const { nowMs } = sim.run.snapshot();
    const offsetMs = sim.clock.wall() - sim.clock.now();
    const from = await ask(sim, { kind: "pause" });
    assert.ok(from > nowMs && from < nowMs + 400);
    assert.equal(from % 100, 0);
    await sim.advance(1500);
    const to = await ask(sim, { kind: "resume" });
    await sim.advance(500);
    const at = intended.map((ms) => ms + offsetMs);
    const inside = at.filter((ms) => ms >= from && ms < to);
    assert.deepEqual(inside, []);
    assert.ok(at.some((ms) => ms >= from - 20 && ms < from), "up to the edge");
    assert.ok(at.some((ms) => ms >= to && ms < to + 20), "from the edge on");
    sim.run.stop();
    await sim.advance(100);
  }
});

Deno.test("a change may be asked for as soon as the one before it was answered", async () => {
  const sim = new SimRun(planWith(), { workers: 2, armed: true });
  await sim.go(500);
  for (const kind of ["fire", "pause", "resume", "pause"] as const) {
    await ask(sim, { kind });
  }
  await assert.rejects(ask(sim, { kind: "pause" }), {
    name: "KarError",
    message: /the run is paused; it must be firing or tripped/,
  });
  sim.run.stop();
  await sim.advance(100);
});

Deno.test("a change is answered once every worker has it, or with a warning after a second", async () => {
  for (const heldMs of [500, 3000]) {
    const sim = new SimRun(planWith(), { workers: 3 });
    await sim.go(500);
    sim.workers[1]!.clock.hold();
    let isAnswered = false;
    const action = { kind: "scale", value: 2 } as const;
    void sim.run.apply(action).then(() => isAnswered = true);
    await sim.advance(Math.min(heldMs, 900));
    assert.equal(isAnswered, false);
    await sim.advance(heldMs - Math.min(heldMs, 900));
    sim.workers[1]!.clock.release();
    const { warnings } = await sim.advance(150);
    assert.equal(isAnswered, true);
    assert.equal(warnings.length, heldMs > 1000 ? 1 : 0);
    sim.run.stop();
    await sim.advance(100);
  }
});

Deno.test("a change that the state does not allow is refused, and changes nothing", async () => {
  const sim = new SimRun(planWith(), { workers: 2 });
  await sim.go(500);
  const refused = { name: "KarError" };
  await assert.rejects(ask(sim, { kind: "fire" }), refused);
  await assert.rejects(ask(sim, { kind: "resume" }), refused);
  sim.run.drain();
  await assert.rejects(ask(sim, { kind: "scale", value: 2 }), /draining/);
  const end = await sim.advance(3000);
  await assert.rejects(ask(sim, { kind: "base", value: 2 }), /stopped/);
  checkEnd(sim, end);
  assert.deepEqual(end.phases.map(({ phase }) => phase), ["baseline"]);
});

Deno.test("an armed run sends nothing until it is fired, and then ramps", async () => {
  const plan = planWith({ pattern: { base: 1000, rampUpMs: 4000 } });
  const sim = new SimRun(plan, { armed: true, workers: 2 });
  const armed = await sim.go(20_000);
  assert.equal(armed.state, "armed");
  assert.deepEqual([armed.due, sim.server.sent, armed.plannedRate], [0, 0, 0]);
  const firedMs = await ask(sim, { kind: "fire" });
  await sim.advance(firedMs + 6000 - sim.clock.wall());
  const { due, state } = sim.run.snapshot();
  assert.equal(state, "firing");
  const mean = 4000 / 2 + 2 * 1000;
  assert.ok(Math.abs(due - mean) < 6 * Math.sqrt(mean) + 100, `${due}`);
  sim.run.stop();
  await sim.advance(100);
});

Deno.test("base, max, scale and spike change the rate as they say, and null takes them back", async () => {
  const sim = new SimRun(planWith({ pattern: { base: 1000 } }), { workers: 2 });
  await sim.go(1000);
  const rateAfter = async (action: Action) => {
    await ask(sim, action);
    await sim.advance(300);
    return sim.run.snapshot().plannedRate;
  };
  assert.equal(await rateAfter({ kind: "base", value: 500 }), 500);
  assert.equal(await rateAfter({ kind: "scale", value: 3 }), 1500);
  assert.equal(await rateAfter({ kind: "max", value: 800 }), 800);
  assert.equal(await rateAfter({ kind: "base", value: null }), 800);
  assert.equal(await rateAfter({ kind: "max", value: null }), 3000);
  assert.equal(await rateAfter({ kind: "scale", value: 0 }), 0);
  assert.equal(await rateAfter({ kind: "scale", value: 1 }), 1000);
  const spiked = await rateAfter({ kind: "spike", factor: 4, durationMs: 600 });
  assert.ok(spiked > 1500 && spiked <= 4000, `${spiked}`);
  assert.equal(sim.run.snapshot().phase, "manual");
  sim.run.stop();
  await sim.advance(100);
});

Deno.test("every change is promised for the second slot edge after it is asked for", async () => {
  const actions: readonly Action[] = [
    { kind: "fire" },
    { kind: "spike", factor: 2, durationMs: 1000 },
    { kind: "base", value: 50 },
    { kind: "max", value: 500 },
    { kind: "scale", value: 2 },
    { kind: "pause" },
    { kind: "resume" },
  ];
  const sim = new SimRun(planWith(), { workers: 3, armed: true });
  await sim.go(777);
  for (const action of actions) {
    const askedMs = sim.clock.wall();
    const edgeMs = (Math.floor(askedMs / 100) + 2) * 100;
    assert.equal(await ask(sim, action), edgeMs, action.kind);
    assert.ok(
      sim.clock.wall() - askedMs <= 200,
      "and answered before it holds",
    );
    await sim.advance(333);
  }
  sim.run.stop();
  await sim.advance(100);
});

Deno.test("spike() shows in what is sent in the very slot that was promised", async () => {
  const plan = planWith({ arrivals: "uniform", pattern: { base: 200 } });
  const sim = new SimRun(plan, { workers: 3 });
  const sent = new Map<number, number>();
  sim.server.watch = ({ intendedMs }) => {
    const wallMs = intendedMs + sim.clock.wall() - sim.clock.now();
    const slot = Math.floor(wallMs / 100);
    sent.set(slot, (sent.get(slot) ?? 0) + 1);
  };
  await sim.go(1234);
  const action = { kind: "spike", factor: 4, durationMs: 3000 } as const;
  const first = await ask(sim, action) / 100;
  await sim.advance(4000);
  const inSlot = (slot: number) => sent.get(first + slot) ?? 0;
  for (const before of [-5, -2, -1]) {
    assert.ok(Math.abs(inSlot(before) - 20) <= 1, `${inSlot(before)} before`);
  }
  // A third of it up in a straight line: 1.15, 1.45, 1.75, … at the slots' middles.
  for (let slot = 0; slot < 10; slot++) {
    const expected = 20 * (1 + 3 * (slot + 0.5) / 10);
    assert.ok(
      Math.abs(inSlot(slot) - expected) <= 1,
      `${inSlot(slot)} in slot ${slot}, ${expected} planned`,
    );
  }
  assert.ok(Math.abs(inSlot(30) - 20) <= 1, "and is over when it should be");
  sim.run.stop();
  await sim.advance(100);
});
