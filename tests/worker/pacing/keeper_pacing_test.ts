import assert from "node:assert/strict";
import type { PickedPacing } from "../../../src/plan/mod.ts";
import { Pacer } from "../../../src/worker/pacing/pacer.ts";
import { testRandom } from "../../laws/statistics.ts";
import { WakingClock } from "./waking_clock.ts";

/*
 * A pacer that is woken by a keeper, in simulated time. How it does without
 * one stands beside this.
 */

/** What pacing to a Poisson process came to. */
interface Paced {
  /** How late each instant was met, in milliseconds, in order of size. */
  readonly lagMs: number[];
  readonly asks: number;
  readonly polledMs: number;
  readonly forMs: number;
}

async function pace(
  pacing: PickedPacing,
  { ratePerSec, count = 4000, lateMs = () => 0.06 }: {
    readonly ratePerSec: number;
    readonly count?: number;
    readonly lateMs?: () => number;
  },
): Promise<Paced> {
  const clock = new WakingClock();
  clock.wakeLateMs = lateMs;
  const random = testRandom(98);
  const lagMs: number[] = [];
  let polledMs = 0;
  const startMs = clock.now();
  let atMs = startMs + 1;
  const pass = () => {
    let nowMs = clock.now();
    while (lagMs.length < count) {
      if (atMs > nowMs && !pacer.wait(nowMs, atMs)) return;
      nowMs = clock.now();
      if (atMs > nowMs) continue;
      lagMs.push(nowMs - atMs);
      atMs += -Math.log(1 - random()) * 1000 / ratePerSec;
    }
  };
  const pacer: Pacer = new Pacer(clock, pacing, {
    due: pass,
    polled: (ms) => polledMs += ms,
  });
  pass();
  await clock.run(2000 * count / ratePerSec + 100);
  assert.equal(lagMs.length, count, "every instant is met");
  lagMs.sort((a, b) => a - b);
  const forMs = atMs - startMs;
  return { lagMs, asks: clock.asks.length, polledMs, forMs };
}

function quantile({ lagMs }: Paced, share: number): number {
  return lagMs[Math.floor(share * (lagMs.length - 1))]!;
}

Deno.test("Pacer (exact) meets each instant to some looks at the clock, whatever wakes are late by", async () => {
  const random = testRandom(5);
  for (const ratePerSec of [50, 1000, 5000, 20_000]) {
    const lateMs = () => 0.02 + 0.05 * random();
    const paced = await pace("exact", { ratePerSec, lateMs });
    assert.ok(paced.lagMs[0]! >= 0, "never before the instant");
    assert.ok(quantile(paced, 0.5) < 0.001, `${quantile(paced, 0.5)}`);
    assert.ok(quantile(paced, 0.99) < 0.06, `${quantile(paced, 0.99)}`);
  }
});

Deno.test("Pacer (exact) polls for some tens of microseconds a request and sleeps for the rest", async () => {
  const paced = await pace("exact", { ratePerSec: 200, count: 20_000 });
  const each = paced.polledMs / paced.lagMs.length;
  assert.ok(each < 0.05, `${each} ms`);
  assert.ok(paced.asks < 1.1 * paced.lagMs.length);
});

Deno.test("Pacer (exact) meets instants that are near without a sleep", async () => {
  const clock = new WakingClock();
  const pacer = new Pacer(clock, "exact", {
    due: () => assert.fail("nothing was arranged for"),
    polled: () => {},
  });
  const nowMs = clock.now();
  assert.equal(pacer.wait(nowMs, nowMs + 0.015), true);
  assert.ok(clock.now() >= nowMs + 0.015);
  await clock.run(100);
  assert.deepEqual(clock.asks, []);
});

Deno.test("Pacer (normal) is exact while waiting costs less than a quarter of a core, and beyond it has 0.2 ms between two wakes", async () => {
  const slow = await pace("normal", { ratePerSec: 1000 });
  assert.ok(quantile(slow, 0.9) < 0.001, `${quantile(slow, 0.9)}`);
  for (const ratePerSec of [10_000, 40_000]) {
    const fast = await pace("normal", { ratePerSec, count: 40_000 });
    const spent = fast.polledMs + fast.asks * 0.04 - 25;
    assert.ok(spent / fast.forMs < 0.26, `${spent / fast.forMs}`);
    assert.ok(fast.asks / fast.forMs < 5.5, "at most five wakes a millisecond");
    assert.ok(quantile(fast, 0.99) < 0.3, `${quantile(fast, 0.99)}`);
  }
});

Deno.test("Pacer (eco) never polls and is woken once a millisecond at most", async () => {
  const paced = await pace("eco", { ratePerSec: 20_000, count: 20_000 });
  assert.equal(paced.polledMs, 0);
  assert.ok(paced.asks <= paced.forMs + 2, `${paced.asks} in ${paced.forMs}`);
  assert.ok(quantile(paced, 1) < 1.2);
});

Deno.test("Pacer meets its instants though wakes come too early, twice or milliseconds late", async () => {
  const random = testRandom(3);
  const lateMs = () => random() < 0.3 ? -2 * random() : 3 * random();
  for (const pacing of ["exact", "normal", "eco"] as const) {
    const paced = await pace(pacing, { ratePerSec: 2000, lateMs });
    assert.ok(paced.lagMs[0]! >= 0, "never before the instant");
    assert.ok(quantile(paced, 1) < 5, pacing);
  }
});

Deno.test("Pacer.stop() has an ask that is open run into the void", async () => {
  for (const inMs of [0, 0.05, 1, 50]) {
    const clock = new WakingClock();
    const due = () => assert.fail("ran after stop()");
    const pacer = new Pacer(clock, "exact", { due, polled: () => {} });
    const nowMs = clock.now();
    pacer.wait(nowMs, nowMs + inMs);
    pacer.stop();
    await clock.run(1000);
  }
});
