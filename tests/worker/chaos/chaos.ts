import assert from "node:assert/strict";
import { unit } from "../../../src/base/mod.ts";
import { startRun } from "../../../src/run/mod.ts";
import { startEchoInWorker } from "../../../src/echo/mod.ts";
import type { Snapshot } from "../../../src/stats/mod.ts";
import { openThreads } from "../../../src/worker/mod.ts";
import { dueOf, planned } from "../../sim/harness.ts";
import { planWith, targetWith } from "../../sim/plans.ts";
import { Keepers } from "./keepers.ts";

/** What is sent while the keeper has a hard time. */
export interface ChaosOptions {
  readonly seed: number;
  readonly ratePerSec: number;
  readonly durationMs: number;
  readonly workers: number;
}

/** What came of it, beside what must hold. */
export interface ChaosResult {
  readonly end: Snapshot;
  /** Keepers that were started. */
  readonly keepers: number;
  /** What was done to them. */
  readonly story: readonly string[];
}

const START_MS = Date.UTC(2026, 5, 1, 12);
/** Longest time between two deeds. */
const CALM_MS_MAX = 3000;
/** From some milliseconds to longer than a keeper may be silent. */
const FROZEN_MS_MAX = 5000;

/**
 * Sends over real sockets while the keeper is killed, frozen and replaced as a
 * seed says, and holds the run to what must be so whatever happens: nothing
 * lost, nothing twice, everything counted, and the traffic that the plan says.
 */
export async function keeperChaos(
  options: ChaosOptions,
): Promise<ChaosResult> {
  try {
    return await chaos(options);
  } catch (error) {
    // Whoever has to repeat it needs the seed, and a quiet run prints nothing else.
    throw new Error(`KAR_KEEPER_SEED=${options.seed}`, { cause: error });
  }
}

async function chaos(
  { seed, ratePerSec, durationMs, workers }: ChaosOptions,
): Promise<ChaosResult> {
  const keepers = new Keepers();
  const echo = await startEchoInWorker({ port: 0 });
  const url = `http://127.0.0.1:${echo.ports.http}/health`;
  const plan = planWith({
    targets: [targetWith({ client: "wire", url })],
    pattern: { base: ratePerSec },
    pacing: "exact",
    workers,
    // A machine may be busy for long; nothing but the keeper shall be at fault.
    limits: { maxLatenessMs: 60_000 },
  });
  const run = await startRun(
    { plan, variables: {}, durationMs, startMs: START_MS },
    (options) => openThreads({ ...options, startKeeper: keepers.start }),
  );
  let isOver = false;
  const finished = run.finished.finally(() => isOver = true);
  const story = await torment(keepers, seed, () => isOver);
  const end = await finished;
  const { total: seen } = await echo.stats();
  await echo.shutdown();
  assert.deepEqual(dueOf(end), planned(plan, START_MS, durationMs));
  const { due, sent, missed, completed, ok, inFlight, waiting } = end;
  // A server that a busy machine holds up may cost connections, and nothing else.
  const { no_connection = 0, in_flight_limit = 0, ...kars } = missed;
  assert.deepEqual(kars, {}, "nothing is lost by kar");
  assert.equal(sent, due - no_connection - in_flight_limit);
  assert.deepEqual(
    { completed, ok, seen },
    { completed: sent, ok: sent, seen: sent },
    "nothing is sent twice",
  );
  assert.deepEqual({ inFlight, waiting }, { inFlight: 0, waiting: 0 });
  return { end, keepers: keepers.started, story };
}

/** Does to the keepers what the seed says, until it is over. */
async function torment(
  keepers: Keepers,
  seed: number,
  isOver: () => boolean,
): Promise<string[]> {
  const story: string[] = [];
  let draws = 0;
  const draw = () => unit(seed, 1, draws++);
  const pass = async (ms: number) => {
    const endMs = performance.now() + ms;
    while (performance.now() < endMs && !isOver()) await sleep(20);
  };
  await pass(CALM_MS_MAX * draw());
  while (!isOver()) {
    if (draw() < 0.4) {
      story.push("kill");
      keepers.kill();
    } else {
      const frozenMs = FROZEN_MS_MAX * draw() ** 2;
      story.push(`freeze for ${frozenMs.toFixed(0)} ms`);
      keepers.freeze();
      await pass(frozenMs);
      keepers.thaw();
    }
    await pass(CALM_MS_MAX * draw());
  }
  return story;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
