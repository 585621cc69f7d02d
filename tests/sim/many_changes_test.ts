/** However many changes come, each is taken, and the traffic is what they come to. */
import assert from "node:assert/strict";
import {
  ArrivalSource,
  Digest,
  lanesOf,
  WHOLE,
} from "../../src/arrivals/mod.ts";
import type { Action } from "../../src/run/types.ts";
import {
  applyEvent,
  ARMED,
  type Change,
  type Control,
  Traffic,
} from "../../src/pattern/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
import { eventOf, whole } from "../../src/run/actions.ts";
import { ask, checkEnd, dueOf, NOON_MS, planWith, SimRun } from "./harness.ts";

const SLOT_MS = 100;

/** What changes come to when nothing is ever folded: the oracle. */
class Unfolded {
  readonly #changes: Change[] = [];

  add(slot: number, action: Action, plan: Plan): void {
    const event = {
      value: 0,
      durationMs: 0,
      ...eventOf(whole(action, plan.pattern)),
    };
    const before = this.#changes.at(-1)?.control ?? ARMED;
    const control = applyEvent(before, { slot, ...event });
    this.#changes.push({ slot, control });
  }

  at(slot: number): Control {
    return this.#changes.findLast((change) => change.slot <= slot)?.control ??
      ARMED;
  }
}

/** The arrivals from a run's start to its end. */
function arrivalsOf({ plan, startMs, nowMs }: Snapshot, changes: Unfolded) {
  const traffic = new Traffic([plan.pattern], changes as never);
  const rateAt = (slot: number) => traffic.rateAt(slot);
  const source = new ArrivalSource({
    plan,
    lanes: lanesOf(WHOLE),
    traffic: { rateAt },
  });
  const digest = new Digest();
  let due = 0;
  for (let slot = startMs / SLOT_MS; slot < nowMs / SLOT_MS; slot++) {
    const list = source.slot(slot);
    digest.addSlot(slot, list.view(), list.length);
    due += list.length;
  }
  return { due, arrivalsDigest: digest.toString() };
}

for (const arrivals of ["poisson", "uniform"] as const) {
  Deno.test(`a change in every slot, over the hour and with a lost worker, is what they come to (${arrivals})`, async () => {
    const plan = planWith({ arrivals, pattern: { base: 30 } });
    // Half of it before the hour, half after it.
    const sim = new SimRun(plan, {
      workers: 2,
      wallMs: NOON_MS - 90_000,
      lookMs: 5000,
    });
    const changes = new Unfolded();
    await sim.go(100);
    changes.add(sim.run.snapshot().startMs / SLOT_MS, { kind: "fire" }, plan);
    for (let i = 0; i < 1500; i++) {
      const action: Action = i % 10 === 4
        ? { kind: "pause" }
        : i % 10 === 6
        ? { kind: "resume" }
        : { kind: "scale", value: 1 + (i % 9) / 9 };
      void sim.run.apply(action).then((ms) =>
        changes.add(ms / SLOT_MS, action, plan)
      );
      if (i === 700 || i === 1400) sim.workers.at(-1)!.kill("for the test");
      await sim.advance(100);
    }
    await sim.advance(1000);
    sim.run.drain();
    const end = await sim.advance(3000);
    checkEnd(sim, end);
    assert.deepEqual(dueOf(end), arrivalsOf(end, changes));
  });
}

Deno.test("pause, resume and trigger are taken at once, whatever came before", async () => {
  const sim = new SimRun(planWith({ pattern: { base: 100 } }), {
    lookMs: 5000,
    armed: true,
  });
  await sim.go(100);
  // More than anybody can ask for: some of it is refused.
  const flood = () => {
    for (let i = 0; i < 3000; i++) {
      sim.run.apply({ kind: "scale", value: 1 + (i % 9) / 1000 })
        .catch(() => {});
    }
  };
  for (const kind of ["fire", "pause", "resume", "pause", "resume"] as const) {
    flood();
    const askedMs = sim.clock.wall();
    assert.ok(await ask(sim, { kind }) - askedMs <= 200, kind);
  }
  // Nothing was taken for good.
  await ask(sim, { kind: "scale", value: 2 });
  const { plannedRate } = await sim.advance(1000);
  assert.equal(plannedRate, 200);
  sim.run.stop();
  await sim.advance(100);
});

Deno.test("a setting is refused while no worker takes any, and pause is not", async () => {
  const sim = new SimRun(planWith({ pattern: { base: 10 } }), {
    lookMs: 5000,
  });
  await sim.go(500);
  const refused: string[] = [];
  for (let i = 0; i < 2100; i++) {
    sim.run.apply({ kind: "scale", value: 2 })
      .catch((error) => refused.push(error.message));
  }
  await Promise.resolve();
  await ask(sim, { kind: "pause" });
  assert.ok(refused.length > 0 && refused.length < 100, `${refused.length}`);
  assert.match(
    refused[0]!,
    /^Cannot take another change: .*; ask again in a second$/,
  );
  assert.equal((await sim.advance(500)).state, "paused");
  sim.run.stop();
  await sim.advance(100);
});
