/** Reports of a part of a run that was recorded. */
import assert from "node:assert/strict";
import { Recording, RecordReader, snapshotOf } from "../../src/record/mod.ts";
import { renderText } from "../../src/report/mod.ts";
import { NO_PROOF, type Totals } from "../../src/stats/mod.ts";
import {
  parseThreshold,
  type RecoverySnapshot,
} from "../../src/threshold/mod.ts";
import { verdictOf } from "../../src/verdict/mod.ts";
import { planFixture } from "../fixtures/snapshot.ts";
import { verdictFixture } from "../fixtures/verdict.ts";
import {
  MadeUp,
  metaFixture,
  momentFixture,
  NOON,
  withRecord,
} from "../record/support.ts";

Deno.test("of a part of a run neither the run's verdict nor its proof of law is told", () =>
  withRecord((path) => {
    const recording = new Recording({ path, maxBytes: 2 ** 30 });
    recording.begin(metaFixture(NOON));
    const made = new MadeUp(98);
    const proof = {
      ...NO_PROOF,
      counts: { ...NO_PROOF.counts, result: "refuted" },
    } as const;
    const verdict = verdictFixture({ stoppedBy: "errors < 1% -> stop" });
    const breaker = { level: 0, trips: 1, heldMs: 9, reason: "x" };
    for (let t = NOON; t < NOON + 20; t++) {
      const moment = momentFixture(t, { proof, verdict, breaker });
      const interval = made.second(t);
      recording.take({ interval, moment, plans: [], changes: [], notes: [] });
    }
    recording.close(null, 0);
    const reader = new RecordReader(path);
    try {
      const part = snapshotOf(reader, { to: NOON + 10 });
      assert.deepEqual(part.verdict.thresholds, []);
      assert.equal(part.proof.counts.result, "not_yet");
      assert.match(part.warnings[0]!, /are judged for the part alone/);
      const text = renderText(part, {
        color: "none",
        unicode: true,
        width: 80,
      });
      assert.doesNotMatch(text, /stopped: |NOT KEPT/);
      const whole = snapshotOf(reader, { from: NOON, to: NOON + 20 });
      assert.deepEqual(whole.verdict, verdict);
      assert.equal(whole.proof.counts.result, "refuted");
    } finally {
      reader.close();
    }
  }));

/** A record whose run was held against some thresholds. */
function judgedRun(path: string, ...lines: readonly string[]): RecordReader {
  const thresholds = lines.map((line) => {
    const parsed = parseThreshold(line);
    if (parsed.kind === "wrong") throw new Error(parsed.message);
    return parsed.threshold;
  });
  const judging = { thresholds, tolerate: 1, allowUnknown: false };
  const recording = new Recording({ path, maxBytes: 2 ** 30 });
  recording.begin(metaFixture(NOON, { plan: planFixture({ judging }) }));
  const made = new MadeUp(98);
  const law = {
    poisson: Array.from({ length: 2048 }, (_, i) => i % 2 || i / 2),
  };
  for (let t = NOON; t < NOON + 4500; t++) {
    const interval = { ...made.second(t), law };
    const moment = momentFixture(t, { recovery: SPIKES });
    recording.take({ interval, moment, plans: [], changes: [], notes: [] });
  }
  recording.close(null, 0);
  return new RecordReader(path);
}

const SPIKES: RecoverySnapshot = {
  spikes: [100, 4200].map((at, i) => ({
    startMs: (NOON + at) * 1000,
    endMs: (NOON + at + 10) * 1000,
    factor: 3,
    targets: [
      { target: "api", result: "recovered", ms: 1000 + i, baselineP95Ms: 9 },
    ],
  })),
  medians: [{ target: "api", medianMs: 1000, spikes: 2 }],
};

Deno.test("a part of a run is judged by the thresholds of its plan, and has its own law and recoveries", () =>
  withRecord((path) => {
    const reader = judgedRun(
      path,
      "errors < 90%",
      "errors < 0.1% over 10s",
      "errors < 90% over 5s",
      "errors < 90% over 5s for 2",
      "recovery.max{target=api} < 1001ms",
      "proof.law == proved",
    );
    const resultsOf = (from: number, to: number) => {
      const part = snapshotOf(reader, { from: NOON + from, to: NOON + to });
      return {
        ...part,
        results: part.verdict.thresholds.map(({ result, why }) =>
          why ?? result
        ),
      };
    };
    try {
      // Seconds are there still.
      const late = resultsOf(4100, 4400);
      assert.deepEqual(late.results, [
        ...["pass", "fail", "pass", "pass", "fail", "pass"],
      ]);
      assert.equal(late.proof.law.gaps, 300 * 1024);
      assert.deepEqual(late.recovery.spikes, [SPIKES.spikes[1]]);
      assert.equal(late.recovery.medians[0]!.medianMs, 1001);
      assert.equal(verdictOf(late).outcome, "failed");
      // Of what is older there are ten seconds each.
      const early = resultsOf(0, 300);
      assert.deepEqual(early.results, [
        ...["pass", "fail", "too_coarse", "too_coarse", "pass", "pass"],
      ]);
      assert.match(
        renderText(early, { color: "none", unicode: true, width: 80 }),
        /the record has longer intervals only/,
      );
    } finally {
      reader.close();
    }
  }));

Deno.test("a part of a run has no more reasons than failures: some were told late", () =>
  withRecord((path) => {
    const recording = new Recording({ path, maxBytes: 2 ** 30 });
    recording.begin(metaFixture(NOON));
    const made = new MadeUp(98);
    for (let t = NOON; t < NOON + 20; t++) {
      const interval = made.second(t);
      const api = interval.totals.targets.api!;
      const late = { kind: "timeout", code: null, reason: "2s", count: 500 };
      const targets = {
        ...interval.totals.targets,
        api: { ...api, reasons: [late] },
      };
      const totals = { ...interval.totals, targets } as Totals;
      const moment = momentFixture(t);
      const told = { ...interval, totals };
      recording.take({
        interval: told,
        moment,
        plans: [],
        changes: [],
        notes: [],
      });
    }
    recording.close(null, 0);
    const reader = new RecordReader(path);
    try {
      const part = snapshotOf(reader, { from: NOON + 5, to: NOON + 10 });
      for (const { failed, reasons } of part.targets) {
        const told = reasons.filter(({ kind }) => kind === "timeout")
          .reduce((sum, { count }) => sum + count, 0);
        assert.equal(told, reasons.length === 0 ? 0 : failed.timeout ?? 0);
      }
    } finally {
      reader.close();
    }
  }));
