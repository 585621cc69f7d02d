import assert from "node:assert/strict";
import { buildReport, renderJson, type TallyV1 } from "../../src/report/mod.ts";
import { total } from "../../src/stats/mod.ts";
import { durationsOf } from "../fixtures/durations.ts";
import { assertGolden } from "../fixtures/golden.ts";
import { firingFixture, snapshotFixture } from "../fixtures/snapshot.ts";

Deno.test("renderJson() is the golden report", async () => {
  const { steps, ...snapshot } = snapshotFixture();
  // Four steps are enough to see their form.
  const short = { ...snapshot, steps: steps.slice(58, 62) };
  await assertGolden("report_json", renderJson(short));
});

Deno.test("renderJson() has every key that version 1 promises", () => {
  const report = JSON.parse(renderJson(snapshotFixture()));
  const promised =
    "version planId seed start durationMs arrivalsDigest due sent missed " +
    "completed ok failed status latency targets phases stepMs steps warnings";
  for (const key of promised.split(" ")) assert.ok(key in report, key);
  assert.equal(report.version, 1);
  const times = "count minMs meanMs p50Ms p90Ms p95Ms p99Ms p999Ms maxMs".split(
    " ",
  );
  for (const name of ["response", "service", "sendLag"]) {
    assert.deepEqual(Object.keys(report.latency[name]), times);
  }
  assert.deepEqual(
    Object.keys(report.steps[0]),
    "t planned due sent completed ok failed missed phase".split(" "),
  );
});

Deno.test("buildReport() adds up, for the run, its targets and its phases", () => {
  const report = buildReport(firingFixture());
  assert.equal(report.due, report.sent + total(report.missed) + report.waiting);
  assert.equal(report.sent, report.completed + report.inFlight);
  for (const tally of [report, ...report.targets, ...report.phases]) {
    assert.equal(tally.completed, tally.ok + total(tally.failed));
  }
  const sum = (parts: readonly TallyV1[]) =>
    parts.reduce((n, part) => n + part.completed, 0);
  assert.equal(sum(report.targets), report.completed);
  assert.equal(sum(report.phases), report.completed);
});

Deno.test("buildReport() gives null for what it does not know", () => {
  const nothing = durationsOf([]);
  const few = durationsOf(Array.from({ length: 20 }, (_, i) => i + 1));
  const base = snapshotFixture();
  const { latency, cost } = buildReport({
    ...base,
    own: { ...base.own, sent: 0 },
    latency: { response: nothing, service: few, sendLag: nothing },
  });
  assert.deepEqual(Object.values(latency.response), [
    0,
    ...Array(8).fill(null),
  ]);
  assert.equal(latency.service.p50Ms, 10.004);
  assert.equal(latency.service.p90Ms, null);
  assert.equal(latency.service.maxMs, 20);
  assert.equal(cost.cpuUsPerRequest, null);
});

Deno.test("buildReport() names codes by protocol and sums them over targets", () => {
  const base = snapshotFixture();
  const [http, , grpc] = base.targets;
  const { status } = buildReport({
    ...base,
    targets: [
      { ...http!, status: new Map([[200, 5], [0, 2], [42, 1]]) },
      { ...http!, status: new Map([[200, 1]]) },
      { ...grpc!, status: new Map([[0, 7], [14, 3]]) },
    ],
  });
  assert.deepEqual(status, { 200: 6, other: 3, 0: 7, 14: 3 });
});

Deno.test("buildReport() says which clients may send twice", () => {
  const { targets } = buildReport(snapshotFixture());
  assert.deepEqual(targets.map((t) => t.may_resend), [false, true, true]);
});

Deno.test("buildReport() tells of the breaker where there is one", () => {
  assert.equal(buildReport(snapshotFixture()).breaker, null);
  const breaker = { level: 0, trips: 2, heldMs: 1.23456, reason: "why" };
  assert.deepEqual(buildReport(snapshotFixture({ breaker })).breaker, {
    level: 0,
    trips: 2,
    heldMs: 1.235,
    reason: "why",
  });
});
