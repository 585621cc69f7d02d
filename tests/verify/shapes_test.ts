/** Logs of plans whose rate is not constant inside a slot, or whose shares move. */
import assert from "node:assert/strict";
import { arrivalsIn, offsetMsOf, targetOf } from "../../src/arrivals/mod.ts";
import { slotStartMs } from "../../src/base/mod.ts";
import { planWith, targetWith } from "../sim/plans.ts";
import {
  expectedOf,
  instantsOf,
  NOON_MS,
  proved,
  STAMPINGS,
} from "./support.ts";

Deno.test("a log of a plan with bursts is proved by a law that knows them", () => {
  const burst = { slow: 0.6, mid: 0.65, fast: 0.85 };
  const bursty = {
    seconds: 1200,
    plan: planWith({ pattern: { base: 100, burst } }),
  };
  const lines = instantsOf(bursty).map((atMs) => STAMPINGS.msec(atMs));
  const { counts, law } = proved(expectedOf(bursty), lines);
  assert.equal(counts.result, "proved");
  assert.equal(law.result, "proved", JSON.stringify(law));
  const even = planWith({
    pattern: { base: 100, burst: { ...burst, fast: 0.5 } },
  });
  const expected = { ...expectedOf(bursty), plan: even };
  assert.equal(proved(expected, lines).law.result, "refuted");
});

Deno.test("a log of one target is proved where shares drift", () => {
  const run = {
    seconds: 1200,
    plan: planWith({
      pattern: { base: 150, mix: { amplitude: 0.8, timeMs: 60_000 } },
      targets: [targetWith({ name: "a" }), targetWith({ name: "b" })],
    }),
  };
  const targets = new Set([0]);
  const span = { startMs: NOON_MS, durationMs: run.seconds * 1000 };
  const instants: number[] = [];
  for (const { slot, list } of arrivalsIn(run.plan, span)) {
    for (let i = 0; i < list.length; i++) {
      if (targetOf(list.at(i)) !== 0) continue;
      instants.push(slotStartMs(slot) + offsetMsOf(list.at(i)));
    }
  }
  const due = instants.length;
  const { counts, law } = proved(
    expectedOf(run, { targets, due }),
    instants.map((atMs) => STAMPINGS.msec(atMs)),
  );
  assert.equal(counts.result, "proved");
  assert.equal(law.result, "proved", JSON.stringify(law));
});
