import assert from "node:assert/strict";
import { FakeClock } from "../../sim/fake_clock.ts";
import { Deadlines, type Timed } from "../../../src/transport/socket/mod.ts";

class Item implements Timed<Item> {
  deadlineMs = 0;
  before: Item | null = null;
  after: Item | null = null;
  constructor(readonly name: string) {}
}

const TIMEOUT_MS = 100;

function openDeadlines() {
  const clock = new FakeClock(0, 0);
  const late: string[] = [];
  const deadlines = new Deadlines<Item>(clock, TIMEOUT_MS, (item) => {
    deadlines.remove(item);
    late.push(`${item.name}@${clock.now()}`);
  });
  return { clock, late, deadlines };
}

Deno.test("Deadlines expires each item at its timeout, in order", async () => {
  const { clock, late, deadlines } = openDeadlines();
  for (const name of ["a", "b", "c"]) {
    deadlines.add(new Item(name));
    await clock.run(10);
  }
  await clock.run(1000);
  assert.deepEqual(late, ["a@100", "b@110", "c@120"]);
});

Deno.test("Deadlines forgets what was removed, wherever it stood", async () => {
  for (const removed of ["a", "b", "c"]) {
    const { clock, late, deadlines } = openDeadlines();
    const items = ["a", "b", "c"].map((name) => new Item(name));
    for (const item of items) deadlines.add(item);
    deadlines.remove(items.find(({ name }) => name === removed)!);
    await clock.run(1000);
    const rest = ["a", "b", "c"].filter((name) => name !== removed);
    assert.deepEqual(late, rest.map((name) => `${name}@100`));
  }
});

Deno.test("Deadlines takes an item again after its end", async () => {
  const { clock, late, deadlines } = openDeadlines();
  const item = new Item("a");
  deadlines.add(item);
  await clock.run(60);
  deadlines.remove(item);
  deadlines.add(item);
  await clock.run(99);
  assert.deepEqual(late, []);
  await clock.run(1);
  assert.deepEqual(late, ["a@160"]);
  deadlines.add(item);
  await clock.run(100);
  assert.deepEqual(late, ["a@160", "a@260"]);
});

Deno.test("Deadlines sets one timer, however many calls end in time", async () => {
  let timers = 0;
  const clock = new FakeClock(0, 0);
  const after = clock.after.bind(clock);
  clock.after = (delayMs, task) => {
    timers++;
    return after(delayMs, task);
  };
  const deadlines = new Deadlines<Item>(clock, TIMEOUT_MS, () => {});
  const item = new Item("a");
  for (let call = 0; call < 50; call++) {
    deadlines.add(item);
    await clock.run(1);
    deadlines.remove(item);
  }
  assert.equal(timers, 1);
});

Deno.test("Deadlines expires nothing after close", async () => {
  const { clock, late, deadlines } = openDeadlines();
  deadlines.add(new Item("a"));
  deadlines.close();
  deadlines.close();
  await clock.run(1000);
  assert.deepEqual(late, []);
});

Deno.test("Deadlines takes new items from inside an expiry", async () => {
  const clock = new FakeClock(0, 0);
  const late: number[] = [];
  const deadlines = new Deadlines<Item>(clock, TIMEOUT_MS, (item) => {
    deadlines.remove(item);
    late.push(clock.now());
    if (late.length < 3) deadlines.add(item);
  });
  deadlines.add(new Item("a"));
  await clock.run(1000);
  assert.deepEqual(late, [100, 200, 300]);
});
