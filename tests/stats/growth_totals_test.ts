import assert from "node:assert/strict";
import { RUN_JOURNEYS_MAX, RUN_TARGETS_MAX } from "../../src/plan/mod.ts";
import {
  growthOf,
  GrowthReader,
  Layout,
  regionOf,
  withScenarios,
} from "../../src/stats/mod.ts";
import { MadeUp, NOON, SCENARIOS } from "../record/support.ts";

/** What names stand for, in another order than totals have them. */
const NAMES = {
  targets: ["gone", "shop/pay", "api"],
  journeys: ["shop"],
  scenarios: [...SCENARIOS].reverse(),
};

Deno.test("growthOf() of totals is what a reader of their memory sees, by the plan's numbers", () => {
  const layout = new Layout(
    RUN_TARGETS_MAX,
    RUN_JOURNEYS_MAX,
    NAMES.scenarios.length,
  );
  const made = new MadeUp(15);
  for (let t = NOON; t < NOON + 130; t += 10) {
    const { totals } = made.second(t);
    const region = regionOf(totals, layout, NAMES);
    const read = new GrowthReader(region, layout).read();
    assert.deepEqual(growthOf(totals, NAMES), read);
    const other = withScenarios(totals, NAMES.scenarios);
    assert.deepEqual(growthOf(other, NAMES), read);
    const scenarios = new Set(read.parts.map(({ scenario }) => scenario));
    assert.equal(scenarios.size, 1);
  }
});
