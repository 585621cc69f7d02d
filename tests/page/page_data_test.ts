import assert from "node:assert/strict";
import {
  COLUMNS_MAX,
  columnsOf,
  DurationCells,
  type PageData,
  pageData,
  pageHead,
  type PageSeries,
  type SeriesInterval,
} from "../../src/page/mod.ts";
import fc from "fast-check";
import { buildReport } from "../../src/report/mod.ts";
import { type Counts, total } from "../../src/stats/mod.ts";
import {
  firingFixture,
  planFixture,
  snapshotFixture,
} from "../fixtures/snapshot.ts";
import { Chance } from "../fixtures/chance.ts";
import { longRun } from "./long_runs.ts";
import { simulated } from "./simulated.ts";

/** Of a snapshot that nobody saw the beginning of. */
function pageOf(snapshot = snapshotFixture()): PageData {
  const head = pageHead({ snapshot, events: [], ahead: null });
  const columns = { lengthMs: 1000, intervals: [], toMs: null };
  return pageData(head, { columns, marks: [] });
}

const sum = (list: readonly number[]) => list.reduce((all, n) => all + n, 0);

function sums(counts: Readonly<Record<string, readonly number[]>>) {
  return Object.values(counts).reduce((all, list) => all + sum(list), 0);
}

Deno.test("pageData() has columns that come to the report, all in all and for each target", async () => {
  const { data, snapshot } = await simulated();
  const check = (series: PageSeries, whole: {
    readonly due: number;
    readonly sent: number;
    readonly ok: number;
    readonly failed: Counts<string>;
    readonly missed: Counts<string>;
  }) => {
    assert.equal(sum(series.due), whole.due);
    assert.equal(sum(series.sent), whole.sent);
    assert.equal(sum(series.ok), whole.ok);
    assert.equal(sums(series.failed), total(whole.failed));
    assert.equal(sums(series.missed), total(whole.missed));
  };
  check(data.series[0]!, data.report);
  data.report.targets.forEach((target, i) => {
    assert.equal(data.series[i + 1]!.target, target.name);
    check(data.series[i + 1]!, target);
  });
  const { steps: _, ...report } = buildReport(snapshot);
  assert.deepEqual(data.report, report);
});

Deno.test("pageData() has no phase that the run did not have, also while its last answers come", async () => {
  const { data, snapshot } = await simulated();
  const seen = new Set(data.run.phase.map((i) => data.phases[i]!));
  const there = snapshot.phases.map(({ phase }) => phase as string);
  assert.deepEqual([...seen].sort(), there.sort());
});

Deno.test("pageData() names failures by code, and knows the factors of the rate", async () => {
  const { data } = await simulated();
  assert.deepEqual(Object.keys(data.series[0]!.failed), ["status 503"]);
  const { factors, planned } = data.run;
  assert.deepEqual(Object.keys(factors).sort(), [
    "base",
    "noise",
    "ramp",
    "spike",
  ]);
  assert.ok(
    Object.values(factors).every((list) => list.length === planned.length),
  );
});

Deno.test("pageData() puts every answer into a cell of the heatmap", async () => {
  const { data, snapshot } = await simulated();
  const { cells, rows } = data.series[0]!.heat;
  const counts = new Uint16Array(Uint8Array.fromBase64(cells).buffer);
  assert.equal(counts.length, rows * data.run.planned.length);
  assert.equal(sum([...counts]), snapshot.latency.response.count);
});

Deno.test("pageData() draws a percentile only of columns, or blocks of them, that bear it", async () => {
  const { data } = await simulated();
  const { p50, p99, shared } = data.series[0]!;
  assert.equal(shared.p50, 1);
  assert.ok(shared.p99 > 1, "a second has too few for p99");
  assert.ok(p50.filter((ms) => ms !== null).length > 50);
  for (let i = 0; i < p99.length; i++) {
    assert.equal(p99[i], p99[i - i % shared.p99]);
  }
});

Deno.test("pageData() ends a curve where one request is slower", async () => {
  const { data, snapshot } = await simulated();
  for (const { phase, response } of snapshot.phases) {
    const curve = data.curves[phase]!;
    assert.ok(curve.at(-1)![2] >= 1);
    for (const [share, ms, beyond] of curve) {
      const exact = response.percentile(share);
      assert.equal(exact !== null, beyond >= 10, `${phase} ${share}`);
      if (exact !== null) assert.ok(Math.abs(ms / exact - 1) < 0.001);
    }
  }
});

Deno.test("pageData() has at most 1,000 columns, however long the run was", () => {
  for (const hours of [1, 24, 24 * 365]) {
    const data = longRun(hours);
    const { length } = data.run.planned;
    assert.ok(length <= COLUMNS_MAX, `${length} columns`);
    assert.ok(length > COLUMNS_MAX / 2, `${length} columns`);
  }
});

Deno.test("columns lose no count, however many intervals are one of them", () => {
  const count = fc.nat(3000);
  const property = fc.property(count, fc.nat(1000), (length, seed) => {
    const chance = new Chance(seed);
    const intervals = Array.from({ length }, (_, i) => anInterval(chance, i));
    const series = { lengthMs: 1000, intervals, toMs: null };
    const columns = columnsOf(series);
    const total = (some: readonly SeriesInterval[]) =>
      some.reduce(
        (all, { all: { due, failed, response }, targets }) =>
          all + due * 4096 + (failed.reset ?? 0) * 1000 + response.total +
          targets[0]!.response.total / 8192,
        0,
      );
    assert.equal(total(columns.intervals), total(intervals));
    assert.ok(columns.intervals.length <= COLUMNS_MAX);
    assert.ok(length < 2 || columns.intervals.length > length / 8);
  });
  fc.assert(property, { numRuns: 30 });
});

function anInterval(chance: Chance, i: number): SeriesInterval {
  const due = chance.below(9);
  const response = new DurationCells([chance.below(300), due]);
  const failed = chance.below(2) === 0 ? {} : { reset: 1 };
  const part = { ...{ due, sent: due, ok: due, missed: {} }, failed, response };
  return {
    ...{ startMs: i * 1000, lengthMs: 1000, planned: due, phase: "baseline" },
    ...{ all: part, targets: [part], factors: null, generator: null },
  };
}

Deno.test("pageData() says whether a run goes on, is done, failed, or is not to be trusted", () => {
  const base = snapshotFixture();
  const failed = {
    ...base,
    ok: 0,
    failed: { ...base.failed, status: base.completed },
  };
  const words = [
    pageOf(firingFixture()),
    pageOf({ ...base, missed: {} }),
    pageOf(failed),
    pageOf({ ...base, missed: { late: base.due } }),
  ].map(({ verdict }) => verdict.word);
  assert.deepEqual(words, ["running", "done", "fail", "invalid"]);
});

Deno.test("the page's config hides literal secrets and leaves variables", () => {
  const plan = planFixture();
  const headers = [
    ["Authorization", "Bearer 0123456789"],
    ["X-Api-Key", "${API_KEY}"],
    ["Cookie", "session=1"],
    ["Proxy-Authorization", "Basic ${USER_PASSWORD}"],
    ["Accept", "text/html"],
  ] as const;
  const basicAuth = { user: "kar", password: "open sesame" };
  const targets = plan.targets
    .map((target) => ({ ...target, headers, basicAuth }));
  const { config } = pageOf(snapshotFixture({ plan: { ...plan, targets } }));
  assert.deepEqual(
    JSON.parse(config).targets[0].headers.map(([, value]: string[]) => value),
    [
      "Bearer ***",
      "${API_KEY}",
      "***",
      "Basic ${USER_PASSWORD}",
      "text/html",
    ],
  );
  assert.ok(!config.includes("sesame"));
});
