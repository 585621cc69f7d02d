import assert from "node:assert/strict";
import { REASONS_MAX } from "../../src/stats/mod.ts";
import { answer, failure, type Outcome } from "../../src/transport/mod.ts";
import { planWith, SimRun } from "./harness.ts";

/** Why the only target of a run failed, with the counts. */
function reasonsOf({ targets }: Awaited<ReturnType<SimRun["go"]>>) {
  return targets[0]!.reasons.map(({ kind, reason, count }) =>
    [kind, reason, count] as const
  );
}

/** Answers in turn with each of some outcomes. */
function inTurn(sim: SimRun, outcomes: readonly Outcome[]): void {
  let n = 0;
  Object.defineProperty(sim.server, "outcome", {
    get: () => outcomes[n++ % outcomes.length],
  });
}

for (const workers of [1, 3]) {
  Deno.test(`A run of ${workers} workers counts each reason as often as requests failed so`, async () => {
    const sim = new SimRun(planWith({ pattern: { base: 200 } }), {
      workers,
      durationMs: 5000,
    });
    inTurn(sim, [
      failure("tls", "the certificate has expired"),
      failure("tls", "the certificate has expired"),
      failure("reset"),
      answer(503),
      answer(200),
    ]);
    const end = await sim.go(20_000);
    const { failed, reasons } = end.targets[0]!;
    assert.equal(end.state, "stopped");
    assert.deepEqual(
      Object.fromEntries(reasons.map(({ kind, count }) => [kind, count])),
      failed,
    );
    assert.deepEqual(
      reasons.map(({ kind, code, reason }) => [kind, code, reason]).toSorted(),
      [
        ["reset", null, "the connection was reset"],
        ["status", 503, "503 Service Unavailable"],
        ["tls", null, "the certificate has expired"],
      ],
    );
  });
}

Deno.test("A run keeps five reasons of a kind, however many there are, and tells each once", async () => {
  const sim = new SimRun(planWith({ pattern: { base: 200 } }), {
    workers: 2,
    durationMs: 5000,
  });
  inTurn(
    sim,
    Array.from({ length: 1000 }, (_, i) => failure("reset", `reason ${i}`)),
  );
  const end = await sim.go(20_000);
  assert.equal(reasonsOf(end).length, REASONS_MAX);
  const lines = sim.log.filter((line) => line.includes(": reset: reason"));
  assert.equal(lines.length, REASONS_MAX);
  assert.equal(end.newestReason?.kind, "reset");
});

Deno.test("A worker that is lost takes no reason with it that it has told, and its own aborts have none", async () => {
  const sim = new SimRun(planWith({ pattern: { base: 200 } }), {
    workers: 2,
    durationMs: 10_000,
  });
  sim.server.outcome = failure("reset");
  await sim.go(5000);
  sim.alive[0]!.kill("for a test");
  const end = await sim.advance(20_000);
  const { failed } = end.targets[0]!;
  const told = Object.fromEntries(
    end.targets[0]!.reasons.map(({ kind, count }) => [kind, count]),
  );
  assert.equal(end.state, "stopped");
  // At most half a second of one worker's was not told.
  assert.ok(told.reset! <= failed.reset!);
  assert.ok(told.reset! > failed.reset! - 200);
});

Deno.test("Whether a run was cut short is known: by an operator while it sent, not by its duration", async () => {
  const whole = new SimRun(planWith({ pattern: { base: 20 } }), {
    durationMs: 2000,
  });
  assert.equal((await whole.go(5000)).isCutShort, false);
  const drained = new SimRun(planWith({ pattern: { base: 20 } }), {
    durationMs: 9000,
  });
  await drained.go(1000);
  drained.run.drain();
  assert.equal((await drained.advance(5000)).isCutShort, true);
  const silent = new SimRun(planWith({ pattern: { base: 20 } }), {
    durationMs: 2000,
  });
  silent.server.latencyMs = () => Infinity;
  await silent.go(3000);
  silent.run.stop();
  assert.equal((await silent.advance(1000)).isCutShort, false);
});
