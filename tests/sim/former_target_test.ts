/** A run that goes on from one whose targets had other names. */
import assert from "node:assert/strict";
import type { SavedRun } from "../../src/run/types.ts";
import { buildReport, renderText } from "../../src/report/mod.ts";
import { TALLY } from "../../src/stats/layout.ts";
import type { Totals } from "../../src/stats/mod.ts";
import { answer, failure } from "../../src/transport/mod.ts";
import { planWith, SimRun, targetWith } from "./harness.ts";

/** A run of two targets, killed while requests are open. */
async function killed(): Promise<SavedRun> {
  const targets = [
    targetWith({ name: "former", protocol: "http2" }),
    targetWith({ name: "kept" }),
  ];
  const sim = new SimRun(planWith({ pattern: { base: 200 }, targets }));
  let count = 0;
  sim.server.latencyMs = () => ++count % 10 === 0 ? 900 : 5;
  sim.server.outcome = failure("timeout");
  await sim.go(500);
  sim.server.outcome = answer(200);
  await sim.advance(3000);
  const saved = JSON.parse(JSON.stringify(sim.run.save()));
  sim.run.stop();
  await sim.advance(100);
  return saved;
}

/** How many requests a saved run had sent to a target. */
function sentBefore({ body }: SavedRun, name: string): number {
  const { targets } = (body as { readonly totals: Totals }).totals;
  return targets[name]!.tallies.reduce(
    (sum, tally) => sum + tally[TALLY.sent]!,
    0,
  );
}

Deno.test("restore keeps the counts of a target that is not there any more, and says so", async () => {
  const restore = await killed();
  const targets = [
    targetWith({ name: "present" }),
    targetWith({ name: "kept" }),
  ];
  const plan = planWith({ pattern: { base: 200 }, targets });
  const sim = new SimRun(plan, { restore, wallMs: restore.savedMs });
  await sim.go(2000);
  sim.run.drain();
  const end = await sim.advance(3000);
  // The server of this run has seen what this process has sent.
  const { before } = end;
  assert.ok(before !== null && before.sent > 0);
  assert.equal(
    end.due,
    end.sent + Object.values(end.missed).reduce((a, b) => a + b, 0),
  );
  assert.equal(end.sent, end.completed);
  assert.equal(end.sent, before.sent + sim.server.sent);
  assert.equal(end.targets.reduce((sum, { sent }) => sum + sent, 0), end.sent);
  assert.ok(end.latency.response.count <= end.completed);
  const former = end.targets.find(({ name }) => name === "former")!;
  assert.ok(former.sent > 0);
  assert.equal(
    former.sent,
    sentBefore(restore, "former"),
  );
  assert.equal(former.protocol, "http2");
  assert.deepEqual(end.targets.map(({ name }) => name), [
    "present",
    "kept",
    "former",
  ]);
  const said = sim.log.filter((line) => line.includes('"former"'));
  assert.equal(said.length, 1);
  assert.match(said[0]!, /is not in the configuration/);
  const look = { color: "none", unicode: true, width: 80 } as const;
  assert.match(renderText(end, look), /"former" of the saved/);
  const report = buildReport(end);
  assert.deepEqual(report.targets.map(({ gone }) => gone), [
    false,
    false,
    true,
  ]);
});

Deno.test("restore after restore, and reload, keep them as well", async () => {
  const first = await killed();
  const plan = planWith({
    pattern: { base: 50 },
    targets: [targetWith({ name: "present" })],
  });
  const second = new SimRun(plan, { restore: first, wallMs: first.savedMs });
  await second.go(1000);
  const saved = JSON.parse(JSON.stringify(second.run.save()));
  second.run.stop();
  await second.advance(100);
  const third = new SimRun(plan, { restore: saved, wallMs: saved.savedMs });
  await third.go(500);
  // Back under its old name.
  const back = planWith({
    pattern: { base: 50 },
    targets: [targetWith({ name: "former" })],
  });
  void third.run.reload(back, {});
  await third.advance(2000);
  third.run.drain();
  const end = await third.advance(3000);
  const sent = Object.fromEntries(
    end.targets.map(({ name, sent }) => [name, sent]),
  );
  assert.deepEqual(Object.keys(sent).sort(), ["former", "kept", "present"]);
  assert.equal(sent.kept, sentBefore(saved, "kept"));
  assert.ok(sent.former! > sentBefore(saved, "former"));
  assert.equal(end.sent, end.completed);
});

Deno.test("restore with the same targets says nothing of it", async () => {
  const restore = await killed();
  const targets = ["former", "kept"].map((name) => targetWith({ name }));
  const plan = planWith({ pattern: { base: 200 }, targets });
  const sim = new SimRun(plan, { restore, wallMs: restore.savedMs });
  await sim.go(500);
  assert.equal(sim.run.snapshot().targets.length, 2);
  assert.deepEqual(sim.log.filter((line) => line.includes("former")), []);
  sim.run.stop();
  await sim.advance(100);
});
