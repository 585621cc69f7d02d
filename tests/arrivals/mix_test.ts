import assert from "node:assert/strict";
import { targetOf } from "../../src/arrivals/mod.ts";
import { mixOf, targetShareOf } from "../../src/arrivals/mix.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { arrivalsOf, planOf } from "./support.ts";

const FIRST = 17_600_000_000;
const EVEN = { rateAt: () => 100 };
const MIX = { amplitude: 0.4, timeMs: 600_000 };

function mixedPlan(
  targets: readonly (readonly [name: string, weight: number])[],
  change: Partial<Plan["pattern"]> = { mix: MIX },
): Plan {
  const plan = planOf("poisson");
  return {
    ...plan,
    pattern: { ...plan.pattern, ...change },
    targets: targets.map(([name, weight]) => ({ name, weight })),
  } as unknown as Plan;
}

const THREE = mixedPlan([["a", 5], ["off", 0], ["b", 3], ["c", 2]]);

/** Shares of all targets in a slot. */
function sharesAt(plan: Plan, slot: number): number[] {
  return plan.targets.map((_, i) =>
    targetShareOf(plan, new Set([i]), EVEN)(slot)
  );
}

Deno.test("shares drift by target, add up to 1, and have their weights in the middle", () => {
  const count = 4000;
  const logs = [0, 0];
  let apart = 0;
  for (let i = 0; i < count; i++) {
    const shares = sharesAt(THREE, FIRST + i * 9000);
    assert.ok(Math.abs(shares.reduce((sum, s) => sum + s) - 1) < 1e-12);
    assert.equal(shares[1], 0);
    logs[0]! += Math.log(shares[0]! / shares[2]!) / count;
    logs[1]! += Math.log(shares[2]! / shares[3]!) / count;
    apart += Math.abs(shares[0]! - 0.5) > 0.05 ? 1 : 0;
  }
  assert.ok(Math.abs(logs[0]! - Math.log(5 / 3)) < 0.05, `${logs[0]}`);
  assert.ok(Math.abs(logs[1]! - Math.log(3 / 2)) < 0.05, `${logs[1]}`);
  assert.ok(apart > count / 4);
});

Deno.test("an arrival's target follows the shares of its slot, in any order of slots", () => {
  const choose = mixOf(THREE, EVEN);
  for (const slot of [FIRST, FIRST + 90_000, FIRST + 5, FIRST - 70_000]) {
    const counts = [0, 0, 0, 0];
    const n = 20_000;
    for (let i = 0; i < n; i++) {
      const u = (i + 0.5) / n;
      const target = choose(slot, u);
      assert.equal(target, mixOf(THREE, EVEN)(slot, u));
      counts[target]!++;
    }
    sharesAt(THREE, slot).forEach((share, i) => {
      assert.ok(Math.abs(counts[i]! / n - share) < 1e-3);
    });
    assert.equal(choose(slot, 1 - 2 ** -53), 3);
  }
});

Deno.test("a target that is added changes no other one's drift", () => {
  const more = mixedPlan([["new", 4], ["a", 5], ["b", 3], ["c", 2]]);
  for (let slot = FIRST; slot < FIRST + 1e6; slot += 77_777) {
    const [a, , b] = sharesAt(THREE, slot);
    const [, laterA, laterB] = sharesAt(more, slot);
    assert.ok(Math.abs(a! / b! - laterA! / laterB!) < 1e-9);
  }
});

Deno.test("a mix that drifts moves no instant and no lane", () => {
  const span = { from: FIRST, count: 50 };
  const still = mixedPlan([["a", 5], ["b", 3]], {});
  const moving = mixedPlan([["a", 5], ["b", 3]]);
  const at = (plan: Plan) =>
    arrivalsOf(plan, () => 3000, span).map((list) =>
      list.map((arrival) => arrival - targetOf(arrival))
    );
  assert.deepEqual(at(moving), at(still));
  assert.notDeepEqual(
    arrivalsOf(moving, () => 3000, span),
    arrivalsOf(still, () => 3000, span),
  );
});
