import assert from "node:assert/strict";
import fc from "fast-check";
import { EXCERPT_CHARS_MAX, printable } from "../../src/base/mod.ts";
import { type ReasonBatch, Reasons, REASONS_MAX } from "../../src/stats/mod.ts";
import {
  answer,
  failure,
  FAILURE_KINDS,
  type FailureKind,
  type Outcome,
} from "../../src/transport/mod.ts";
import {
  REASON_MESSAGES_PER_SEC,
  ReasonNotes,
} from "../../src/worker/reason_notes.ts";
import { StillClock, testCall } from "../transport/support.ts";

const SPAN_MS = 1000 / REASON_MESSAGES_PER_SEC;

/** Notes whose messages are kept. */
function notes(variables: Readonly<Record<string, string>> = {}) {
  const clock = new StillClock();
  const batches: ReasonBatch[] = [];
  const notes = new ReasonNotes({
    clock,
    variables: () => variables,
    tell: (batch) => batches.push(batch),
  });
  const note = (outcome: Outcome, over: { target?: number; began?: boolean }) =>
    notes.note({
      ...testCall(),
      target: over.target ?? 0,
      firstByteMs: over.began ? 3 : NaN,
    }, outcome);
  return { clock, batches, notes, note };
}

const outcomes = fc.oneof(
  fc.record({
    kind: fc.constantFrom(...FAILURE_KINDS.filter((k) => k !== "status")),
    reason: fc.string({ unit: "binary", maxLength: 300 }),
  }).map(({ kind, reason }) => failure(kind, reason)),
  fc.record({
    code: fc.nat(599),
    reason: fc.constantFrom("", "no", "\x1b]0;x\x07"),
  }).map(({ code, reason }) => answer(code, reason)),
);

Deno.test("ReasonNotes of any workers come to no more reasons than failures, five of a kind, each one printable line", () => {
  const failures = fc.array(
    fc.record({
      outcome: outcomes,
      worker: fc.nat(2),
      target: fc.nat(1),
      began: fc.boolean(),
      waitMs: fc.constantFrom(0, 1, SPAN_MS),
    }),
    { maxLength: 200 },
  );
  fc.assert(fc.property(failures, (all) => {
    const workers = [notes(), notes(), notes()];
    const sums = new Reasons();
    const failed = new Map<string, { count: number; texts: Set<string> }>();
    for (const { outcome, worker, target, began, waitMs } of all) {
      const { note, clock } = workers[worker]!;
      note(outcome, { target, began });
      clock.runTo(clock.now() + waitMs);
      const kind = outcome.kind === "failure" ? outcome.failure : "status";
      const key = `${target} ${kind}`;
      const seen = failed.get(key) ?? { count: 0, texts: new Set() };
      seen.count++;
      seen.texts.add(JSON.stringify([outcome, began]));
      failed.set(key, seen);
    }
    for (const { notes, batches } of workers) {
      notes.flush();
      for (const { reasons } of batches) reasons.forEach((r) => sums.add(r));
    }
    for (const target of [0, 1]) {
      const byKind = Map.groupBy(sums.of(target), ({ kind }) => kind);
      for (const kind of FAILURE_KINDS) {
        const reasons = byKind.get(kind) ?? [];
        const seen = failed.get(`${target} ${kind}`);
        const told = reasons.reduce((sum, { count }) => sum + count, 0);
        assert.ok(reasons.length <= REASONS_MAX);
        assert.ok(told <= (seen?.count ?? 0));
        // With few reasons none finds its place taken.
        if ((seen?.texts.size ?? 0) <= REASONS_MAX) {
          assert.equal(told, seen?.count ?? 0);
        }
        for (const { reason } of reasons) {
          assert.equal(printable(reason), reason);
          assert.ok(reason.length <= EXCERPT_CHARS_MAX && reason !== "");
        }
      }
    }
  }));
});

Deno.test("ReasonNotes tell at most so many times a second, however many fail, and nothing while none does", () => {
  const { clock, batches, note } = notes();
  for (let ms = 0; ms < 10_000; ms++) {
    note(failure("reset", `reason ${ms}`), {});
    clock.runTo(ms);
  }
  assert.ok(batches.length <= 10 * REASON_MESSAGES_PER_SEC);
  assert.ok(batches.every(({ reasons }) => reasons.length <= REASONS_MAX));
  clock.runTo(20_000);
  const told = batches.length;
  assert.equal(clock.waiting, 0);
  clock.runTo(60_000);
  assert.equal(batches.length, told);
});

Deno.test("ReasonNotes tell the newest reason, also of one that finds no place, and never that kar ended a request", () => {
  const { batches, notes: all, note } = notes();
  for (let i = 0; i < 2 * REASONS_MAX; i++) note(failure("tls", `${i}`), {});
  note(failure("aborted"), {});
  all.flush();
  assert.equal(batches[0]!.newest!.reason, `${2 * REASONS_MAX - 1}`);
  assert.deepEqual(
    batches[0]!.reasons.map(({ kind, reason }) => [kind, reason]),
    [
      ...["0", "1", "2", "3", "4"].map((i) => ["tls" as FailureKind, i]),
      ["aborted", "it had no answer yet when the run ended"],
    ],
  );
});

Deno.test("ReasonNotes tell an answer that began from none at all", () => {
  const { batches, notes: all, note } = notes();
  note(failure("timeout"), { began: true });
  note(failure("timeout"), { began: false });
  note(failure("timeout"), { began: true });
  all.flush();
  assert.deepEqual(
    batches[0]!.reasons.map(({ reason, count }) => [reason, count]),
    [
      ["the answer began and did not end within its timeout", 2],
      ["no answer came within its timeout", 1],
    ],
  );
});

Deno.test("ReasonNotes hide what comes from the environment, before a text is cut", () => {
  const secret = "s".repeat(EXCERPT_CHARS_MAX);
  const { batches, notes: all, note } = notes({ TOKEN: secret });
  note(answer(503, `503: token ${secret} is no token`), {});
  all.flush();
  assert.equal(
    batches[0]!.reasons[0]!.reason,
    "503: token ${TOKEN} is no token",
  );
});

Deno.test("ReasonNotes that were dropped tell nothing", () => {
  const { clock, batches, notes: all, note } = notes();
  note(failure("reset"), {});
  all.drop();
  clock.runTo(10_000);
  all.flush();
  assert.deepEqual(batches, []);
});
