/** Journeys amid stalls, deaths of workers, pauses: all sums hold, and the digest is one. */
import assert from "node:assert/strict";
import { testRandom } from "../laws/statistics.ts";
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
const BUY = journeyWith({
  items: [
    stepWith({ name: "login" }),
    { kind: "think", think: { law: "constant", meanMs: 500 } },
    stepWith({
      name: "browse",
      repeat: { kind: "times", from: 1, to: 3 },
      think: { law: "exponential", meanMs: 300 },
    }),
    stepWith({ name: "pay", probability: 0.3 }),
  ],
});
const PLAN = journeysPlan([BUY], {
  pattern: { base: 100 },
  targets: [targetWith({ weight: 1 })],
});

Deno.test("with stalls, deaths of workers and lost connections all sums hold, and the digest is one", async () => {
  for (let seed = 1; seed <= 4; seed++) {
    const random = testRandom(seed * 6271);
    const span = { ...SPAN, durationMs: 10_000 };
    const sim = new SimRun(PLAN, { ...span, workers: 1 + seed % 4 });
    sim.server.latencyMs = () =>
      random() < 0.01 ? Infinity : 5 + random() * 300;
    await sim.start();
    for (let n = 0; n < 8; n++) {
      await sim.advance(random() * 2000);
      const worker = sim.alive[Math.floor(random() * sim.alive.length)];
      if (worker === undefined) continue;
      if (random() < 0.4) worker.kill("test");
      else {
        worker.clock.hold();
        await sim.advance(random() * 1500);
        worker.clock.release();
      }
    }
    const end = await sim.advance(70_000);
    checkEnd(sim, end);
    assert.deepEqual(dueOf(end), planned(PLAN, span.startMs, span.durationMs));
  }
});

Deno.test("pauses and resumes amid stalls and deaths: all sums hold, and the digest is one for any number of workers", async () => {
  const runs = await Promise.all([1, 2, 5].map(async (workers) => {
    const random = testRandom(workers * 7919);
    const sim = new SimRun(PLAN, { startMs: NOON_MS, workers });
    sim.server.latencyMs = () => 5 + random() * 300;
    await sim.start();
    for (let n = 0; n < 6; n++) {
      // The instants of the actions are the same, whatever happens between.
      await ask(sim, { kind: n % 2 === 0 ? "pause" : "resume" });
      const stalled = sim.alive[Math.floor(random() * sim.alive.length)]!;
      stalled.clock.hold();
      await sim.advance(700);
      stalled.clock.release();
      if (n === 3 && sim.alive.length > 1) sim.alive[0]!.kill("test");
      const last = Math.ceil(sim.clock.now() / 1000 + 1) * 1000;
      await sim.advance(last - sim.clock.now());
    }
    sim.run.stop();
    const end = await sim.advance(60_000);
    checkEnd(sim, end);
    return dueOf(end);
  }));
  assert.ok(runs[0]!.due > 200);
  assert.deepEqual(runs[1], runs[0]);
  assert.deepEqual(runs[2], runs[0]);
});
