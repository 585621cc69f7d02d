/** Reports of a part of a run that was recorded. */
import assert from "node:assert/strict";
import { Recording, RecordReader, snapshotOf } from "../../src/record/mod.ts";
import { renderText, verdictText } from "../../src/report/mod.ts";
import { NO_PROOF, type Totals } from "../../src/stats/mod.ts";
import { verdictOf } from "../../src/verdict/mod.ts";
import { verdictFixture } from "../fixtures/verdict.ts";
import {
  MadeUp,
  metaFixture,
  momentFixture,
  NOON,
  withRecord,
} from "../record/support.ts";

Deno.test("of a part of a run neither its verdict nor its proof is told", () =>
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
      recording.take({ interval, moment, changes: [], notes: [] });
    }
    recording.close(null, 0);
    const reader = new RecordReader(path);
    try {
      const part = snapshotOf(reader, { to: NOON + 10 });
      assert.deepEqual(part.verdict.thresholds, []);
      assert.deepEqual(part.proof, NO_PROOF);
      assert.equal(verdictOf(part).outcome, "unknown");
      assert.match(part.warnings[0]!, /thresholds, proofs and recoveries are/);
      assert.match(verdictText(part).text, /of a part of a run nothing/);
      const text = renderText(part, {
        color: "none",
        unicode: true,
        width: 80,
      });
      assert.doesNotMatch(text, /stopped: |Proof of what|NOT KEPT/);
      const whole = snapshotOf(reader, { from: NOON, to: NOON + 20 });
      assert.deepEqual(whole.verdict, verdict);
      assert.equal(whole.proof.counts.result, "refuted");
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
      recording.take({ interval: told, moment, changes: [], notes: [] });
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
