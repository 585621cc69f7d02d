import assert from "node:assert/strict";
import fc from "fast-check";
import { renderMetrics } from "../../src/metrics/mod.ts";
import { type Snapshot, total } from "../../src/stats/mod.ts";
import { durationsOf } from "../fixtures/durations.ts";
import { assertGolden } from "../fixtures/golden.ts";
import { firingFixture, ownOf } from "../fixtures/snapshot.ts";
import { verdictFixture } from "../fixtures/verdict.ts";
import { hasProgram } from "../packaging/programs.ts";

/** One line of the text format: name, labels as they stand, value. */
interface Sample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

const SAMPLE_REGEXP = /^(\w+)(?:\{((?:\w+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)$/;

/** What is scraped of a run that has counted everything in this process, or some of it. */
async function samplesOf(
  snapshot: Snapshot,
  own = ownOf(snapshot),
): Promise<Sample[]> {
  const text = await renderMetrics({ ...snapshot, own });
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name, labels = "", value] = SAMPLE_REGEXP.exec(line) ??
        assert.fail(line);
      return { name: name!, labels, value: Number(value) };
    });
}

function sum(samples: readonly Sample[], name: string, label = ""): number {
  return samples.filter((s) => s.name === name && s.labels.includes(label))
    .reduce((total, { value }) => total + value, 0);
}

Deno.test("renderMetrics() is the golden scrape", async () => {
  // Everything that kar can have: the dashboard is held against it.
  const snapshot = firingFixture({ verdict: verdictFixture() });
  const { ok, failed } = snapshot;
  const own = {
    ...snapshot.own,
    scenarios: [{ scenario: "peak", ok, failed }],
  };
  await assertGolden(
    "metrics_firing",
    await renderMetrics({ ...snapshot, own }),
  );
});

Deno.test("renderMetrics() shows what nobody could see in a target's name by its code", async () => {
  const [first, ...rest] = firingFixture().targets;
  const name = "a\u202e\u2028b";
  const text = await renderMetrics(
    firingFixture({ targets: [{ ...first!, name }, ...rest] }),
  );
  assert.ok(text.includes(String.raw`target="a\\u202e\\u2028b"`));
  assert.doesNotMatch(text, /[\u202e\u2028]/);
});

Deno.test("renderMetrics() counts completed requests once each", async () => {
  const snapshot = firingFixture();
  const samples = await samplesOf(snapshot);
  assert.equal(sum(samples, "kar98k_requests_total"), snapshot.completed);
  assert.equal(
    sum(samples, "kar98k_requests_total", 'status="success"'),
    snapshot.ok,
  );
  assert.equal(sum(samples, "kar98k_failures_total"), total(snapshot.failed));
  assert.equal(sum(samples, "kar98k_missed_total"), total(snapshot.missed));
});

Deno.test("renderMetrics() says that the breaker holds back whatever else the run does", async () => {
  const deeds = { trips: 2, heldMs: 5000, reason: "30 of 40 failed" };
  for (const state of ["tripped", "paused", "draining"] as const) {
    const breaker = { ...deeds, level: 0.25 };
    const samples = await samplesOf(firingFixture({ state, breaker }));
    assert.equal(sum(samples, "kar98k_circuit_breaker_state"), 1, state);
    assert.equal(sum(samples, "kar98k_circuit_breaker_level"), 0.25);
  }
  const breaker = { ...deeds, level: 1 };
  const samples = await samplesOf(firingFixture({ breaker }));
  assert.equal(sum(samples, "kar98k_circuit_breaker_state"), 0);
});

Deno.test("renderMetrics() counts what this process did, and shows every gauge as it is", async () => {
  const breaker = { level: 1, trips: 3, heldMs: 9000, reason: "slow" };
  const all = firingFixture({ breaker });
  const expected = await samplesOf(all);
  const own = {
    sent: 0,
    missed: {},
    requests: 0,
    journeys: [],
    scenarios: [],
    latency: { sendLag: durationsOf([]) },
    breaker: { trips: 0 },
    targets: all.targets.map(({ name, protocol }) => ({
      ...{ name, protocol, failed: {}, status: new Map() },
      ...{ statusFailed: new Map(), response: durationsOf([]) },
    })),
  };
  const gauges =
    /_tps|_workers|_flight|_active|_health|_state|_level|_recovery|^process_/;
  for (const { name, labels, value } of await samplesOf(all, own)) {
    const whole = expected.find((s) => s.name === name && s.labels === labels);
    assert.equal(value, gauges.test(name) ? whole!.value : 0, name);
  }
  const [first, ...others] = own.targets;
  const response = durationsOf(Array.from({ length: 7 }, () => 50));
  const status = new Map([[200, 7]]);
  const samples = await samplesOf(all, {
    ...own,
    breaker: { trips: 2 },
    targets: [{ ...first!, status, response }, ...others],
  });
  assert.equal(sum(samples, "kar98k_requests_total"), 7);
  assert.equal(sum(samples, "kar98k_circuit_breaker_trips_total"), 2);
  const duration = "kar98k_request_duration_seconds";
  assert.equal(sum(samples, `${duration}_count`), 7);
  assert.equal(sum(samples, `${duration}_bucket`, 'le="0.04"'), 0);
  assert.equal(sum(samples, `${duration}_bucket`, 'le="0.075"'), 7);
});

Deno.test("renderMetrics() gives a code its protocol does not have the name other", async () => {
  const base = firingFixture();
  const [http] = base.targets;
  const status = new Map([[200, 5], [0, 2], [42, 1]]);
  const target = {
    ...http!,
    status,
    failed: { timeout: 4, status: 3 },
    statusFailed: new Map([[0, 2], [42, 1]]),
  };
  const samples = await samplesOf({ ...base, targets: [target] });
  const requests = samples.filter(({ name }) =>
    name === "kar98k_requests_total"
  );
  assert.deepEqual(requests.map(({ labels, value }) => `${labels} ${value}`), [
    'target="api",status="success",protocol="http",code="200" 5',
    'target="api",status="error",protocol="http",code="other" 7',
  ]);
});

Deno.test("renderMetrics() has cumulative buckets that end in the count", async () => {
  const sendLag = durationsOf([0.005, 0.015, 0.015, 7, 500]);
  const base = firingFixture();
  const samples = await samplesOf({
    ...base,
    latency: { ...base.latency, sendLag },
  });
  const buckets = samples.filter(({ name }) =>
    name === "kar98k_send_lag_seconds_bucket"
  );
  const valueAt = (le: string) =>
    sum(buckets, "kar98k_send_lag_seconds_bucket", `le="${le}"`);
  assert.deepEqual(
    ["0.00001", "0.00002", "0.005", "0.01", "0.2", "+Inf"].map(
      valueAt,
    ),
    [1, 3, 3, 4, 4, 5],
  );
  assert.equal(sum(samples, "kar98k_send_lag_seconds_count"), 5);
  assert.ok(
    Math.abs(sum(samples, "kar98k_send_lag_seconds_sum") - 0.507035) < 1e-9,
  );
});

/** Upper bounds of a histogram's buckets, in the order of the text. */
async function boundsOf(metric: string): Promise<number[]> {
  const [first, ...samples] = (await samplesOf(firingFixture()))
    .filter(({ name }) => name === `${metric}_bucket`);
  const labels = [first!, ...samples].map(({ labels }) => labels);
  const series = (text: string) => text.replace(/le="[^"]*"/, "");
  return labels.filter((text) => series(text) === series(labels[0]!))
    .map((text) =>
      Number(/le="([^"]*)"/.exec(text)![1]!.replace("+Inf", "Infinity"))
    );
}

Deno.test("renderMetrics() has buckets that end at the limits people ask for", async () => {
  const bounds = await boundsOf("kar98k_request_duration_seconds");
  const asked = [0.05, 0.1, 0.2, 0.25, 0.3, 0.5, 1, 2, 2.5, 3, 5, 10, 30];
  for (const sec of asked) assert.ok(bounds.includes(sec), `${sec}`);
});

for (const metric of ["request_duration", "send_lag"]) {
  Deno.test(`renderMetrics() has buckets of ${metric} that rise, by no more than twice each, to the last one`, async () => {
    const bounds = await boundsOf(`kar98k_${metric}_seconds`);
    assert.equal(bounds.pop(), Infinity);
    assert.ok(bounds.length > 10);
    bounds.slice(1).forEach((bound, i) => {
      const ratio = bound / bounds[i]!;
      assert.ok(ratio > 1 && ratio <= 2 + 1e-9, `${bounds[i]} to ${bound}`);
    });
  });
}

Deno.test("renderMetrics() tells the setting in force, the planned rate and what was sent", async () => {
  const of = async (control: Partial<Snapshot["control"]>, share = 1) => {
    const base = firingFixture();
    const samples = await samplesOf({
      ...base,
      control: { ...base.control, ...control },
      share,
    });
    return ["current", "target", "achieved"].map((name) =>
      sum(samples, `kar98k_${name}_tps`)
    );
  };
  const { plannedRate, sentRate } = firingFixture();
  assert.deepEqual(await of({}), [100, plannedRate, sentRate]);
  assert.equal((await of({ scale: 1.5 }))[0], 150);
  assert.equal((await of({ base: 40, scale: 2 }))[0], 80);
  assert.equal((await of({ base: 40, paused: true }))[0], 40);
  assert.equal((await of({ base: 40 }, 0.25))[0], 10);
});

Deno.test("renderMetrics() says nothing of the health of a target that was not asked", async () => {
  const base = firingFixture();
  const targets = base.targets.map((target) => ({ ...target, healthy: null }));
  const samples = await samplesOf({ ...base, targets });
  assert.equal(
    samples.filter(({ name }) => name === "kar98k_target_health").length,
    0,
  );
});

Deno.test("renderMetrics() stays readable whatever a target is called", async () => {
  const base = firingFixture();
  const anything = fc.string({ unit: "binary" });
  await fc.assert(
    fc.asyncProperty(anything, async (name) => {
      const targets = [{ ...base.targets[0]!, name }];
      await samplesOf({ ...base, targets });
    }),
    { numRuns: 50 },
  );
});

Deno.test("renderMetrics() mixes no snapshots when scrapes overlap", async () => {
  const rates = [1, 2, 3, 4];
  const texts = await Promise.all(
    rates.map((sentRate) => renderMetrics(firingFixture({ sentRate }))),
  );
  rates.forEach((rate, i) =>
    assert.match(texts[i]!, new RegExp(`^kar98k_achieved_tps ${rate}$`, "m"))
  );
});

const HAS_PROMTOOL = hasProgram("promtool");

Deno.test({
  name:
    "renderMetrics() passes promtool check metrics (skipped where there is no promtool)",
  ignore: !HAS_PROMTOOL,
  async fn() {
    const child = new Deno.Command("promtool", {
      args: ["check", "metrics"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(
      new TextEncoder().encode(await renderMetrics(firingFixture())),
    );
    await writer.close();
    const { code, stderr } = await child.output();
    assert.equal(new TextDecoder().decode(stderr), "");
    assert.equal(code, 0);
  },
});

Deno.test("renderMetrics() shows each threshold as it stands", async () => {
  const verdict = verdictFixture();
  const samples = await samplesOf(firingFixture({ verdict }));
  const states = verdict.thresholds.map(({ threshold: { text } }) =>
    sum(samples, "kar98k_threshold_state", `threshold="${text}"`)
  );
  assert.deepEqual(states, [0, 1, 1, 2, 0]);
});

Deno.test("renderMetrics() shows how long targets take to recover, and nothing of those of which nobody can say", async () => {
  const samples = await samplesOf(firingFixture());
  const { recovery } = firingFixture();
  assert.ok(recovery.medians.some(({ medianMs }) => medianMs === null));
  for (const { target, medianMs } of recovery.medians) {
    assert.equal(
      sum(samples, "kar98k_recovery_seconds", `target="${target}"`),
      (medianMs ?? 0) / 1000,
    );
  }
});
