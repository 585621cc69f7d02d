import assert from "node:assert/strict";
import { ForeseenJourney, unforeseenSteps } from "../../src/journey/mod.ts";
import { stepSeriesName } from "../../src/plan/mod.ts";
import {
  journeysPlan,
  journeyWith,
  NOON_MS,
  SimRun,
  stepWith,
} from "../sim/harness.ts";

const POLL = stepWith({
  name: "poll",
  repeat: {
    kind: "until",
    most: 3,
    condition: { status: [["poll", [[404, 404]]]], captured: [] },
  },
});
const WHEN = stepWith({
  name: "after",
  when: { status: [["poll", [[404, 404]]]], captured: [] },
});
const BUY = journeyWith({
  items: [
    stepWith({ name: "login" }),
    { kind: "think", think: { law: "exponential", meanMs: 100 } },
    stepWith({
      name: "browse",
      probability: 0.7,
      repeat: { kind: "times", from: 1, to: 4 },
      think: { law: "constant", meanMs: 10 },
    }),
    POLL,
    WHEN,
    stepWith({ name: "pay", probability: 0.4 }),
  ],
});

Deno.test("ForeseenJourney tells what a run sends, but for what depends on answers", async () => {
  const plan = journeysPlan([BUY], { pattern: { base: 100 } });
  const sim = new SimRun(plan, { startMs: NOON_MS, durationMs: 5000 });
  const sent: string[] = [];
  const expected: string[] = [];
  const foreseen = new ForeseenJourney(BUY, plan.pattern.seed);
  const numbers = new Map(plan.targets.map(({ name }, i) => [name, i]));
  sim.server.watch = (exchange) => {
    const { slot, lane, index, offsetMs, target, iteration } = exchange;
    const key = `${slot} ${lane} ${index}`;
    const isOfPoll = target === numbers.get("buy/poll");
    if (!isOfPoll || iteration === 0) {
      sent.push(`${key} ${target} ${iteration}`);
    }
    if (target !== numbers.get("buy/login")) return;
    const arrival = { slot, lane, index, offsetMs, rank: NaN, vars: null };
    foreseen.each({ ...arrival, iteration: 0 }, ({ name }, i) => {
      const series = numbers.get(stepSeriesName({ journey: "buy", name }));
      expected.push(`${key} ${series} ${i}`);
    });
  };
  await sim.go(20_000);
  assert.ok(sent.length > 1000);
  assert.deepEqual(sent.toSorted(), expected.toSorted());
  assert.deepEqual(
    unforeseenSteps(BUY).map(({ name }) => name),
    ["poll", "after"],
  );
});
