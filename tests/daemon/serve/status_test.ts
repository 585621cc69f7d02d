import assert from "node:assert/strict";
import { statusText } from "../../../src/cli/text/status_text.ts";
import { statusOf } from "../../../src/daemon/serve/status.ts";
import {
  journeysPlan,
  journeyWith,
  NOON_MS,
  SimRun,
  targetWith,
} from "../../sim/harness.ts";

Deno.test("status has journeys as a whole, and their steps among its targets, as journey/step", async () => {
  const plan = journeysPlan([journeyWith()], {
    targets: [targetWith({ name: "home" })],
  });
  const sim = new SimRun(plan, { startMs: NOON_MS });
  const snapshot = await sim.go(2000);
  const status = statusOf(
    snapshot,
    { name: "x", version: "1", pid: 1, config: "a.yaml", logFile: "" },
    [],
  );
  const { targets, journeys: [buy], requests } = status;
  assert.deepEqual(targets.map(({ name }) => name), [
    "home",
    "buy/login",
    "buy/pay",
  ]);
  assert.equal(Number(targets[1]!.sent), snapshot.journeys[0]!.steps[0]!.sent);
  assert.ok(buy!.started > 50);
  assert.equal(buy!.started, buy!.finished + buy!.cancelled + buy!.open);
  assert.deepEqual([buy!.failed, buy!.missed], [{}, {}]);
  assert.equal(buy!.duration!.count, buy!.finished);
  assert.equal(requests, targets.reduce((sum, { sent }) => sum + sent, 0));
  const text = statusText(status, { width: 80, color: "none", unicode: true });
  assert.match(text, /arrivals {3}\d+ due, \d+ sent/);
  assert.match(text, /requests {3}\d+ with all steps of journeys/);
  assert.match(text, /\nJourneys\n.*finished.*\n {2}buy +\d+ +\d+ +0 /);
});
