import assert from "node:assert/strict";
import {
  ArrivalSource,
  lanesOf,
  offsetMsOf,
  WHOLE,
} from "../../src/arrivals/mod.ts";
import { fitBursts } from "../../src/learn/rate/bursts.ts";
import { EventLog, type Pattern, Traffic } from "../../src/pattern/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { MONDAY_MS, steady } from "./made_log.ts";

const STRETCH_SLOTS = 4096;

/** Arrivals of kar's own lanes, by stretch, in microseconds; stamps cut to ticks. */
function stretches(pattern: Pattern, count: number, tickUs = 1) {
  const first = Math.ceil(MONDAY_MS / 100 / STRETCH_SLOTS) * STRETCH_SLOTS;
  const events = new EventLog();
  events.append({ slot: first, kind: "fire", value: 0, durationMs: 0 });
  const traffic = new Traffic([pattern], events);
  const plan = {
    ...{ pattern, arrivals: "poisson" },
    targets: [{ name: "a", weight: 1 }],
  } as unknown as Plan;
  const source = new ArrivalSource({
    plan,
    lanes: lanesOf(WHOLE),
    traffic,
  });
  return Array.from({ length: count }, (_, k) => {
    const us: number[] = [];
    for (let i = 0; i < STRETCH_SLOTS; i++) {
      const list = source.slot(first + k * STRETCH_SLOTS + i);
      for (let n = 0; n < list.length; n++) {
        const at = i * 1e5 + offsetMsOf(list.at(n)) * 1000;
        us.push(Math.floor(at / tickUs) * tickUs);
      }
    }
    return Float64Array.from(us);
  });
}

Deno.test("bursts of a plan come back within 0.02 at the scales that stamps resolve", () => {
  const burst = { slow: 0.62, mid: 0.65, fast: 0.7 };
  const fit = fitBursts(stretches({ ...steady(20), burst }, 24), 1);
  assert.equal(fit.isBursty, true);
  for (const band of ["slow", "mid", "fast"] as const) {
    assert.ok(
      Math.abs(fit[band]! - burst[band]) <= 0.02,
      `${band} ${fit[band]}`,
    );
  }
});

Deno.test("stamps of a second tell nothing of shorter bursts", () => {
  const burst = { slow: 0.62, mid: 0.65, fast: 0.7 };
  const fit = fitBursts(stretches({ ...steady(20), burst }, 8, 1e6), 1e6);
  assert.equal(fit.fast, null);
  assert.ok(fit.octaves.every(({ sec }) => sec >= 8));
});

Deno.test("no Poisson process is called bursty", () => {
  for (let seed = 1; seed <= 20; seed++) {
    for (const base of [2, 20]) {
      const fit = fitBursts(stretches({ ...steady(base), seed }, 4), 1);
      assert.equal(fit.isBursty, false, `seed ${seed}, ${base}/s`);
    }
  }
});
