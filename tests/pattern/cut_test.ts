import assert from "node:assert/strict";
import { cutIn } from "../../src/pattern/mod.ts";
import { patternWith } from "./support.ts";

const SPAN = { startMs: Date.UTC(2026, 8, 1), durationMs: 7 * 86_400_000 };

Deno.test("cutIn() is nothing where max is never reached", () => {
  assert.deepEqual(cutIn(patternWith(), SPAN), { time: 0, requests: 0 });
});

Deno.test("cutIn() is the share of time at max, and of requests beyond it", () => {
  const schedule = [{
    ...{ spans: [[0, 360]] as const, days: [1, 2, 3, 4, 5, 6, 7] },
    ...{ multiplier: 4, priority: 0 },
  }];
  const { time, requests } = cutIn(patternWith({ schedule, max: 200 }), SPAN);
  assert.ok(Math.abs(time - 0.25) < 0.001, `${time}`);
  // A quarter of the time 200 of 400, else 100: 200 of 700.
  assert.ok(Math.abs(requests - 2 / 7) < 0.001, `${requests}`);
});
