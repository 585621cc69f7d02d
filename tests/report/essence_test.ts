import assert from "node:assert/strict";
import fc from "fast-check";
import {
  ESSENCE_LINES_MAX,
  renderShort,
  renderText,
  widthOf,
} from "../../src/report/mod.ts";
import {
  type Counts,
  MISSED_REASONS,
  type Snapshot,
  total,
} from "../../src/stats/mod.ts";
import { FAILURE_KINDS } from "../../src/transport/mod.ts";
import { durationsOf } from "../fixtures/durations.ts";
import { snapshotFixture } from "../fixtures/snapshot.ts";

const PLAIN = { color: "none", unicode: true, width: 80 } as const;

function linesOf(text: string): string[] {
  return text.trimEnd().split("\n");
}

function short(overrides: Partial<Snapshot>): string {
  return renderShort(snapshotFixture(overrides), PLAIN);
}

const count = fc.oneof(fc.constant(0), fc.nat(5), fc.nat(1e9));

function counts<Name extends string>(names: readonly Name[]) {
  const each = Object.fromEntries(names.map((name) => [name, count]));
  return fc.record(each, { requiredKeys: [] }) as fc.Arbitrary<Counts<Name>>;
}

/** Counts as no run has them all at once, which add up all the same. */
const tallies = fc.record({
  ok: count,
  failed: counts(FAILURE_KINDS),
  missed: counts(MISSED_REASONS),
  waiting: count,
  inFlight: count,
}).map((tally) => {
  const completed = tally.ok + total(tally.failed);
  const sent = completed + tally.inFlight;
  const due = sent + total(tally.missed) + tally.waiting;
  return { ...tally, completed, sent, due };
});

Deno.test("renderShort() never has more than twelve lines, nor one beyond the edge", () => {
  const base = snapshotFixture();
  const breaker = {
    level: 0,
    trips: 1e6,
    heldMs: 1e9,
    reason: "x".repeat(1000),
  };
  fc.assert(
    fc.property(
      tallies,
      fc.integer({ min: 60, max: 160 }),
      fc.boolean(),
      (tally, width, hasTripped) => {
        const reason = "x ".repeat(100);
        const [target] = base.targets;
        const why = { kind: "tls", code: null, reason, count: 9 } as const;
        const held = hasTripped
          ? { breaker, targets: [{ ...target!, reasons: [why] }] }
          : {};
        const snapshot = { ...base, ...tally, ...held };
        const lines = linesOf(renderShort(snapshot, { ...PLAIN, width }));
        assert.ok(lines.length <= ESSENCE_LINES_MAX, lines.join("\n"));
        for (const line of lines) assert.ok(widthOf(line) <= width, line);
      },
    ),
  );
});

Deno.test("renderText() ends with what renderShort() says", () => {
  const snapshot = snapshotFixture();
  const text = renderText(snapshot, PLAIN);
  assert.ok(text.endsWith(`\n\n${renderShort(snapshot, PLAIN)}`));
});

Deno.test("renderShort() names counts, shares, kinds, times and the limit", () => {
  const text = short({});
  assert.match(text, /^Result +1\.3% of the requests failed, 0\.1% of what /);
  assert.match(text, /^ {2}sent +12,599 +99\.9% +of 12,615 due$/m);
  assert.match(text, /^ {2}ok +12,432 +98\.7%$/m);
  assert.match(text, /^ {2}failed +167 +1\.3% +status ×102 · timeout ×55/m);
  assert.match(text, /^ {2}missed +16 +0\.1% +late ×8/m);
  assert.match(text, /^ {2}response +p50 18.2ms {2}p95 148ms {2}p99 393ms /m);
  assert.match(text, /^ {2}limited by +8 were missed at limits.in_flight = 4/m);
});

Deno.test("renderShort() says why most of the failed requests failed", () => {
  const [target, ...others] = snapshotFixture().targets;
  const reasons = [
    { kind: "dns", code: null, reason: "no such host", count: 1 },
    { kind: "tls", code: null, reason: "expired since May", count: 2 },
  ] as const;
  const none = others.map((other) => ({ ...other, reasons: [] }));
  const text = short({ targets: [{ ...target!, reasons }, ...none] });
  assert.match(text, /\n {2}failed .*\n +api: tls: expired since May\n/);
});

Deno.test("renderShort() says in its first line what came of the run", () => {
  const none = { completed: 0, ok: 0, failed: {}, missed: {}, sent: 0 };
  const firstOf = (overrides: Partial<Snapshot>) =>
    linesOf(short(overrides))[0]!.replace(/^Result +/, "");
  assert.equal(
    firstOf({ ...none, due: 0 }),
    "nothing was due: nothing was tested",
  );
  assert.equal(
    firstOf({ ...none, due: 7, missed: { no_connection: 7 } }),
    "nothing was sent: all 7 due were missed",
  );
  const failed = { refused: 1234 };
  assert.equal(
    firstOf({ ...none, due: 1234, sent: 1234, completed: 1234, failed }),
    "all 1,234 requests failed",
  );
  assert.equal(
    firstOf({ ...none, due: 7, sent: 7, completed: 7, ok: 7 }),
    "all 7 requests were answered as wanted",
  );
  const late = { ...none, due: 10, sent: 9, completed: 9, ok: 9 };
  assert.equal(
    firstOf({ ...late, missed: { late: 1 } }),
    "10% of what was due was not sent; kar was the limit",
  );
});

Deno.test("renderShort() says that a percentile is unknown because there were too few", () => {
  const { latency } = snapshotFixture();
  const few = durationsOf([1, 2, 3]);
  const text = short({ latency: { ...latency, response: few } });
  assert.match(text, /p50 – .*max 3.00ms .*\(– too few\)$/m);
});

Deno.test("renderShort() wraps what came of a run, where it is more than a line", () => {
  const lines = linesOf(short({
    ok: 1,
    failed: { tls: 1 },
    missed: { late: 2, unhealthy: 3 },
    completed: 2,
    sent: 2,
    due: 7,
  }));
  const [first, second] = lines;
  assert.match(first!, /^Result +50% of the requests failed, /);
  assert.match(second!, /^ {11,}\S/);
  assert.ok(!lines.slice(0, 2).join("").includes("…"));
});
