import assert from "node:assert/strict";
import { checkHistory } from "./history/check.ts";
import { History, type HistoryOptions } from "./history/history.ts";

/* Small histories in which something was counted, told or answered wrongly once. */

const SCALE = { kind: "scale", value: 2.3, durationMs: 0 } as const;

/** Parts that all send, five seconds after their fire. */
async function begun(options: Partial<HistoryOptions> = {}) {
  const history = new History({
    ...{ seed: 1, parts: 1, onBusLoss: "continue", ...options },
  });
  history.parts.forEach((_, i) => history.begin(i));
  await history.clock.run(10_000);
  const members = history.parts.map((all) => all[0]!);
  return { history, members, one: members[0]! };
}

/** Cuts a member off, for so long that it goes on alone. */
async function cutOff(
  { clock }: History,
  { o: { bus } }: { readonly o: { readonly bus: { isCut: boolean } } },
  forMs = 5000,
): Promise<void> {
  bus.isCut = true;
  await clock.run(forMs);
  bus.isCut = false;
}

Deno.test("a change that is taken late is counted to the end, where arrivals are evenly spaced", async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const { history, one } = await begun({
      seed,
      parts: 3,
      arrivals: "uniform",
    });
    void history.ask({ ask: SCALE }, 10);
    await cutOff(history, one);
    await history.finish();
    assert.ok(one.snapshot()!.spans[0]!.late.length > 0);
    await checkHistory(history);
  }
});

Deno.test("a part that takes a change late has not confirmed it", async () => {
  const { history, one } = await begun({ parts: 2 });
  const asked = history.ask({ ask: SCALE }, 10);
  await cutOff(history, one, 2900);
  await history.finish();
  await asked;
  assert.ok(one.snapshot()!.spans[0]!.late.length > 0);
  await checkHistory(history);
});

Deno.test("a plan that a part cannot send, or is not ready for in time, is late from where it was asked for", async () => {
  for (const notBy of [0, 1]) {
    const { history, one } = await begun({ parts: 2 });
    const plan = history.planOf({ base: 400, target: "other", notBy });
    const asked = history.askPlan(plan, 10);
    await cutOff(history, one, 2900);
    one.o.bus.hasNoPlans = true;
    await history.clock.run(1000);
    one.o.bus.hasNoPlans = false;
    await history.finish();
    await asked;
    assert.ok(one.snapshot()!.spans[0]!.late.length > 0);
    assert.equal(one.ended === null, notBy === 0);
    await checkHistory(history);
  }
});

Deno.test("a part that dies before it is ready for a plan that has passed has sent the old one", async () => {
  const { history, one } = await begun({ parts: 2 });
  void history.askPlan(history.planOf({ base: 400, target: "other" }), 10);
  await cutOff(history, one, 4000);
  one.o.bus.hasNoPlans = true;
  await history.clock.run(2500);
  one.o.process.kill();
  await history.finish();
  await checkHistory(history);
});

Deno.test("a viewer that was cut off counts a hole by the changes that it hears of later", async () => {
  const { history, one } = await begun({ parts: 2 });
  one.o.process.kill();
  await history.clock.run(5000);
  history.viewer.o.bus.isCut = true;
  void history.ask({ ask: SCALE }, 10);
  await history.clock.run(9000);
  history.viewer.o.bus.isCut = false;
  await history.finish();
  await checkHistory(history);
});

Deno.test("a part that has ended without a change that it should have had has not confirmed it", async () => {
  const { history, one } = await begun({ parts: 2 });
  await history.clock.run(9000);
  const asked = history.ask({ ask: SCALE }, 10);
  await cutOff(history, one, 6300);
  await history.finish();
  await asked;
  assert.equal(one.snapshot()!.spans[0]!.isOver, true);
  await checkHistory(history);
});

Deno.test("a plan that a member cannot send which is just joining is asked for from nobody", async () => {
  const { history, members } = await begun({ parts: 2 });
  members[1]!.o.process.kill();
  await history.clock.run(6000);
  const { o: { process } } = history.begin(1);
  await history.clock.run(300);
  process.stop();
  history.at(3200, () => process.goOn());
  const plan = history.planOf({ base: 400, target: "other", notBy: 2 });
  const asked = history.ask({ reload: plan.text }, 10);
  await history.finish();
  assert.equal(await asked, null);
  assert.deepEqual(history.stored.map(({ kind }) => kind), ["offer"]);
  await checkHistory(history);
});

Deno.test("what a process has told that took a part over stays, whatever the one before it tells when it is back", async () => {
  for (const how of ["cut", "stopped"] as const) {
    const { history, one } = await begun({ parts: 2 });
    if (how === "cut") one.o.bus.isCut = true;
    else one.o.process.stop();
    const second = history.begin(0);
    await history.clock.run(6000);
    second.o.process.kill();
    one.o.bus.isCut = false;
    one.o.process.goOn();
    await history.clock.run(1000);
    const names = (spans: readonly { readonly incarnation: string }[] = []) =>
      spans.map(({ incarnation }) => incarnation);
    const kept = history.server.told.get(1)?.spans;
    assert.deepEqual(names(kept), ["n0.0", "n0.1"], how);
    await history.finish();
    await checkHistory(history);
  }
});
