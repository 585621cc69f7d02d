import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { renderMetrics } from "../../src/metrics/mod.ts";
import { buildReport, renderText } from "../../src/report/mod.ts";
import { type Snapshot, total } from "../../src/stats/mod.ts";
import {
  journeysPlan,
  journeyWith,
  NOON_MS,
  SimRun,
  stepWith,
  targetWith,
} from "../sim/harness.ts";

async function snapshotOfJourneys(): Promise<Snapshot> {
  const buy = journeyWith({
    items: [
      stepWith({ name: "login" }),
      { kind: "think", think: { law: "constant", meanMs: 500 } },
      stepWith({ name: "pay" }),
    ],
  });
  const plan = journeysPlan([buy], {
    pattern: { base: 20 },
    targets: [targetWith({ name: "home" })],
  });
  const sim = new SimRun(plan, { startMs: NOON_MS });
  await sim.go(5000);
  return await sim.advance(40);
}

Deno.test("buildReport() tells journeys with their steps, apart from targets and the timeline", async () => {
  const snapshot = await snapshotOfJourneys();
  const report = buildReport(snapshot);
  const [buy] = report.journeys!;
  assert.equal(buy!.name, "buy");
  assert.deepEqual(buy!.steps.map(({ name }) => name), ["login", "pay"]);
  assert.deepEqual(report.targets.map(({ name }) => name), ["home"]);
  assert.equal(
    buy!.started,
    buy!.finished + total(buy!.failed) + buy!.cancelled + buy!.open,
  );
  assert.ok(buy!.open > 0);
  assert.equal(report.sent, report.targets[0]!.sent + buy!.started);
  assert.equal(
    report.requests,
    report.targets[0]!.sent +
      buy!.steps.reduce((sum, { sent }) => sum + sent, 0),
  );
  assert.equal(buy!.latency.duration.minMs! >= 500, true);
  assert.equal(report.steps.reduce((n, { sent }) => n + sent, 0), report.sent);
});

Deno.test("renderText() has a section for each journey, and the sum of all requests", async () => {
  const snapshot = await snapshotOfJourneys();
  const text = stripVTControlCharacters(
    renderText(snapshot, { width: 80 } as never),
  );
  const [buy] = snapshot.journeys;
  assert.match(
    text,
    new RegExp(`Journey buy +started ${buy!.sent}, finished ${buy!.ok}, open`),
  );
  assert.match(text, /^ +login +\d/m);
  assert.match(text, new RegExp(`requests +${snapshot.requests} +with all`));
});

Deno.test("metrics tell steps by a label of their own, and journeys by their ends", async () => {
  const snapshot = await snapshotOfJourneys();
  const text = await renderMetrics(snapshot);
  const [buy] = snapshot.own.journeys;
  const has = (line: string) => assert.ok(text.includes(`\n${line}\n`), line);
  has(`kar98k_journeys_started_total{journey="buy"} ${buy!.sent}`);
  has(`kar98k_journeys_ended_total{journey="buy",end="finished"} ${buy!.ok}`);
  has(`kar98k_journeys_open{journey="buy"} ${buy!.sent - buy!.ok}`);
  const pay = buy!.steps[1]!.status.get(200);
  has(
    `kar98k_requests_total{target="buy",step="pay",status="success",protocol="http",code="200"} ${pay}`,
  );
  has(`kar98k_journey_duration_seconds_count{journey="buy"} ${buy!.ok}`);
});
