/**
 * What tests of the circuit breaker share: runs with one, and ways to wait.
 *
 * @module
 */
import type { Action } from "../../src/run/types.ts";
import type { BreakerChange } from "../../src/health/mod.ts";
import type { SafetyPlan } from "../../src/plan/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
import { checkEnd, type PlanChange, planWith, SimRun } from "./harness.ts";

/** Trips on errors. */
export const ERRORS: SafetyPlan = {
  errorRateAbove: 50,
  p95AboveMs: null,
  sustainedForMs: 5000,
  resumeAfterMs: 20_000,
  webhook: "http://hook.invalid/${KEY}",
};
/** Trips on slowness. */
export const SLOWNESS = { ...ERRORS, errorRateAbove: null, p95AboveMs: 200 };

/** What was posted. */
export interface Posted {
  readonly url: string;
  readonly change: BreakerChange;
}

/** A run with a breaker, whose posts are kept. */
export function runWith(
  safety: SafetyPlan,
  change: PlanChange = {},
  workers = 2,
) {
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
export async function until(sim: SimRun, isThere: (s: Snapshot) => boolean) {
  for (let i = 0; i < 1200; i++) {
    const snapshot = sim.run.snapshot();
    if (isThere(snapshot)) return snapshot;
    await sim.advance(100);
  }
  throw new Error(`not there after 120 s; log:\n${sim.log.join("\n")}`);
}

/** Asks a change of a run, and moves on until it is answered. */
export async function ask(sim: SimRun, action: Action): Promise<void> {
  let isDone = false;
  const asked = sim.run.apply(action).finally(() => isDone = true);
  asked.catch(() => {});
  for (let i = 0; i < 200 && !isDone; i++) await sim.advance(10);
  await asked;
}

/** Ends a run, and checks its accounts. */
export async function end(sim: SimRun): Promise<Snapshot> {
  sim.run.stop();
  const snapshot = await sim.advance(500);
  checkEnd(sim, snapshot);
  return snapshot;
}

/** The run's levels with the plan time from which each holds, from its log. */
export function levelsOf(sim: SimRun): { level: number; fromMs: number }[] {
  return sim.log.flatMap((line) => {
    const found = /^Circuit breaker: ([\d.]+) % from (\S+)$/.exec(line);
    return found === null
      ? []
      : [{ level: Number(found[1]) / 100, fromMs: Date.parse(found[2]!) }];
  });
}
