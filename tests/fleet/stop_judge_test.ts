import assert from "node:assert/strict";
import {
  canStop,
  stopFor,
  StopJudge,
  stoppedFor,
} from "../../src/cli/fleet/stop_judge.ts";
import { PlanChain } from "../../src/cli/fleet/plan/plan_chain.ts";
import type { PartTold } from "../../src/cli/fleet/told/types.ts";
import { partSamples } from "../../src/cli/watch/parts_told.ts";
import {
  FLEET_VERSION,
  type FleetRow,
  type StoredEvent,
} from "../../src/fleet/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { NO_PROOF, TALLY, type Totals } from "../../src/stats/mod.ts";
import { parseThreshold, type Threshold } from "../../src/threshold/mod.ts";
import { planWith, SimRun } from "../sim/harness.ts";

const FIRE_SLOT = 17_963_424_000;
const ROW: FleetRow = {
  ...{ version: FLEET_VERSION, id: "r", kar: "0", plan: "", parts: 3 },
  ...{ fireMs: FIRE_SLOT * 100, fireSlot: FIRE_SLOT, durationMs: null },
};
const STOP = { value: 0, durationMs: 0, who: "me", storedMs: 0, seq: 1 };

/** A plan in which a run that has sent so much is over. */
function planFor(limit: number, action = " -> stop"): Plan {
  const threshold = (text: string) =>
    (parseThreshold(text) as { readonly threshold: Threshold }).threshold;
  return planWith({
    judging: {
      thresholds: [
        threshold("errors < 99%"),
        threshold(`sent < ${limit} over 10s${action}`),
      ],
      ...{ tolerate: 0.05, allowUnknown: false },
    },
  } as never);
}

function chainOf(plan: Plan): PlanChain {
  const getPlan = () => Promise.reject(new Error("there is one plan"));
  return new PlanChain({ getPlan }, plan);
}

/** What three parts tell that have sent alike, and who of them is still there. */
async function threeParts() {
  const sim = new SimRun(planWith(), { durationMs: 10_000 });
  await sim.go(60_000);
  const { totals } = sim.run.measured();
  const [sent] = Object.values(totals.targets).map(({ tallies }) =>
    tallies.reduce((sum, tally) => sum + tally[TALLY.sent]!, 0)
  );
  const told = [1, 2, 3].map((part) => toldOf(part, totals));
  const living = new Set([1, 2, 3]);
  const events: StoredEvent[] = [];
  const heard = {
    latest: told,
    toldLately: told,
    events,
    isTelling: (part: number) => living.has(part),
  };
  return { sent: sent!, living, events, heard };
}

function toldOf(part: number, totals: Totals): PartTold {
  const head = { part, totals, isAlone: false, errorMs: 2 };
  return { ...head, moment: { proof: NO_PROOF } } as unknown as PartTold;
}

Deno.test("the lowest living part alone ends the run, for what all parts came to together", async () => {
  const { sent, living, heard } = await threeParts();
  // No part has broken it by itself.
  const plan = planFor(2 * sent);
  assert.ok(canStop(plan));
  let nowMs = ROW.fireMs + 10_000;
  const judgeOf = (part: number) =>
    new StopJudge({
      ...{ plans: chainOf(plan), row: ROW, part, heard },
      nowMs: () => nowMs,
    });
  const judges = [1, 2, 3].map(judgeOf);
  const looks = () => judges.map((judge) => judge.look()?.text ?? null);
  const [, threshold] = plan.judging!.thresholds;
  assert.deepEqual(looks(), [threshold!.text, null, null]);
  nowMs += 1000;
  assert.equal(looks()[0], threshold!.text, "until somebody has ended it");
  living.delete(1);
  assert.deepEqual(
    looks(),
    [null, threshold!.text, null],
    "the next one knows what was sent before",
  );
});

Deno.test("a run that somebody has ended is ended once, and one that keeps its thresholds is not", async () => {
  const { sent, events, heard } = await threeParts();
  const options = {
    row: ROW,
    part: 1,
    heard,
    nowMs: () => ROW.fireMs + 10_000,
  };
  const kept = new StopJudge({
    ...options,
    plans: chainOf(planFor(4 * sent)),
  });
  assert.equal(kept.look(), null);
  const judge = new StopJudge({
    ...options,
    plans: chainOf(planFor(2 * sent)),
  });
  assert.notEqual(judge.look(), null);
  events.push({ ...STOP, kind: "stop", slot: FIRE_SLOT + 120 });
  assert.equal(judge.look(), null);
  const early = { ...options, nowMs: () => ROW.fireMs - 500 };
  events.length = 0;
  assert.equal(
    new StopJudge({ ...early, plans: chainOf(planFor(1)) }).look(),
    null,
    "nothing is judged before it has begun",
  );
});

Deno.test("a stop tells by its number for which threshold it is, or that a person asked", () => {
  const plan = planFor(1);
  const [, threshold] = plan.judging!.thresholds;
  const asked = stopFor(plan, threshold!);
  assert.equal(asked.value, 2);
  const stop = { ...STOP, ...asked, slot: FIRE_SLOT };
  assert.equal(stoppedFor(plan, [stop]), threshold);
  assert.equal(stoppedFor(plan, [{ ...stop, value: 0 }]), null);
  assert.equal(stoppedFor(plan, [{ ...stop, value: NaN }]), null);
  assert.equal(stoppedFor(plan, [{ ...stop, value: 9 }]), null);
  assert.equal(stoppedFor(planWith(), [stop]), null);
  assert.equal(canStop(planFor(1, "")), false);
});

Deno.test("each part has its samples for metrics, and so has one that nobody has heard of", async () => {
  const { sent, living, heard } = await threeParts();
  living.delete(2);
  const samples = partSamples({ ...ROW, parts: 4 }, heard);
  assert.deepEqual(
    samples.map(({ part, isTelling, sent }) => [part, isTelling, sent]),
    [[1, true, sent], [2, false, sent], [3, true, sent], [4, false, 0]],
  );
});
