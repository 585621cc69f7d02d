import assert from "node:assert/strict";
import { workersFor } from "../../../src/worker/pacing/mod.ts";
import {
  journeysPlan,
  journeyWith,
  planWith,
  stepWith,
  targetWith,
} from "../../sim/plans.ts";

function workersAt(max: number, cores: number, connections = 4000): number {
  const targets = [targetWith({ client: "wire" })];
  return workersFor(
    planWith({ pattern: { max }, targets, limits: { connections } }),
    cores,
  );
}

Deno.test("workersFor() is one for what one can send, several from 20,000 a second on", () => {
  assert.equal(workersAt(10, 8), 1);
  assert.equal(workersAt(16_000, 8), 1);
  assert.equal(workersAt(20_000, 8), 2);
  assert.equal(workersAt(100_000, 8), 7);
});

Deno.test("workersFor() is never more than there are cores or connections, and leaves a core from three on", () => {
  assert.deepEqual([1, 2, 3, 4].map((cores) => workersAt(1e6, cores)), [
    1,
    2,
    2,
    3,
  ]);
  assert.equal(workersAt(1e6, 64, 5), 5);
});

Deno.test("workersFor() counts the requests that a journey comes to", () => {
  const steps = (count: number) =>
    journeysPlan([
      journeyWith({
        items: Array.from(
          { length: count },
          (_, i) => stepWith({ name: `s${i}` }),
        ),
      }),
    ], { pattern: { max: 16_000 } });
  assert.equal(workersFor(steps(1), 8), 1);
  assert.equal(workersFor(steps(3), 8), 3);
});
