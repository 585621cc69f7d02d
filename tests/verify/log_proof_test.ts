import assert from "node:assert/strict";
import { printable } from "../../src/base/mod.ts";
import { planWith, targetWith } from "../sim/plans.ts";
import { Chance } from "../fixtures/chance.ts";
import {
  expectedOf,
  instantsOf,
  NOON_MS,
  proved,
  runAt,
  STAMPINGS,
} from "./support.ts";

/** 100 a second for twenty minutes: enough for the law. */
const LONG = runAt(100, 1200);
/** Few requests, so that hardly two of them are under way at once. */
const CALM = runAt(5, 120);
const AT = { from: NOON_MS + 60_000, to: NOON_MS + 61_000 };

/** Lines of milliseconds, each two milliseconds after its request. */
function calmLines(change: (instants: number[]) => number[]): string[] {
  return change(instantsOf(CALM)).map((atMs) => STAMPINGS.msec(atMs + 2));
}

/** The place of the first request after a minute. */
function middle(instants: readonly number[]): number {
  return instants.findIndex((atMs) => atMs >= AT.from);
}

for (const [name, stamp] of Object.entries(STAMPINGS)) {
  Deno.test(`a log of what a plan has is proved (${name})`, () => {
    const chance = new Chance(7);
    const lines = instantsOf(LONG)
      .map((atMs) => stamp(atMs + chance.below(4000) / 1000));
    const { counts, law, lines: read } = proved(expectedOf(LONG), lines);
    assert.equal(counts.result, "proved");
    assert.equal(counts.lines, counts.planned);
    assert.deepEqual(counts.faults, []);
    assert.equal(law.result, "proved", JSON.stringify(law));
    assert.equal(law.gaps, lines.length - 1);
    assert.equal(read.unreadable, 0);
  });
}

Deno.test("a line that is missing is named with its second", () => {
  const lines = calmLines((all) => all.toSpliced(middle(all), 1));
  const { counts } = proved(expectedOf(CALM), lines);
  assert.equal(counts.result, "refuted");
  assert.deepEqual([counts.missing, counts.surplus], [1, 0]);
  assertAround(counts.faults[0]!, "missing");
});

Deno.test("a line that is there twice is named with its second", () => {
  const lines = calmLines((all) => {
    const at = middle(all);
    return all.toSpliced(at, 0, all[at]!);
  });
  const { counts } = proved(expectedOf(CALM), lines);
  assert.equal(counts.result, "refuted");
  assert.deepEqual([counts.missing, counts.surplus], [0, 1]);
  assertAround(counts.faults[0]!, "surplus");
});

Deno.test("a line that comes ten seconds late is named where it lacks and where it is", () => {
  const lines = calmLines((all) => {
    const at = middle(all);
    return all.with(at, all[at]! + 10_000);
  });
  const { counts } = proved(expectedOf(CALM), lines);
  assert.equal(counts.result, "refuted");
  assert.deepEqual(counts.faults.map(({ kind }) => kind), [
    "missing",
    "surplus",
  ]);
  assertAround(counts.faults[0]!, "missing");
  const { fromMs, toMs } = counts.faults[1]!;
  assert.ok(fromMs <= AT.to + 10_000 && toMs >= AT.from + 10_000);
});

function assertAround(
  fault: { kind: string; lines: number; fromMs: number; toMs: number },
  kind: string,
): void {
  assert.deepEqual([fault.kind, fault.lines], [kind, 1]);
  assert.ok(fault.fromMs <= AT.from && fault.toMs >= AT.from);
  assert.ok(fault.toMs - fault.fromMs <= 5000, JSON.stringify(fault));
}

Deno.test("counts hold in any order of lines", () => {
  const lines = calmLines((all) => all.toReversed());
  const { counts, lines: read } = proved(expectedOf(CALM), lines);
  assert.equal(counts.result, "proved");
  assert.ok(read.unordered > 0);
});

Deno.test("lines that are out of order by less than a request takes have their part in the law", () => {
  const chance = new Chance(7);
  // Stamped at their start, and written at their end.
  const lines = instantsOf(LONG)
    .map((atMs) => ({ atMs, endMs: atMs + chance.below(2000) }))
    .sort((a, b) => a.endMs - b.endMs)
    .map(({ atMs }) => STAMPINGS.msec(atMs));
  const expected = expectedOf(LONG, { latencyMs: 2000 });
  const { counts, law, lines: read } = proved(expected, lines);
  assert.deepEqual([counts.result, law.result, read.unordered], [
    "proved",
    "proved",
    0,
  ]);
});

Deno.test("sends in batches of 50 ms refute the law, and not the counts", () => {
  const lines = instantsOf(LONG)
    .map((atMs) => STAMPINGS.msec(Math.ceil(atMs / 50) * 50));
  const { counts, law } = proved(expectedOf(LONG, { latencyMs: 60 }), lines);
  assert.deepEqual([counts.result, law.result], ["proved", "refuted"]);
});

Deno.test("a rate that is a quarter too high refutes counts and law, at a tick of a second too", () => {
  const lines = instantsOf(runAt(125, 1200)).map(STAMPINGS.combined);
  const { counts, law } = proved(expectedOf(LONG), lines);
  assert.deepEqual([counts.result, law.result], ["refuted", "refuted"]);
});

Deno.test("plan time and the wall clock may be years apart", () => {
  const run = { ...LONG, wallMs: Date.UTC(2031, 4, 5, 6, 7, 8, 991) };
  const lines = instantsOf(run).map((atMs) => STAMPINGS.msec(atMs + 1));
  const { counts, law } = proved(expectedOf(run), lines);
  assert.deepEqual([counts.result, law.result], ["proved", "proved"]);
});

Deno.test("a rate that changes is no fault, at a tick of a second too", () => {
  const pattern = { base: 100, rampUpMs: 600_000 };
  const run = { plan: planWith({ pattern }), seconds: 1200 };
  for (const stamp of [STAMPINGS.msec, STAMPINGS.combined]) {
    const { counts, law } = proved(expectedOf(run), instantsOf(run).map(stamp));
    assert.deepEqual([counts.result, law.result], ["proved", "proved"]);
  }
});

Deno.test("requests that were missed have no line, and those without an answer may have none", () => {
  const lines = calmLines((all) => all.slice(3));
  const of = (missed: number, unanswered: number) =>
    proved(expectedOf(CALM, { missed, unanswered }), lines);
  assert.equal(of(3, 0).counts.result, "proved");
  assert.equal(of(0, 3).counts.result, "proved");
  assert.equal(of(0, 9).counts.result, "proved");
  assert.equal(of(2, 0).counts.missing, 1);
  assert.equal(of(4, 0).counts.surplus, 1);
});

Deno.test("a law with many requests missed is not taken", () => {
  const missed = 5000;
  const lines = instantsOf(LONG).slice(missed).map(STAMPINGS.msec);
  const { law, lawNotTaken } = proved(expectedOf(LONG, { missed }), lines);
  assert.equal(law.result, "not_yet");
  assert.match(lawNotTaken!, /^5000 requests were missed/);
});

Deno.test("arrivals of one target are held against its server's log", () => {
  const targets = [
    targetWith({ name: "api", weight: 3 }),
    targetWith({ name: "shop", weight: 1 }),
  ];
  const plan = planWith({ pattern: { base: 100 }, targets });
  const run = { plan, seconds: 1200 };
  const expected = expectedOf(run, { targets: new Set([1]) });
  const all = instantsOf(run).length;
  const { counts } = proved(expected, []);
  assert.ok(Math.abs(counts.planned / all - 0.25) < 0.02);
});

Deno.test("other paths, and lines before and after the run, are left out and told", () => {
  const own = calmLines((all) => all);
  const other = own.slice(0, 7).map((line) =>
    line.replace("/api", "/health?x=/api")
  );
  const outside = [STAMPINGS.msec(NOON_MS - 60_000)];
  const lines = [...outside, ...own, ...other];
  const { counts, lines: read } = proved(expectedOf(CALM), lines, {
    paths: ["/api"],
  });
  assert.equal(counts.result, "proved");
  assert.deepEqual([read.otherPaths, read.outside], [7, 1]);
  const all = proved(expectedOf(CALM), lines);
  assert.deepEqual([all.counts.result, all.counts.surplus], ["refuted", 7]);
});

Deno.test("lines that cannot be read are counted, the first is shown, and it may be the one that lacks", () => {
  const hostile = [
    "",
    "\x1b[2J\x00\u202e",
    "[".repeat(60_000),
    `"`.repeat(60_001),
    `"${'\\"'.repeat(30_000)}`,
    `"${'\\"'.repeat(30_000)}\\\\`,
    "{".repeat(60_000),
    `{"ts":"__proto__","__proto__":{"ts":1}}`,
    `{"ts":1e400}`,
    "null",
    "10.0.0.1 - - [99/Nov/2026:12:01:00 +0000] x",
    "10.0.0.1 - - [24/Xyz/2026:12:01:00 +0000] x",
  ];
  const own = calmLines((all) => all);
  const { counts, lines } = proved(expectedOf(CALM), [...hostile, ...own]);
  assert.equal(counts.result, "proved");
  assert.equal(lines.unreadable, hostile.length);
  assert.equal(lines.firstUnreadable!.line, 1);
  const cut = proved(expectedOf(CALM), [hostile[1]!, ...own.slice(1)]);
  assert.equal(cut.counts.result, "not_yet");
  assert.equal(cut.lines.firstUnreadable!.text, printable(hostile[1]!));
});

Deno.test("an empty log proves nothing, and a run without its log is refuted", () => {
  const { counts, law } = proved(expectedOf(CALM), []);
  assert.deepEqual([counts.result, law.result], ["refuted", "not_yet"]);
  assert.equal(counts.missing, counts.planned);
  const nothing = proved(expectedOf(runAt(0, 10)), []);
  assert.equal(nothing.counts.result, "not_yet");
});

Deno.test("a run of more than a hundred days is refused", () => {
  const from = 10 * NOON_MS / 1000;
  const spans = [{
    from,
    to: from + 101 * 864_000,
    lanes: [],
    isKilled: false,
  }];
  assert.throws(
    () => proved(expectedOf(CALM, { spans }), []),
    /more than 100 days/,
  );
});

Deno.test("health checks of kar's own are allowed, once an interval, unless paths leave them out", () => {
  const health = { ...CALM.plan.health, enabled: true, intervalMs: 10_000 };
  const plan = { ...CALM.plan, health };
  const own = calmLines((all) => all);
  const checks = Array.from(
    { length: 12 },
    (_, i) => STAMPINGS.msec(NOON_MS + i * 10_000 + 7),
  );
  const expected = expectedOf({ ...CALM, plan });
  const { counts } = proved(expected, [...own, ...checks]);
  assert.deepEqual([counts.result, counts.healthChecks], ["proved", 12]);
  const more = proved(expected, [...own, ...checks, checks[5]!]).counts;
  assert.deepEqual([more.result, more.surplus], ["refuted", 1]);
  const url = "http://a.test/health";
  const elsewhere = { ...plan, health: { ...health, url } };
  const left = proved(
    expectedOf({ ...CALM, plan: elsewhere }),
    [...own, ...checks],
    { paths: ["/api"] },
  ).counts;
  assert.deepEqual([left.healthChecks, left.surplus], [0, 12]);
});
