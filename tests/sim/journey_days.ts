/**
 * Journeys in simulated time amid all that may go wrong: stalled and dying
 * workers, servers that are silent or take no connection, pauses and resumes.
 *
 * @module
 */
import { testRandom } from "../laws/statistics.ts";
import {
  ask,
  checkEnd,
  dueOf,
  journeysPlan,
  journeyWith,
  NOON_MS,
  SimRun,
  stepWith,
  targetWith,
} from "./harness.ts";

/** How long it lasts, and how much happens in it. */
export interface DaysOptions {
  readonly seed: number;
  readonly workers: number;
  readonly durationMs: number;
  readonly ratePerSec: number;
  /** Mean time from one trouble to the next. */
  readonly troubleMs: number;
  /** Simulated time between two looks at the accounts. */
  readonly lookMs: number;
}

const BUY = journeyWith({
  items: [
    stepWith({ name: "login", onFailure: "continue" }),
    { kind: "think", think: { law: "constant", meanMs: 500 } },
    stepWith({
      name: "browse",
      repeat: { kind: "times", from: 1, to: 3 },
      think: { law: "exponential", meanMs: 300 },
    }),
    stepWith({ name: "pay", probability: 0.3 }),
  ],
});
const LOOK = journeyWith({
  name: "look",
  timeoutMs: 2000,
  items: [stepWith({ name: "list" }), stepWith({ name: "item" })],
});
const SLOWEST_MS = 300;
const SECOND_MS = 1000;

/**
 * Runs it, and checks all sums at each look and at the end. When somebody
 * pauses and resumes depends on the seed alone; all else on the number of
 * workers, too.
 *
 * @returns what was due, which then is the same for any number of workers
 */
export async function troubledJourneys(options: DaysOptions) {
  const { seed, workers, durationMs, troubleMs, lookMs } = options;
  const plan = journeysPlan([BUY, LOOK], {
    pattern: { base: options.ratePerSec },
    targets: [targetWith({ weight: 1 })],
  });
  const span = { startMs: NOON_MS, durationMs };
  const sim = new SimRun(plan, { ...span, workers, lookMs });
  const random = testRandom(seed * 7919 + workers);
  sim.server.latencyMs = () =>
    random() < 0.01 ? Infinity : random() * SLOWEST_MS;
  const hands = testRandom(seed * 104_729);
  await sim.start();
  const firstMs = sim.clock.now();
  let atMs = firstMs;
  let [troubles, pauses] = [0, 0];
  let isPaused = false;
  for (;;) {
    atMs += Math.ceil(hands() * 2 * troubleMs / SECOND_MS + 1) * SECOND_MS;
    if (atMs > firstMs + durationMs - 10 * SECOND_MS) break;
    const roomMs = atMs - sim.clock.now() - 2 * SECOND_MS;
    if (roomMs > 0) troubles += await trouble(sim, random, roomMs);
    await sim.advance(atMs - sim.clock.now());
    // Paused for a short part of the time only.
    if (isPaused || hands() < 0.3) {
      await ask(sim, { kind: isPaused ? "resume" : "pause" });
      if (!isPaused) pauses++;
      isPaused = !isPaused;
    }
  }
  const leftMs = firstMs + durationMs - sim.clock.now();
  const end = await sim.advance(leftMs + 120 * SECOND_MS);
  checkEnd(sim, end);
  return { ...dueOf(end), troubles, pauses, end };
}

/** Something goes wrong within some time, and is over by its end. */
async function trouble(
  sim: SimRun,
  random: () => number,
  roomMs: number,
): Promise<number> {
  await sim.advance(random() * roomMs / 2);
  const forMs = Math.min(random() * 4 * SECOND_MS, roomMs / 2);
  const worker = sim.alive[Math.floor(random() * sim.alive.length)];
  if (worker === undefined) return 0;
  const { server } = sim;
  const { latencyMs, accepts } = server;
  const kind = random();
  if (kind < 0.25) worker.kill("test");
  else if (kind < 0.6) worker.clock.hold();
  else if (kind < 0.8) server.latencyMs = () => Infinity;
  else server.accepts = () => random() < 0.3;
  await sim.advance(forMs);
  worker.clock.release();
  server.latencyMs = latencyMs;
  server.accepts = accepts;
  return 1;
}
