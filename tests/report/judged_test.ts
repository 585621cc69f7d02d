import assert from "node:assert/strict";
import {
  buildReport,
  EXPORTERS,
  renderText,
  statusLine,
  verdictText,
} from "../../src/report/mod.ts";
import { NO_PROOF } from "../../src/stats/mod.ts";
import { NO_VERDICT } from "../../src/threshold/mod.ts";
import { verdictOf } from "../../src/verdict/mod.ts";
import { assertGolden } from "../fixtures/golden.ts";
import { snapshotFixture } from "../fixtures/snapshot.ts";
import { judgedFixture, verdictFixture } from "../fixtures/verdict.ts";
import { readJunit } from "./junit_parser.ts";

const PLAIN = { color: "none", unicode: true, width: 80 } as const;
const JUDGED = snapshotFixture({ verdict: verdictFixture() });

/** A run with one threshold of that result. */
function withOne(...judged: Parameters<typeof judgedFixture>) {
  const thresholds = [judgedFixture(...judged)];
  return snapshotFixture({ verdict: verdictFixture({ thresholds }) });
}

Deno.test("renderText() tells each threshold, what was found, and the verdict last", async () => {
  const text = renderText(JUDGED, PLAIN);
  const from = text.indexOf("\nThresholds\n");
  assert.ok(from > 0);
  await assertGolden("report_thresholds", text.slice(from + 1));
});

Deno.test("what was kept, but not at all times, is not told as if it had been broken", () => {
  const breachedMs = JUDGED.startMs;
  const textOf = (result: "pass" | "fail") =>
    renderText(withOne("missed <= 20", { result, value: 1, breachedMs }), PLAIN)
      .replaceAll(/\s+/g, " ");
  assert.match(textOf("pass"), /was 1, not kept for a while, first at 2026/);
  assert.match(textOf("fail"), /was 1, first at 2026/);
});

Deno.test("a report on which nobody asked for anything has no verdict", () => {
  const text = renderText(snapshotFixture(), PLAIN);
  assert.doesNotMatch(text, /Thresholds|verdict/);
});

Deno.test("verdictText() names the worst that holds", () => {
  const text = (snapshot: typeof JUDGED) => verdictText(snapshot).text;
  assert.equal(
    text(JUDGED),
    "failed: errors < 0.5% over 10s for 2 (2.23% at worst, 13 of 111 windows not kept)",
  );
  assert.equal(
    text(withOne("lag.p99 < 3ms", { result: "fail", value: 12 })),
    "invalid: kar did not keep lag.p99 < 3ms (was 12.0ms)",
  );
  assert.equal(
    text(snapshotFixture({
      verdict: verdictFixture({ untrustedSeconds: 12 }),
    })),
    "invalid: kar itself was the limit in 12 of 120 seconds, more than 5%",
  );
  assert.equal(
    text(snapshotFixture({
      verdict: verdictFixture({ stoppedBy: "errors < 1% over 1m -> stop" }),
    })),
    "stopped: by errors < 1% over 1m -> stop",
  );
  assert.equal(
    text(snapshotFixture({
      breaker: { level: 0, trips: 1, heldMs: 9, reason: "12 of 20 failed" },
    })),
    "stopped: by the circuit breaker: 12 of 20 failed",
  );
  const unknown = { result: "unknown", value: null, why: "no_data" } as const;
  assert.equal(
    text(withOne("errors{target=api} < 1%", unknown)),
    "unknown: errors{target=api} < 1% (nothing was counted there; the ramp is left out unless selected) could not be judged",
  );
  assert.equal(text(withOne("missed == 0")), "passed: 1 threshold kept");
  const allowUnknown = verdictFixture({
    allowUnknown: true,
    thresholds: [
      judgedFixture("missed == 0"),
      judgedFixture("sent > 1", unknown),
    ],
  });
  assert.equal(
    text(snapshotFixture({ verdict: allowUnknown })),
    "passed: 1 of 2 thresholds kept",
  );
});

Deno.test("a threshold without a target is a case of the target where there is but one", async () => {
  const groupsOf = async (snapshot: typeof JUDGED) => {
    const { cases } = await readJunit(EXPORTERS.junit.render(snapshot));
    return cases.map(([group]) => group);
  };
  const one = withOne("missed == 0");
  const [target] = one.targets;
  assert.deepEqual(
    await groupsOf({ ...one, targets: [target!], journeys: [] }),
    [`kar.${target!.name}`, "kar.kar"],
  );
  assert.deepEqual(
    await groupsOf({ ...one, targets: [target!, target!] }),
    ["kar.all targets", "kar.kar"],
  );
});

Deno.test("a run that nobody asked anything fails only when no answer was ok", () => {
  const none = snapshotFixture({
    verdict: NO_VERDICT,
    ok: 0,
    completed: 10,
    failed: { status: 10 },
  });
  assert.equal(verdictOf(none).outcome, "failed");
  assert.match(verdictText(none).text, /^failed: not one of 10 requests/);
  // What kar ended or broke itself says nothing of the target.
  const own = { ...none, failed: { aborted: 4, generator: 6 } };
  assert.equal(verdictOf(own).outcome, "passed");
  assert.equal(verdictOf(snapshotFixture()).outcome, "passed");
});

Deno.test("of several outcomes the first counts: invalid, stopped, failed, unknown", () => {
  const all = snapshotFixture({
    verdict: verdictFixture({ untrustedSeconds: 60, stoppedBy: "x" }),
  });
  assert.deepEqual(verdictOf(all).all, [
    "invalid",
    "stopped",
    "failed",
    "unknown",
    "passed",
  ]);
});

Deno.test("the JSON report has thresholds and verdict as values", () => {
  const { thresholds, verdict } = buildReport(JUDGED);
  assert.deepEqual(verdict, {
    outcome: "failed",
    stoppedBy: null,
    seconds: 120,
    untrustedSeconds: 2,
    tolerate: 0.05,
  });
  assert.deepEqual(thresholds[1], {
    threshold: "errors < 0.5% over 10s for 2",
    action: "fail",
    result: "fail",
    why: null,
    value: 0.0223,
    limit: 0.005,
    unit: "share",
    breachedAt: thresholds[1]!.breachedAt,
    windows: { kept: 98, breached: 13, unknown: 0 },
  });
  assert.match(thresholds[1]!.breachedAt!, /^2026-.*Z$/);
  assert.equal(thresholds[3]!.why, "too_few");
});

Deno.test("a status line says how many thresholds are not kept, once there are some", () => {
  assert.match(statusLine(JUDGED), / · 2 thresholds not kept$/);
  assert.doesNotMatch(statusLine(snapshotFixture()), /threshold/);
});

Deno.test("--out junit is what a reader of JUnit's XML takes, a case for each threshold", async () => {
  const xml = EXPORTERS.junit.render(JUDGED);
  await assertGolden("report_junit", xml);
  const read = await readJunit(xml);
  assert.deepEqual(read.counts, {
    tests: 6,
    failures: 1,
    errors: 1,
    skipped: 1,
  });
  assert.deepEqual(read.cases, [
    ["kar.api", "response.p95{target=api} < 200ms", "passed"],
    ["kar.all targets", "errors < 0.5% over 10s for 2", "failure"],
    ["kar.all targets", "rate > 150/s -> warn", "skipped"],
    ["kar.all targets", "response.p99.9{phase=ramp} < 1s", "error"],
    ["kar.all targets", "missed <= 20", "passed"],
    ["kar.kar", "kar was not the limit", "passed"],
  ]);
});

Deno.test("junit and md say that kar was the limit where the report does, even if it is tolerated", async () => {
  const late = { ...JUDGED, missed: { late: 100 } };
  assert.match(renderText(late, PLAIN), /kar was the limit:/);
  const { cases } = await readJunit(EXPORTERS.junit.render(late));
  assert.deepEqual(
    cases.at(-1),
    ["kar.kar", "kar was not the limit", "skipped"],
  );
  const said =
    /kar was the limit: 100 requests \(.*\) came too late to be sent/;
  assert.match(EXPORTERS.junit.render(late), said);
  assert.match(EXPORTERS.md.render(late).replaceAll("\\", ""), said);
});

Deno.test("--out junit of a run that nobody asked anything has one case", async () => {
  const bad = { ok: 0, completed: 10, failed: { status: 10 } };
  for (const [change, came] of [[{}, "passed"], [bad, "failure"]] as const) {
    const read = await readJunit(
      EXPORTERS.junit.render(snapshotFixture(change)),
    );
    assert.deepEqual(read.cases.map(([, , result]) => result), [came]);
  }
});

Deno.test("--out md is a summary in which no name means anything to Markdown", async () => {
  const md = EXPORTERS.md.render(JUDGED);
  await assertGolden("report_md", md);
  const [target, ...rest] = JUDGED.targets;
  const named = {
    ...JUDGED,
    targets: [{ ...target!, name: "a|b`*@x" }, ...rest],
  };
  assert.match(EXPORTERS.md.render(named), /^\| a\\\|b\\`\\\*&#64;x \|/m);
});

Deno.test("a refuted proof makes a run with thresholds invalid; who tolerates all lateness is held to the counts alone", () => {
  const { proof } = JUDGED;
  const refuting = (name: "law" | "counts", tolerate: number) => {
    const thresholds = [judgedFixture("missed == 0")];
    return verdictOf(snapshotFixture({
      verdict: verdictFixture({ thresholds, tolerate }),
      proof: { ...proof, [name]: { ...proof[name], result: "refuted" } },
    })).outcome;
  };
  assert.equal(refuting("law", 0.05), "invalid");
  assert.equal(refuting("law", 1), "passed");
  assert.equal(refuting("counts", 1), "invalid");
});

Deno.test("JUnit has an error for a run that is invalid, whatever the reason", () => {
  const proof = {
    ...NO_PROOF,
    counts: { ...NO_PROOF.counts, result: "refuted" },
  } as const;
  const thresholds = [judgedFixture("missed <= 20", { value: 16 })];
  const verdict = verdictFixture({ thresholds });
  const refuted = snapshotFixture({ proof, verdict });
  const junit = EXPORTERS.junit.render(refuted);
  assert.match(
    junit,
    /<error message="invalid: the proof of counts is refuted/,
  );
});

Deno.test("a run in which nothing was due is unknown where anything was asked", async () => {
  const none = { due: 0, sent: 0, completed: 0, ok: 0, failed: {}, missed: {} };
  const thresholds = [
    judgedFixture("sent >= 0"),
    judgedFixture("missed > 1 -> warn", { result: "unknown", value: null }),
  ];
  const asked = snapshotFixture({
    ...none,
    verdict: verdictFixture({ thresholds, untrustedSeconds: 0 }),
  });
  assert.equal(verdictOf(asked).outcome, "unknown");
  assert.equal(
    verdictText(asked).text,
    "unknown: nothing was due, so that nothing was tested",
  );
  const junit = EXPORTERS.junit.render(asked);
  const { cases } = await readJunit(junit);
  assert.deepEqual(
    cases.filter(([, name]) =>
      !thresholds.some(({ threshold }) => threshold.text === name)
    ),
    [
      ["kar.all targets", "something was due", "error"],
      ["kar.kar", "kar was not the limit", "passed"],
    ],
  );
  assert.match(junit, /<error message="nothing was due/);
  const allowed = { ...asked.verdict, allowUnknown: true };
  assert.equal(verdictOf({ ...asked, verdict: allowed }).outcome, "passed");
  const free = snapshotFixture({ ...none, verdict: NO_VERDICT });
  assert.equal(verdictOf(free).outcome, "passed");
});
