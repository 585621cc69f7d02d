/** What a run proves of its own sending, in simulated time. */
import assert from "node:assert/strict";
import { planWith, SimRun, targetWith } from "./harness.ts";

Deno.test("a run that sends everything on time is proved: counts exactly, and no law refuted", async () => {
  for (const arrivals of ["poisson", "uniform"] as const) {
    const plan = planWith({ arrivals, pattern: { base: 200 } });
    const sim = new SimRun(plan, { workers: 2, durationMs: 130_000 });
    const { proof, due } = await sim.go(135_000);
    assert.deepEqual(proof.counts, {
      result: "proved",
      planned: due,
      handled: due,
      wrongLanes: 0,
    }, arrivals);
    assert.equal(proof.lag.result, "proved");
    assert.notEqual(proof.law.result, "refuted", arrivals);
    assert.ok(proof.law.gaps > 0.95 * due);
    // Ticks of simulated time are whole milliseconds, and so are sends.
    assert.ok(proof.law.distance! < 0.12, `${arrivals} ${proof.law.distance}`);
  }
});

Deno.test("what is missed with a reason, or lost with a worker, is no fault of the counts", async () => {
  const plan = planWith({
    pattern: { base: 300 },
    limits: { inFlight: 1 },
    targets: [targetWith(), targetWith({ name: "b", weight: 2 })],
  });
  const sim = new SimRun(plan, { workers: 2, durationMs: 70_000 });
  sim.server.latencyMs = () => 10;
  await sim.go(20_000);
  sim.workers[0]!.kill("test");
  const snapshot = await sim.advance(60_000);
  const { counts } = snapshot.proof;
  assert.ok(snapshot.sent < snapshot.due);
  assert.equal(counts.result, "proved");
  assert.equal(counts.wrongLanes, 0);
  assert.equal(counts.handled, counts.planned);
});

Deno.test("a pause, a change of the rate, a stop at once and a reload refute nothing", async () => {
  const plan = planWith({ pattern: { base: 200 } });
  const sim = new SimRun(plan, { workers: 2 });
  await sim.go(30_000);
  void sim.run.apply({ kind: "pause" });
  await sim.advance(20_000);
  void sim.run.apply({ kind: "resume" });
  void sim.run.apply({ kind: "scale", value: 2 });
  await sim.advance(30_000);
  void sim.run.reload(planWith({ pattern: { base: 50 } }), {});
  await sim.advance(90_000);
  sim.run.stop();
  const snapshot = await sim.advance(1000);
  assert.equal(snapshot.proof.counts.result, "proved");
  assert.equal(snapshot.proof.counts.wrongLanes, 0);
});
