import assert from "node:assert/strict";
import {
  FLEET_VERSION,
  type FleetRow,
  mergeParts,
  type StoredEvent,
} from "../../src/fleet/mod.ts";
import { dueIn } from "../../src/merge/mod.ts";
import { mergePlans } from "../../src/plan/mod.ts";
import { Oracle } from "./history/oracle.ts";
import { planOnBus } from "./history/plans.ts";

/* Any number of parts sends between them what one alone would, also behind reloads. */

const FIRE = 9_000;
const SLOTS = 60;

/** A run of so many parts that was reloaded twice, paused and scaled. */
function runOf(parts: number, arrivals: "poisson" | "uniform") {
  const plans = [
    planOnBus({ base: 900, target: "first", arrivals }),
    planOnBus({ base: 1800, target: "second", arrivals }),
    planOnBus({ base: 400, target: "first", arrivals }),
  ];
  const row: FleetRow = {
    ...{ version: FLEET_VERSION, id: "r", kar: "0", plan: plans[0]!.sha },
    ...{ parts, fireMs: 1_000_000, fireSlot: FIRE, durationMs: SLOTS * 100 },
  };
  const some = { durationMs: 0, value: 0, who: "me", storedMs: 998_000 };
  const events: StoredEvent[] = [
    { ...some, seq: 1, slot: FIRE + 10, kind: "plan", plan: plans[1]!.sha },
    { ...some, seq: 2, slot: FIRE + 20, kind: "pause" },
    { ...some, seq: 3, slot: FIRE + 25, kind: "resume" },
    { ...some, seq: 4, slot: FIRE + 30, kind: "plan", plan: plans[2]!.sha },
    { ...some, seq: 5, slot: FIRE + 30, kind: "scale", value: 2 },
  ];
  const planBy = (sha: string) => plans.find((one) => one.sha === sha)!.plan;
  const oracle = new Oracle(row, events, planBy);
  const [plan, second, third] = plans.map((one) => one.plan);
  const next = mergePlans(plan!, second!);
  const later = [next, mergePlans(next, third!)];
  return { run: { plan: plan!, later, row, events }, oracle };
}

/** What all parts send in a slot: how much, and which, as a sum. */
function allIn(oracle: Oracle, parts: number, slot: number) {
  let due = 0;
  let [lo, hi] = [0, 0];
  for (let part = 1; part <= parts; part++) {
    const one = oracle.wanted({ part, late: [], knownSeq: Infinity }, slot);
    due += one.due;
    hi = (hi + parseInt(one.digest.slice(0, 8), 16)) >>> 0;
    lo = (lo + parseInt(one.digest.slice(8), 16)) >>> 0;
  }
  return { due, hi, lo };
}

for (const arrivals of ["poisson", "uniform"] as const) {
  for (const parts of [2, 3, 7, 256]) {
    Deno.test(`${parts} parts send what one alone would, slot by slot, through two reloads (${arrivals})`, () => {
      const one = runOf(1, arrivals);
      const all = runOf(parts, arrivals);
      let sum = 0;
      for (let slot = FIRE; slot < FIRE + SLOTS; slot++) {
        const wanted = allIn(one.oracle, 1, slot);
        assert.deepEqual(allIn(all.oracle, parts, slot), wanted, `${slot}`);
        sum += wanted.due;
      }
      const { holes } = mergeParts(all.run, [], { upTo: Infinity });
      assert.equal(dueIn(holes), sum, "what nobody tells of is all of it");
    });
  }
}
