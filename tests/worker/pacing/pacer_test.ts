import assert from "node:assert/strict";
import type { Clock } from "../../../src/base/mod.ts";
import type { PickedPacing } from "../../../src/plan/mod.ts";
import { Pacer } from "../../../src/worker/pacing/pacer.ts";
import { FakeClock } from "../../sim/fake_clock.ts";

/** What pacing to some instants came to. */
interface Paced {
  /** How late the task was for each instant. */
  readonly lagMs: number[];
  readonly polledMs: number;
  readonly wakes: number;
}

/** Lets a pacer meet instants a fixed gap apart, with timers that are late. */
async function pace(
  pacing: PickedPacing,
  { gapMs, count, pollMs = 0.02 }: {
    gapMs: number;
    count: number;
    pollMs?: number;
  },
): Promise<Paced> {
  const clock = new FakeClock(0);
  clock.timerLateMs = () => 1.2;
  clock.passMs = pollMs;
  const paced = { lagMs: [] as number[], polledMs: 0, wakes: 0 };
  let atMs = clock.now() + gapMs;
  const pacer: Pacer = new Pacer(clock, pacing, {
    due: () => {
      paced.wakes++;
      while (atMs <= clock.now() && paced.lagMs.length < count) {
        paced.lagMs.push(clock.now() - atMs);
        atMs += gapMs;
      }
      if (paced.lagMs.length < count) pacer.wait(clock.now(), atMs);
    },
    polled: (ms) => paced.polledMs += ms,
  });
  pacer.wait(clock.now(), atMs);
  await clock.run(gapMs * (count + 10) + 1000);
  return paced;
}

Deno.test("Pacer (exact) meets each instant to one pass, however late timers are", async () => {
  for (const gapMs of [0.3, 1, 4, 50]) {
    const { lagMs } = await pace("exact", { gapMs, count: 200 });
    assert.equal(lagMs.length, 200);
    assert.ok(Math.max(...lagMs) < 0.05, `${gapMs}: ${Math.max(...lagMs)}`);
  }
});

Deno.test("Pacer (exact) spends few turns of the event loop on the instants it polls for", async () => {
  const clock = new FakeClock(0);
  const lookMs = 0.0001;
  let looks = 0;
  const ticking: Clock = {
    now: () => clock.now() + lookMs * looks++,
    wall: () => clock.wall(),
    after: (ms, task) => clock.after(ms, task),
    soon: (task) => clock.soon(task),
  };
  let turns = 0;
  let isMet = false;
  const atMs = clock.now() + 2;
  const pacer: Pacer = new Pacer(ticking, "exact", {
    due: () => {
      turns++;
      const nowMs = ticking.now();
      if (nowMs < atMs && !pacer.wait(nowMs, atMs)) return;
      isMet = true;
      const lagMs = ticking.now() - atMs;
      assert.ok(lagMs >= 0 && lagMs < 5 * lookMs, "met to some looks");
    },
    polled: () => {},
  });
  pacer.wait(ticking.now(), atMs);
  await clock.run(1000);
  assert.ok(isMet);
  assert.ok(turns > 0 && turns < looks / 40, `${turns} turns, ${looks} looks`);
});

Deno.test("Pacer (exact) sleeps while the next instant is far", async () => {
  const { wakes, polledMs } = await pace("exact", { gapMs: 100, count: 20 });
  // 2.5 ms less 1.2 ms of lateness are polled for, in passes of 0.02 ms.
  assert.ok(wakes < 20 * 80, `${wakes}`);
  assert.ok(polledMs < 20 * 2.5);
});

Deno.test("Pacer (normal) is as exact as long as it may poll", async () => {
  const { lagMs } = await pace("normal", { gapMs: 20, count: 200 });
  assert.ok(Math.max(...lagMs) < 0.05);
});

Deno.test("Pacer (normal) spends at most a quarter of a core on polling, after its savings", async () => {
  for (const gapMs of [0.5, 1, 2, 3]) {
    const count = 4000;
    const { polledMs, lagMs } = await pace("normal", { gapMs, count });
    const share = (polledMs - 25 - 3) / (gapMs * count);
    assert.ok(share <= 0.25, `${gapMs}: ${share}`);
    assert.equal(lagMs.length, count);
    assert.ok(Math.max(...lagMs) < 2, "timers take over");
  }
});

Deno.test("Pacer (eco) never polls and is as late as its timers", async () => {
  const { polledMs, lagMs, wakes } = await pace("eco", {
    gapMs: 5,
    count: 100,
  });
  assert.equal(polledMs, 0);
  assert.ok(Math.max(...lagMs) < 1.3);
  assert.ok(wakes <= 101);
});

Deno.test("Pacer counts a poll that took long as other work", async () => {
  const { polledMs } = await pace("exact", {
    gapMs: 100,
    count: 1,
    pollMs: 50,
  });
  assert.ok(polledMs <= 0.5 * 2, `${polledMs}`);
});

Deno.test("Pacer.stop() forgets the task", async () => {
  for (const inMs of [0, 1, 50]) {
    const clock = new FakeClock(0);
    const due = () => assert.fail("ran after stop()");
    const pacer = new Pacer(clock, "exact", { due, polled: () => {} });
    pacer.wait(clock.now(), clock.now() + inMs);
    pacer.stop();
    await clock.run(1000);
  }
});

Deno.test("Pacer runs the task soon for an instant that is past", async () => {
  const clock = new FakeClock(0);
  const ran: number[] = [];
  const due = () => ran.push(clock.now());
  const pacer = new Pacer(clock, "eco", { due, polled: () => {} });
  const nowMs = clock.now();
  pacer.wait(nowMs, nowMs - 30);
  await clock.run(10);
  assert.equal(ran.length, 1);
  assert.ok(ran[0]! - nowMs < 0.01);
});
