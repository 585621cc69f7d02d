import assert from "node:assert/strict";
import {
  afterPush,
  afterRecovery,
  afterStep,
  type Discovery,
  discoveryOf,
  isUnclear,
  judgeStep,
  startSearch,
  type StepTaken,
} from "../../src/discover/mod.ts";
import type { QueueServer } from "./queue.ts";

export const STEP_MS = 10_000;
/** As the shell has it: a step may grow. */
const GROWTH = 3;
const GROWTH_FOR_SAMPLES = 12;
const PROBE_MS = 1500;
/** So much of a step breaks its p95. */
const SPOILT_SHARE = 0.05;
/** What becomes of a step while the machine stands still again and again. */
const SPOILT = {
  lagP99Ms: 400,
  p95Ms: 700,
  checks: [{ text: "response.p95 < 500ms", result: "broken" as const }],
};
/** From and to, in milliseconds of a search. */
type Hiccup = readonly [number, number];
const NEVER: readonly Hiccup[] = [];

/** A whole search against a queue, in simulated time. */
export function discovered(
  server: QueueServer,
  { min = 10, max = 10_000, karRate = Infinity, standsStill = NEVER } = {},
): Discovery {
  const steps: StepTaken[] = [];
  let search = startSearch({ min, max });
  let nowMs = 0;
  const goOn = (ms: number) => {
    const lostMs = standsStill.reduce(
      (sum, [from, to]) =>
        sum + Math.max(0, Math.min(to, nowMs + ms) - Math.max(from, nowMs)),
      0,
    );
    nowMs += ms;
    return lostMs > ms * SPOILT_SHARE;
  };
  for (let moves = 0; search.move.kind !== "done"; moves++) {
    assert.ok(moves < 100, "the search ends");
    const { move } = search;
    if (move.kind === "recover") {
      server.rest();
      goOn(PROBE_MS);
      search = afterRecovery(search, true);
    } else if (move.kind === "push") {
      server.step(move.rate, STEP_MS, { karRate });
      goOn(STEP_MS);
      search = afterPush(search);
    } else if (move.kind === "step") {
      const stepMs = STEP_MS * move.lengths;
      const most = move.rate * stepMs / 1000 < 250 ? GROWTH_FOR_SAMPLES : 1;
      let measure = server.step(move.rate, stepMs * most, { karRate });
      // The real one goes on; this one begins anew, which knows less.
      if (isUnclear(measure)) {
        measure = server.step(move.rate, stepMs * GROWTH, { karRate });
      }
      if (goOn(measure.durationMs)) measure = { ...measure, ...SPOILT };
      const verdict = judgeStep(measure);
      steps.push({ pass: move.pass, measure, verdict });
      search = afterStep(search, verdict);
    }
  }
  return discoveryOf(search, steps);
}
