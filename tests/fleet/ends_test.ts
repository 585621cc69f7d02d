import assert from "node:assert/strict";
import { mergeParts, type StoredEvent } from "../../src/fleet/mod.ts";
import { checkHistory } from "./history/check.ts";
import { History } from "./history/history.ts";

/* What is asked to end, and who does not know it in time. */

const FIRST = 77_000;

async function begun(onBusLoss: "continue" | "hold") {
  const history = new History({ seed: 1, parts: 2, onBusLoss });
  history.begin(0);
  history.begin(1);
  await history.clock.run(7000);
  return history;
}

/** Stores an end some two seconds ahead. */
function endAt(
  { server, clock }: History,
  { kind, value }: Pick<StoredEvent, "kind" | "value">,
): number {
  const slot = FIRST + 44;
  const storedMs = clock.now();
  const more = { seq: 1, durationMs: 0, who: "me", storedMs };
  server.events.push({ kind, value, slot, ...more });
  return slot;
}

for (
  const [kind, value] of [["stop", 0], ["drain", 1]] as const
) {
  Deno.test(`a member that comes back when a ${kind} is stored sends nothing from there on`, async () => {
    const history = await begun("hold");
    const end = endAt(history, { kind, value });
    await history.clock.run(1500);
    history.parts[0]![0]!.o.process.kill();
    history.begin(0);
    await history.clock.run(18_000);
    const [, back] = history.parts[0]!;
    assert.ok(back!.sender !== null, history.log.join("\n"));
    const made = history.parts[0]!.flatMap(({ sender }) => sender!.made);
    assert.deepEqual(made.filter(({ slot }) => slot >= end), []);
    await checkHistory(history);
  });
}

Deno.test("what a part sends behind the end that it could not hear of is named as beyond the plan", async () => {
  const history = await begun("continue");
  const { row, server } = history;
  const plan = history.planBy(row.plan);
  const one = history.parts[0]![0]!;
  one.o.bus.isCut = true;
  await history.clock.run(200);
  const end = endAt(history, { kind: "stop", value: 0 });
  await history.clock.run(8000);
  one.o.bus.isCut = false;
  await history.clock.run(12_000);
  const beyond = one.sender!.made.filter(({ slot }) => slot >= end)
    .reduce((sum, { due }) => sum + due, 0);
  assert.ok(beyond > 0, history.log.join("\n"));
  const run = { plan, row, events: server.events };
  const told = [...server.told.values()];
  const { late } = mergeParts(run, told, { upTo: Infinity });
  assert.deepEqual(
    late.map(({ part, seqs, beyond }) => ({ part, seqs, beyond })),
    [{ part: 1, seqs: [1], beyond }],
  );
  const lines = history.log.filter((line) => /taken [\d.]+ s late/.test(line));
  assert.equal(lines.length, 1, history.log.join("\n"));
  await checkHistory(history);
});
