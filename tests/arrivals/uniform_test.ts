import assert from "node:assert/strict";
import fc from "fast-check";
import { laneOf, LANES, offsetMsOf } from "../../src/arrivals/mod.ts";
import { SLOTS_PER_HOUR, unit } from "../../src/base/mod.ts";
import { STREAM } from "../../src/pattern/mod.ts";
import { arrivalsOf, planOf } from "./support.ts";

const HOUR = 493_031;
const START = HOUR * SLOTS_PER_HOUR;
const PLAN = planOf("uniform");

/** Lane and instant of each arrival of the hour's first slots, found one by one. */
function oracle(rates: readonly number[], phase: number) {
  const found: { lane: number; ms: number }[] = [];
  let n = 0;
  let area = 0;
  rates.forEach((rate, i) => {
    const end = area + rate / 10;
    for (; n + phase < end; n++) {
      const ms = i * 100 + (n + phase - area) / (rate / 10) * 100;
      found.push({ lane: n % LANES, ms });
    }
    area = end;
  });
  return found;
}

function found(rates: readonly number[]) {
  const rateAt = (slot: number) => rates[slot - START] ?? 0;
  const lists = arrivalsOf(PLAN, rateAt, { from: START, count: rates.length });
  return lists.flatMap((list, i) =>
    list.map((v) => ({ lane: laneOf(v), ms: i * 100 + offsetMsOf(v) }))
  );
}

Deno.test("UniformLanes puts arrival n where the area is n + φ, on lane n mod 256", () => {
  const phase = unit(98, STREAM.uniformPhase, HOUR);
  const anyRates = fc.array(
    fc.oneof(fc.constant(0), fc.double({ min: 0, max: 20_000, noNaN: true })),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(anyRates, (rates) => {
      const expected = oracle(rates, phase);
      const arrivals = found(rates);
      assert.equal(arrivals.length, expected.length);
      arrivals.forEach(({ lane, ms }, i) => {
        assert.equal(lane, expected[i]!.lane);
        assert.ok(Math.abs(ms - expected[i]!.ms) < 2e-6);
      });
    }),
    { seed: 98, numRuns: 150 },
  );
});

Deno.test("UniformLanes spaces the arrivals of a constant rate evenly, over slots too", () => {
  const instants = found(Array(50).fill(37)).map(({ ms }) => ms);
  assert.equal(instants.length, 185);
  const gaps = instants.slice(1).map((ms, i) => ms - instants[i]!);
  assert.ok(gaps.every((gap) => Math.abs(gap - 1000 / 37) < 1e-5));
});

Deno.test("UniformLanes counts an arrival once where the area ends on it", () => {
  // Here n + φ < area and n ≥ area − φ are both true in floating point.
  const phase = unit(98, STREAM.uniformPhase, HOUR);
  const area = 5.102941035314475;
  assert.ok(5 + phase < area && Math.ceil(area - phase) === 5);
  const rates = [area * 10, 30, 30];
  assert.equal(rates[0]! / 10, area);
  const arrivals = found(rates);
  assert.deepEqual(
    arrivals.map(({ lane }) => lane),
    arrivals.map((_, n) => n),
  );
  assert.ok(arrivals.every(({ ms }) => ms >= 0));
});

Deno.test("UniformLanes starts each hour anew, with a phase of its own", () => {
  const rateAt = () => 10;
  const first = [HOUR, HOUR + 1, HOUR + 2].map((hour) => {
    const span = { from: hour * SLOTS_PER_HOUR, count: 2 };
    const [arrival] = arrivalsOf(PLAN, rateAt, span).flat();
    return arrival!;
  });
  assert.deepEqual(first.map(laneOf), [0, 0, 0]);
  const phases = [0, 1, 2].map((i) => unit(98, STREAM.uniformPhase, HOUR + i));
  first.forEach((v, i) =>
    assert.ok(Math.abs(offsetMsOf(v) - phases[i]! * 100) < 1e-5)
  );
});

Deno.test("UniformLanes goes on in mid-hour where the area of the hour so far stands", () => {
  const rateAt = (slot: number) => slot < START + 500 ? 0 : 95;
  const inOrder = arrivalsOf(PLAN, rateAt, { from: START, count: 900 });
  const later = arrivalsOf(PLAN, rateAt, { from: START + 777, count: 123 });
  assert.deepEqual(later, inOrder.slice(777));
});
