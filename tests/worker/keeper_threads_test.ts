import assert from "node:assert/strict";
import { Keeper, startKeeperThread } from "../../src/worker/keeper.ts";
import {
  type KeeperMemory,
  roundsOf,
  Waker,
} from "../../src/worker/keeper_memory/mod.ts";
import { RealClock } from "../../src/worker/mod.ts";
import { testRandom } from "../laws/statistics.ts";

/*
 * A real keeper in a thread of its own; this thread is the sender.
 */

/** Nothing on a busy machine takes longer. */
const PATIENCE_MS = 60_000;

/** Keeps this process alive while only a keeper is waited for, and gives up in the end. */
async function patiently<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: never`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`${what}: never`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function wakesOf({ ints }: KeeperMemory, place: number): number {
  return Atomics.load(new Int32Array(ints), (place + 1) * 16);
}

async function withKeeper(
  use: (keeper: Keeper, warnings: readonly string[]) => Promise<void>,
): Promise<void> {
  const warnings: string[] = [];
  const keeper = new Keeper({
    places: 2,
    clock: new RealClock(),
    start: startKeeperThread,
    warn: (line) => warnings.push(line),
  });
  try {
    await until("a first round", () => roundsOf(keeper.memory) > 0);
    await use(keeper, warnings);
  } finally {
    keeper.close();
  }
}

/** Asks for an instant and waits until the keeper, not only a timer, has served it. */
async function served(
  keeper: Keeper,
  { waker, place, inMs }: { waker: Waker; place: number; inMs: number },
): Promise<void> {
  const wakes = wakesOf(keeper.memory, place);
  const nowMs = performance.now();
  const atMs = nowMs + inMs;
  const woken = Promise.withResolvers<void>();
  if (waker.ask(nowMs, atMs, woken.resolve)) {
    await patiently("a wake", woken.promise);
  }
  await until("a keeper's wake", () => wakesOf(keeper.memory, place) > wakes);
  assert.equal(wakesOf(keeper.memory, place), wakes + 1);
  // The clocks of two threads agree to some microseconds.
  const earlyMs = atMs - performance.now();
  assert.ok(earlyMs < 0.1, `woken ${earlyMs} ms before the instant`);
}

Deno.test("a keeper in its thread loses none of 10,000 random instants, and none comes early", () =>
  withKeeper(async (keeper, warnings) => {
    const random = testRandom(98);
    const waker = new Waker(keeper.memory, 1);
    for (let i = 0; i < 10_000; i++) {
      await served(keeper, { waker, place: 1, inMs: 0.001 + 0.3 * random() });
    }
    assert.equal(wakesOf(keeper.memory, 1), 10_000);
    assert.equal(wakesOf(keeper.memory, 0), 0);
    assert.deepEqual(warnings, []);
  }));

Deno.test("a place that is cleared serves whoever has it next", () =>
  withKeeper(async (keeper) => {
    const lost = new Waker(keeper.memory, 0);
    const nowMs = performance.now();
    lost.ask(nowMs, nowMs + 1e9, () => {});
    keeper.clear(0);
    const waker = new Waker(keeper.memory, 0);
    for (let i = 0; i < 100; i++) {
      await served(keeper, { waker, place: 0, inMs: 0.2 });
    }
  }));

Deno.test("a keeper's thread ends when its keeper is closed", async () => {
  let memory: KeeperMemory | undefined;
  await withKeeper((keeper) => {
    memory = keeper.memory;
    return Promise.resolve();
  });
  // A thread that had stayed in its loop would go on making rounds.
  const rounds = roundsOf(memory!);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  assert.ok(roundsOf(memory!) <= rounds + 1);
});

Deno.test("Keeper tells how late this machine wakes it, though nobody has asked for a wake", () =>
  withKeeper(async (keeper) => {
    const noise = () => keeper.noise();
    await until("fifty wakes", () => noise().wakes >= 50);
    const { p50Ms, maxMs, p999Ms } = noise();
    assert.ok(p50Ms !== null && p50Ms > 0 && p50Ms <= maxMs);
    assert.equal(p999Ms, null);
  }));
