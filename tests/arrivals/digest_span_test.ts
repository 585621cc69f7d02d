import assert from "node:assert/strict";
import { digestSpan } from "../../src/arrivals/mod.ts";
import type { DigestProgress, DigestSpan } from "../../src/arrivals/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { planOf } from "./support.ts";

const START_MS = Date.UTC(2026, 2, 28, 9, 59, 58);

function last(plan: Plan, span: DigestSpan): DigestProgress {
  return [...digestSpan(plan, span)].at(-1)!;
}

for (const kind of ["poisson", "uniform"] as const) {
  Deno.test(`digestSpan() (${kind}) of stripes adds up to that of the whole`, () => {
    const plan = planOf(kind, { base: 300 });
    const span = { startMs: START_MS, durationMs: 5000 };
    const whole = last(plan, span);
    let sum = 0n;
    let arrivals = 0;
    for (let index = 1; index <= 5; index++) {
      const part = last(plan, { ...span, stripe: { index, count: 5 } });
      arrivals += part.arrivals;
      sum = addHalves(sum, BigInt("0x" + part.digest));
    }
    assert.equal(arrivals, whole.arrivals);
    assert.equal(sum.toString(16).padStart(16, "0"), whole.digest);
    assert.ok(Math.abs(arrivals - 1500) < 200);
  });
}

Deno.test("digestSpan() of stripes adds up to the whole where bursts and mix shape the plan", () => {
  const plan = planOf("poisson", { base: 300, weights: [2, 1] });
  const shaped = {
    ...plan,
    targets: plan.targets.map((target, i) => ({ ...target, name: `t${i}` })),
    pattern: {
      ...plan.pattern,
      burst: { slow: 0.6, mid: 0.6, fast: 0.8 },
      mix: { amplitude: 0.5, timeMs: 20_000 },
    },
  } as Plan;
  const span = { startMs: START_MS, durationMs: 5000 };
  const whole = last(shaped, span);
  let sum = 0n;
  for (let index = 1; index <= 3; index++) {
    const part = last(shaped, { ...span, stripe: { index, count: 3 } });
    sum = addHalves(sum, BigInt("0x" + part.digest));
  }
  assert.equal(sum.toString(16).padStart(16, "0"), whole.digest);
  assert.notEqual(last(plan, span).digest, whole.digest);
});

Deno.test("digestSpan() counts whole slots from the slot that holds the start", () => {
  const plan = planOf("poisson", { base: 1000 });
  const exact = last(plan, { startMs: START_MS, durationMs: 1000 });
  assert.deepEqual(
    last(plan, { startMs: START_MS + 99.9, durationMs: 901 }),
    exact,
  );
  const longer = last(plan, { startMs: START_MS, durationMs: 1001 });
  assert.ok(longer.arrivals > exact.arrivals);
});

Deno.test("digestSpan() of no time has no arrivals", () => {
  const nothing = { digest: "0".repeat(16), arrivals: 0, done: 1 };
  assert.deepEqual(
    last(planOf("poisson"), { startMs: START_MS, durationMs: 0 }),
    nothing,
  );
});

Deno.test("digestSpan() tells its progress and ends with all of it done", () => {
  const span = { startMs: START_MS, durationMs: 1_500_000 };
  const steps = [...digestSpan(planOf("poisson", { base: 1 }), span)];
  assert.deepEqual(steps.map(({ done }) => done), [0.4, 0.8, 1]);
  assert.ok(steps[0]!.arrivals < steps[2]!.arrivals);
});

/** Adds two digests as `Digest.add` does: each half mod 2^32. */
function addHalves(a: bigint, b: bigint): bigint {
  const mask = 0xffffffffn;
  const lo = ((a & mask) + (b & mask)) & mask;
  const hi = ((a >> 32n) + (b >> 32n)) & mask;
  return hi << 32n | lo;
}
