import assert from "node:assert/strict";
import { statusOf } from "../../../src/daemon/serve/status.ts";
import {
  journeysPlan,
  journeyWith,
  NOON_MS,
  SimRun,
  targetWith,
} from "../../sim/harness.ts";

Deno.test("status has steps of journeys among its targets, as journey/step", async () => {
  const plan = journeysPlan([journeyWith()], {
    targets: [targetWith({ name: "home" })],
  });
  const sim = new SimRun(plan, { startMs: NOON_MS });
  const snapshot = await sim.go(2000);
  const { targets } = statusOf(
    snapshot,
    { name: "x", version: "1", pid: 1, config: "a.yaml", logFile: "" },
    [],
  );
  assert.deepEqual(targets.map(({ name }) => name), [
    "home",
    "buy/login",
    "buy/pay",
  ]);
  assert.equal(Number(targets[1]!.sent), snapshot.journeys[0]!.steps[0]!.sent);
});
