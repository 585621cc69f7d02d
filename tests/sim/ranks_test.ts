/** What goes by ranks, `seq` and rows in order, when a run goes on where another one was. */
import assert from "node:assert/strict";
import type { SavedRun } from "../../src/run/types.ts";
import { planWith, type SimOptions, SimRun, targetWith } from "./harness.ts";

const PLAN = planWith({
  pattern: { base: 300, seed: 4 },
  targets: [targetWith({ url: "http://sim.invalid/{{seq}}" })],
});
const RATE = 300;

function throughJson(saved: SavedRun): SavedRun {
  return JSON.parse(JSON.stringify(saved));
}

/** A run, and the ranks of what its server gets. */
function numbered(options: SimOptions = {}) {
  const sim = new SimRun(PLAN, { workers: 2, ...options });
  const ranks: number[] = [];
  sim.server.watch = ({ rank }) => void ranks.push(rank);
  return { sim, ranks };
}

/** Lets a run begin where another one was after some time. */
function successor({ sim }: ReturnType<typeof numbered>, afterMs: number) {
  const restore = throughJson(sim.run.save());
  const wallMs = sim.clock.wall() + afterMs;
  return (options: SimOptions = {}) =>
    numbered({ workers: 3, ...options, restore, wallMs });
}

async function end({ sim }: ReturnType<typeof numbered>) {
  sim.run.stop();
  await sim.clock.run(100);
}

function sorted(ranks: readonly number[]): number[] {
  return ranks.toSorted((a, b) => a - b);
}

/** Checks that no number comes twice, and gives how many are left out. */
function leftOut(ranks: readonly number[]): number {
  const all = sorted(ranks);
  assert.equal(new Set(all).size, all.length, "a rank came twice");
  return all.at(-1)! - all[0]! + 1 - all.length;
}

Deno.test("a run that was killed after its last save counts on behind all that it may have sent", async () => {
  for (const sinceMs of [0, 130, 500, 990]) {
    const first = numbered();
    await first.sim.go(5000);
    const next = successor(first, sinceMs + 4000)();
    // What is sent from here on is known to nobody.
    await first.sim.clock.run(sinceMs);
    const sent = [...first.ranks];
    assert.equal(leftOut(sent), 0);
    await next.sim.start();
    await next.sim.clock.run(3000);
    assert.ok(next.ranks.length > 2 * RATE);
    assert.equal(leftOut(next.ranks), 0);
    assert.ok(leftOut([...sent, ...next.ranks]) < 1.4 * RATE);
    await end(next);
    await end(first);
  }
});

Deno.test("a run that had come to its end is gone on from without a gap", async () => {
  const first = numbered();
  await first.sim.go(3000);
  first.sim.run.drain();
  await first.sim.advance(1000);
  const next = successor(first, 60_000)();
  await next.sim.start();
  await next.sim.clock.run(2000);
  assert.equal(leftOut([...first.ranks, ...next.ranks]), 0);
  assert.ok(next.ranks.length > RATE);
  await end(next);
});

Deno.test("a part that was killed sends what no other part sends, however long it was gone", async () => {
  const half = (index: number) => numbered({ stripe: { index, count: 2 } });
  const parts = [half(1), half(2)];
  for (const { sim } of parts) await sim.go(4000);
  const next = successor(parts[0]!, 2500)({ stripe: { index: 1, count: 2 } });
  await next.sim.start();
  await next.sim.clock.run(3000);
  await parts[1]!.sim.advance(5500);
  const ranks = [...parts.flatMap(({ ranks }) => ranks), ...next.ranks];
  // Half of the traffic of 2.5 seconds was sent by nobody.
  const missing = leftOut(ranks.filter((rank) => rank < 9 * RATE));
  assert.ok(missing > RATE && missing < 1.5 * RATE, `${missing}`);
  for (const run of [...parts, next]) await end(run);
});

Deno.test("a part that joins late counts what was sent before it came", async () => {
  const atMs = Date.UTC(2026, 2, 28, 12);
  const part = (index: number, lateMs: number) =>
    numbered({
      ...{ atMs, wallMs: atMs + lateMs },
      stripe: { index, count: 2 },
    });
  const parts = [part(1, -1000), part(2, 3000)];
  await parts[0]!.sim.go(6000);
  await parts[1]!.sim.go(2000);
  const all = parts.flatMap(({ ranks }) => ranks);
  leftOut(all);
  const late = parts[1]!.ranks;
  assert.ok(Math.min(...late) > 2.5 * RATE);
  for (const run of parts) await end(run);
});

Deno.test("a state of a version that saved no ranks begins with the first", async () => {
  const first = numbered();
  await first.sim.go(2000);
  const saved = throughJson(first.sim.run.save());
  const { rank, ...body } = saved.body as Record<string, unknown>;
  assert.ok(rank !== undefined);
  const wallMs = first.sim.clock.wall() + 100;
  const next = numbered({ restore: { ...saved, body }, wallMs });
  await next.sim.start();
  await next.sim.clock.run(500);
  assert.ok(Math.min(...next.ranks) < 60);
  await end(next);
  await end(first);
});
