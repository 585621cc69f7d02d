import assert from "node:assert/strict";
import fc from "fast-check";
import { partLimits } from "../../src/worker/part_limits.ts";
import { planWith, SimRun } from "../sim/harness.ts";

const { limits: LIMITS } = planWith();

Deno.test("limits of what is open at once are divided by the parts, and each has one at least", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 256 }),
      fc.integer({ min: 1, max: 100_000 }),
      (parts, whole) => {
        const limits = { ...LIMITS, inFlight: whole, connections: whole };
        const each = partLimits({ ...limits, journeys: whole }, parts);
        for (const key of ["inFlight", "connections", "journeys"] as const) {
          assert.ok(each[key]! >= 1);
          assert.ok(each[key]! * parts <= Math.max(parts, whole), key);
          assert.ok((each[key]! + 1) * parts > whole, "no more is given away");
        }
      },
    ),
  );
  assert.deepEqual(partLimits(LIMITS, 1), LIMITS);
  const { maxLatenessMs, maxBodyBytes } = partLimits(LIMITS, 3);
  assert.deepEqual(
    { maxLatenessMs, maxBodyBytes },
    {
      maxLatenessMs: LIMITS.maxLatenessMs,
      maxBodyBytes: LIMITS.maxBodyBytes,
    },
  );
});

Deno.test("a part of three has a third of limits.in_flight open at a target that does not answer", async () => {
  const plan = planWith({ limits: { ...LIMITS, inFlight: 30 } } as never);
  const most = async (count: number) => {
    const stripe = count === 1 ? {} : { stripe: { index: 1, count } };
    const sim = new SimRun(plan, { durationMs: 3000, ...stripe });
    sim.server.latencyMs = () => Infinity;
    await sim.go(2500);
    return sim.run.snapshot().inFlight;
  };
  assert.equal(await most(1), 30);
  assert.equal(await most(3), 10);
});
