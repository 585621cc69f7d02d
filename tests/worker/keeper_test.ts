import assert from "node:assert/strict";
import { Keeper } from "../../src/worker/keeper.ts";
import { keep, type KeeperMemory } from "../../src/worker/keeper_memory/mod.ts";
import { FakeClock } from "../sim/fake_clock.ts";

/** A keeper's thread whose life the test leads. */
class FakeThread {
  readonly #ready = Promise.withResolvers<void>();
  readonly ready = this.#ready.promise;
  isOver = false;

  constructor(
    readonly memory: KeeperMemory,
    readonly generation: number,
    readonly lose: (why: string) => void,
  ) {}

  begin(): void {
    this.#ready.resolve();
  }

  fail(why: string): void {
    this.#ready.reject(new Error(why));
  }

  /** A sign of life. */
  round(): void {
    new Int32Array(this.memory.ints)[2]!++;
  }

  terminate(): void {
    this.isOver = true;
  }
}

/** A keeper whose threads are fake, in simulated time. */
class KeeperBench {
  readonly clock = new FakeClock(0);
  readonly threads: FakeThread[] = [];
  readonly warnings: string[] = [];
  readonly keeper: Keeper;

  constructor() {
    this.keeper = new Keeper({
      places: 2,
      clock: this.clock,
      start: (...given) => {
        this.threads.push(new FakeThread(...given));
        return this.last;
      },
      warn: (line) => this.warnings.push(line),
    });
  }

  get last(): FakeThread {
    return this.threads.at(-1)!;
  }

  /** Lets seconds pass, in each of which the threads do something. */
  async pass(seconds: number, does: () => void = () => {}): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      does();
      await this.clock.run(1000);
    }
  }
}

Deno.test("Keeper keeps a thread that makes rounds", async () => {
  const bench = new KeeperBench();
  bench.last.begin();
  await bench.pass(100, () => bench.last.round());
  assert.equal(bench.threads.length, 1);
  assert.deepEqual(bench.warnings, []);
  bench.keeper.close();
});

Deno.test("Keeper replaces a thread that hangs, on the same memory, and warns", async () => {
  const bench = new KeeperBench();
  const [first] = bench.threads;
  first!.begin();
  await bench.pass(3, () => first!.round());
  await bench.pass(4);
  assert.equal(bench.threads.length, 2);
  assert.ok(first!.isOver);
  assert.equal(bench.last.memory, first!.memory);
  assert.ok(bench.last.generation > first!.generation);
  assert.deepEqual(bench.warnings, [
    "Keeper lost: no sign of life for 2 s; requests leave up to some milliseconds late until its replacement runs",
  ]);
  bench.last.begin();
  await bench.pass(20, () => bench.last.round());
  assert.equal(bench.threads.length, 2);
  bench.keeper.close();
});

Deno.test("Keeper replaces a thread that dies, once a second at most", async () => {
  const bench = new KeeperBench();
  for (let second = 0; second < 10; second++) {
    const before = bench.threads.length;
    bench.last.lose("broke");
    bench.last.lose("broke again");
    assert.equal(bench.threads.length, before);
    await bench.pass(1);
    assert.equal(bench.threads.length, before + 1);
  }
  assert.equal(bench.warnings.length, 10);
  assert.match(bench.warnings[0]!, /^Keeper lost: broke;/);
  bench.keeper.close();
});

Deno.test("Keeper replaces a thread that cannot begin, or does not for a minute", async () => {
  const bench = new KeeperBench();
  bench.last.fail("no threads left");
  await bench.pass(1);
  assert.equal(bench.threads.length, 2);
  await bench.pass(59);
  assert.equal(bench.threads.length, 2);
  await bench.pass(3);
  assert.equal(bench.threads.length, 3);
  assert.deepEqual(bench.warnings.map((line) => line.split(";")[0]), [
    "Keeper lost: no threads left",
    "Keeper lost: not ready after 60 s",
  ]);
  bench.keeper.close();
});

Deno.test("Keeper takes a frozen process for no dead thread", async () => {
  const bench = new KeeperBench();
  bench.last.begin();
  await bench.pass(3, () => bench.last.round());
  for (let i = 0; i < 5; i++) {
    bench.clock.freeze(20_000);
    // The main thread may look before the keeper goes on.
    await bench.clock.run(1);
    await bench.pass(2, () => bench.last.round());
  }
  assert.equal(bench.threads.length, 1);
  bench.keeper.close();
});

Deno.test("Keeper.close() ends the thread and starts no other", async () => {
  const bench = new KeeperBench();
  bench.last.begin();
  const { memory, generation } = bench.last;
  bench.keeper.close();
  assert.ok(bench.last.isOver);
  let rounds = 0;
  keep(memory, generation, { now: () => 0, wait: () => rounds++ });
  assert.equal(rounds, 0, "a thread in the loop leaves it");
  await bench.pass(10);
  assert.equal(bench.threads.length, 1);
  assert.deepEqual(bench.warnings, []);
});
