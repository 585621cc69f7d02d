import assert from "node:assert/strict";
import { mergePlans, type Plan } from "../../src/plan/mod.ts";
import type { SteeredStart } from "../../src/run/types.ts";
import { FakeClock } from "./fake_clock.ts";
import { checkEnd, NOON_MS, planWith, SimRun } from "./harness.ts";

/* Another plan in the place of the first, at a slot that others have dated. */

const NOON = NOON_MS / 100;
const FIRE = NOON + 10;
/** The slot from which the second plan holds. */
const HOLDS = FIRE + 60;

const KINDS = ["poisson", "uniform"] as const;

function plans(arrivals: Plan["arrivals"]): readonly [Plan, Plan] {
  const first = planWith({ arrivals, pattern: { base: 100 } } as never);
  const second = planWith({ arrivals, pattern: { base: 300 } } as never);
  return [first, mergePlans(first, second)];
}

function steeredRun(plan: Plan, change: Partial<SteeredStart> = {}): SimRun {
  const clock = new FakeClock(NOON_MS);
  const steered = {
    ...{ clock, events: [], notBeforeMs: 0, heldSlot: Infinity, ...change },
  };
  return new SimRun(plan, {
    ...{ workers: 2, atMs: FIRE * 100, durationMs: 20_000, steered },
  });
}

for (const arrivals of KINDS) {
  Deno.test(`a plan that was made ready holds from its slot, and who joins behind it sends the same (${arrivals})`, async () => {
    const [first, second] = plans(arrivals);
    const sim = steeredRun(first);
    await sim.go(3000);
    const { steering } = sim.run;
    const { number, behind } = await steering.preparePlan(second, {});
    assert.equal(behind, steering.plan, "nothing of it holds yet");
    steering.holdFrom(HOLDS);
    const event = { kind: "plan", value: number, durationMs: 0 } as const;
    assert.equal(steering.applyAt({ ...event, slot: HOLDS }), HOLDS);
    assert.equal(steering.plan.pattern.base, 300);
    steering.holdFrom(Infinity);
    const end = await sim.advance(60_000);
    checkEnd(sim, end);
    assert.equal(end.proof.counts.result, "proved");
    assert.ok(end.due > 4000 && end.due < 5600, `${end.due}`);

    // One that begins later, with the second plan and all that was asked before.
    const from = HOLDS + 40;
    const late = steeredRun(second, {
      events: [{ ...event, value: 1, slot: HOLDS }],
      former: [first.pattern],
      notBeforeMs: from * 100,
    });
    const joined = await late.go(60_000);
    checkEnd(late, joined);
    assert.equal(joined.proof.counts.result, "proved");
    const before = steeredRun(first);
    await before.go(3000);
    const same = await before.run.steering.preparePlan(second, {});
    before.run.steering.holdFrom(HOLDS);
    before.run.steering.applyAt({ ...event, value: same.number, slot: HOLDS });
    before.run.steering.endBefore(from);
    before.run.steering.holdFrom(Infinity);
    const began = await before.advance(60_000);
    assert.equal(began.due + joined.due, end.due);
  });
}

Deno.test("a plan that was made ready behind another one says so", async () => {
  const [first, second] = plans("poisson");
  const sim = steeredRun(first);
  await sim.go(3000);
  const { steering } = sim.run;
  const one = await steering.preparePlan(second, {});
  const other = await steering.preparePlan(first, {});
  assert.ok(other.number > one.number);
  steering.holdFrom(HOLDS);
  steering.applyAt({
    slot: HOLDS,
    kind: "plan",
    value: one.number,
    durationMs: 0,
  });
  steering.holdFrom(Infinity);
  assert.notEqual(other.behind, steering.plan);
  checkEnd(sim, await sim.advance(60_000));
});
