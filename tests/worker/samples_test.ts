import assert from "node:assert/strict";
import { SLOT_MS } from "../../src/base/mod.ts";
import { answer, failure } from "../../src/transport/mod.ts";
import { planWith } from "../sim/plans.ts";
import { FIRST, WorkerBench } from "./support.ts";

/** 1000/s for one second. */
function benchOf(): WorkerBench {
  const bench = new WorkerBench(planWith({ pattern: { base: 1000 } }));
  bench.shared.endBeat = 10;
  return bench;
}

Deno.test("SampleNotes tell the first failures, some of the others, and the slowest requests", async () => {
  const bench = benchOf();
  bench.server.outcome = failure("reset", "reset by hunter22");
  await bench.go(3000);
  const failures = bench.sampled.filter(({ why }) => why === "failure");
  assert.ok(failures.length >= 40, `${failures.length}`);
  const [first] = failures;
  assert.equal(first!.kind, "reset");
  assert.equal(first!.code, null);
  assert.equal(first!.reason, "reset by ${PASSWORD}");
  const startMs = FIRST * SLOT_MS;
  for (const { intendedMs } of failures) {
    assert.ok(intendedMs >= startMs && intendedMs < startMs + 1000);
  }
  // What never reached the target is not slow.
  assert.equal(bench.sampled.length, failures.length);
});

Deno.test("SampleNotes tell the slowest answers, and no more of the others", async () => {
  const bench = benchOf();
  let n = 0;
  bench.server.latencyMs = () => ++n % 100 === 0 ? 50 + n / 100 : 5;
  await bench.go(3000);
  const last = new Map(bench.sampled.map((s) => [s.responseMs, s]));
  const slow = [...last.keys()].sort((a, b) => b - a).slice(0, 5);
  assert.ok(slow.every((ms) => ms >= 50), slow.join());
  assert.ok(
    bench.sampled.every(({ why, kind, code }) =>
      why === "slow" && kind === null && code === 200
    ),
  );
  assert.ok(bench.sampled.length < 100);
});

Deno.test("SampleNotes keep the beginning of a failed answer's body from the first one on, and of no other", async () => {
  const bench = benchOf();
  const { server } = bench;
  server.body = new TextEncoder().encode(`{"who":"hunter22","x":"\u001b[2J"}`);
  server.outcome = answer(503);
  await bench.go(3000);
  assert.ok(bench.sampled.length >= 40);
  const failures = bench.sampled.filter(({ why }) => why === "failure");
  for (const { body } of failures) {
    assert.equal(body, '{"who":"${PASSWORD}","x":"\\x1b[2J"}');
  }
  assert.ok(server.kept < server.answered, "not of all that failed");
  const well = benchOf();
  await well.go(3000);
  assert.ok(well.server.answered > 900);
  assert.equal(well.server.kept, 0);
});
