import assert from "node:assert/strict";
import { configOf, parseConfig } from "../../src/config/mod.ts";
import { buildPlan } from "../../src/plan/build/mod.ts";
import { capturedNames, type Plan, stepsOf } from "../../src/plan/mod.ts";

function planOf(change: (text: string) => string = (text) => text): Plan {
  const file = new URL("../configs/good/journeys.yaml", import.meta.url);
  const parsed = parseConfig(change(Deno.readTextFileSync(file)), {
    file: "journeys.yaml",
    environment: () => undefined,
    systemZone: "UTC",
  });
  return buildPlan(configOf(parsed), { drawSeed: () => 1 });
}

Deno.test("buildPlan() puts the steps of journeys behind the targets, with no weight of their own", () => {
  const { targets, journeys } = planOf();
  assert.deepEqual(
    targets.map(({ name, weight, method, url, protocol }) =>
      [name, weight, method, url, protocol].join(" ")
    ),
    [
      "buy/login 0 POST http://127.0.0.1:8080/login http",
      "buy/browse 0 GET http://127.0.0.1:8080/items/{{int 1 40}} http",
      "buy/pay 0 POST http://127.0.0.1:8080/orders http",
      "poll/start 0 POST https://jobs.test/api/jobs http2",
      "poll/wait 0 GET https://jobs.test/api/jobs/{{job}} http2",
    ],
  );
  const [buy, poll] = journeys!;
  assert.deepEqual([buy!.weight, poll!.weight], [100, 5]);
  assert.deepEqual(buy!.items.map(({ kind }) => kind), [
    "step",
    "think",
    "step",
    "step",
  ]);
  assert.deepEqual(capturedNames(buy!), ["token", "tag"]);
  const [, browse, pay] = stepsOf(buy!);
  assert.deepEqual(browse!.repeat, { kind: "times", from: 1, to: 5 });
  assert.deepEqual(browse!.think, { law: "exponential", meanMs: 500 });
  assert.deepEqual(pay!.when, {
    status: [["browse", [[200, 200]]]],
    captured: [],
  });
  assert.deepEqual([pay!.probability, pay!.onFailure], [0.3, "continue"]);
  assert.deepEqual(stepsOf(poll!)[1]!.repeat, {
    kind: "until",
    condition: { status: [], captured: [["state", "done"]] },
    most: 20,
  });
});

Deno.test("a planId changes with whatever a journey does", () => {
  const ids = [
    (text: string) => text,
    (text: string) => text.replace("mean: 2s", "mean: 3s"),
    (text: string) => text.replace("weight: 5", "weight: 6"),
    (text: string) => text.replace("{{int 1 40}}", "{{int 1 41}}"),
    (text: string) => text.replace("most: 20", "most: 21"),
  ].map((change) => planOf(change).planId);
  assert.equal(new Set(ids).size, ids.length);
});
