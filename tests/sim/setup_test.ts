/** Values of a setup in a run: they change at an edge of a slot, and outlive workers. */
import assert from "node:assert/strict";
import type { SetupRun } from "../../src/run/deps.ts";
import type { Vars } from "../../src/request/mod.ts";
import { checkEnd, NOON_MS, planWith, SimRun } from "./harness.ts";

/** A setup of one value, which says what it is told to. */
class FakeSetup implements SetupRun {
  values: Vars = [bytesOf(0)];
  #changed: () => void = () => {};
  stopped = 0;

  start({ changed }: Parameters<SetupRun["start"]>[0]): void {
    this.#changed = changed;
  }

  change(to: number): void {
    this.values = [bytesOf(to)];
    this.#changed();
  }

  stop(): void {
    this.stopped++;
  }
}

function bytesOf(n: number): Uint8Array {
  return new TextEncoder().encode(`${n}`);
}

function numberOf(vars: Vars | null): number {
  return Number(new TextDecoder().decode(vars![0]!));
}

Deno.test("new values of setup hold from the next slot on, in workers that were and that come", async () => {
  const setup = new FakeSetup();
  const plan = planWith({ pattern: { base: 300 } });
  const options = { startMs: NOON_MS, durationMs: 8000, workers: 3, setup };
  const sim = new SimRun(plan, options);
  let newest = 0;
  let changedSlot = 0;
  let seen = 0;
  const bySlot = new Map<string, number>();
  sim.server.watch = ({ slot, lane, vars }) => {
    const value = numberOf(vars);
    const place = `${slot} ${lane % 3}`;
    assert.equal(value, bySlot.get(place) ?? value, "both in one slot");
    bySlot.set(place, value);
    seen++;
    // The slot under way may keep the old ones, and one that is made already.
    if (slot > changedSlot + 1) assert.equal(value, newest);
    else assert.ok(value === newest || value === newest - 1);
  };
  await sim.start();
  for (let round = 1; round <= 4; round++) {
    await sim.advance(730);
    newest = round;
    changedSlot = Math.floor((NOON_MS + sim.clock.now()) / 100);
    setup.change(round);
    await sim.advance(410);
    // Whoever takes its place knows what holds now.
    sim.alive[round % 3]!.kill("test");
  }
  const end = await sim.advance(12_000);
  checkEnd(sim, end);
  assert.ok(seen > 1000);
  assert.equal(setup.stopped, 1);
  assert.deepEqual(new Set(bySlot.values()), new Set([0, 1, 2, 3, 4]));
});
