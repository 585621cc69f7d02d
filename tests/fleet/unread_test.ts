import assert from "node:assert/strict";
import {
  countingEvents,
  readEvent,
  type StoredEvent,
  unreadEvent,
} from "../../src/fleet/mod.ts";
import { EventOrder } from "../../src/fleet/events.ts";
import { History } from "./history/history.ts";

/* An event on the bus that nobody can make out: it is skipped, and told. */

const WHY = "event.kind is missing, must be one of pause";

function unread(seq: number): StoredEvent {
  return { ...unreadEvent(WHY), seq, storedMs: 0 };
}

Deno.test("an event that cannot be read counts for nobody, and those after it do", async () => {
  const history = new History({ seed: 1, parts: 1, onBusLoss: "hold" });
  history.begin(0);
  await history.clock.run(7000);
  const { events } = history.server;
  events.push(unread(1));
  const slot = history.row.fireSlot + 60;
  const pause = { slot, kind: "pause", value: 0, durationMs: 0 } as const;
  events.push({ ...pause, who: "me", seq: 2, storedMs: history.clock.now() });
  const counting = countingEvents(history.row, events);
  assert.deepEqual(counting.map(({ seq }) => seq), [2]);
  await history.clock.run(7000);
  const { sender } = history.parts[0]!.at(-1)!;
  const made = sender!.made.filter((one) => one.slot >= slot);
  assert.ok(made.length > 10);
  assert.ok(made.every(({ due }) => due === 0), "it has paused");
  assert.deepEqual(
    history.log.filter((line) => line.includes("none that this kar"))
      .map((line) => line.replace(/^\S+ \S+ /, "")),
    [`Change 1 on the bus is none that this kar understands (${WHY}): it counts for nobody`],
  );
});

Deno.test("a member tells of a few events that cannot be read, and not of thousands", async () => {
  const history = new History({ seed: 1, parts: 1, onBusLoss: "hold" });
  history.begin(0);
  await history.clock.run(7000);
  for (let seq = 1; seq <= 1000; seq++) history.server.events.push(unread(seq));
  await history.clock.run(3000);
  const lines = history.log.filter((line) => line.includes("none that this"));
  assert.equal(lines.length, 5);
  assert.match(lines.at(-1)!, /; more such changes are not told$/);
});

Deno.test("plans are numbered in the order in which their events count, and an offer holds nowhere", () => {
  const { row } = new History({ seed: 1, parts: 1, onBusLoss: "hold" });
  const order = new EventOrder(row);
  const event = (seq: number, kind: StoredEvent["kind"], ahead: number) => ({
    ...{ seq, kind, value: 0, durationMs: 0, who: "me" },
    ...{ slot: row.fireSlot + ahead, storedMs: row.fireMs },
    plan: "a".repeat(64),
  });
  assert.equal(order.take(event(1, "offer", 500))?.kind, "offer");
  assert.equal(order.take(event(2, "plan", 10)), null, "too near its stamp");
  assert.deepEqual(
    [30, 25, 40].map((ahead, i) => {
      const taken = order.take(event(3 + i, "plan", ahead))!;
      return [taken.value, taken.slot - row.fireSlot];
    }),
    [[1, 30], [2, 30], [3, 40]],
  );
});

Deno.test("an event with a plan names it by its hash, and none other has one", () => {
  const base = { slot: 5, value: 0, durationMs: 0, who: "me" };
  const plan = "0f".repeat(32);
  for (const kind of ["plan", "offer"]) {
    assert.equal(readEvent({ ...base, kind, plan }).plan, plan);
    for (
      const wrong of [undefined, "", "../x", plan.toUpperCase(), `${plan}0`]
    ) {
      assert.throws(
        () => readEvent({ ...base, kind, plan: wrong }),
        /event\.plan/,
      );
    }
  }
  assert.equal("plan" in readEvent({ ...base, kind: "pause", plan }), false);
});
