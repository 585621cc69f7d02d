import assert from "node:assert/strict";
import fc from "fast-check";
import {
  AwakeTime,
  BusTime,
  countingEvents,
  dateFor,
  FLEET_EVENT_KINDS,
  FLEET_VERSION,
  type FleetRow,
  horizonOf,
  isVoid,
  LEAD_MS,
  readEvent,
  slotAtMs,
  slotBeginMs,
  type StoredEvent,
} from "../../src/fleet/mod.ts";
import { FakeClock } from "../sim/fake_clock.ts";

const ROW: FleetRow = {
  version: FLEET_VERSION,
  id: "r",
  kar: "0",
  plan: "sha",
  parts: 3,
  fireMs: 1_000_000,
  fireSlot: 500,
  durationMs: 60_000,
};

function event(change: Partial<StoredEvent>): StoredEvent {
  const some = { kind: "pause", value: 0, durationMs: 0, who: "me" } as const;
  return { ...some, seq: 1, slot: 600, storedMs: 1_000_000, ...change };
}

const INSTANT = fc.integer({ min: 900_000, max: 2_000_000 });

Deno.test("rule H: no event that is stored after a look concerns a slot before its horizon", () => {
  fc.assert(fc.property(
    INSTANT,
    fc.nat(100),
    fc.integer({ min: -100, max: 100 }),
    fc.nat(5000),
    (trueMs, errorMs, percent, laterMs) => {
      const askedMs = trueMs + errorMs * percent / 100;
      const horizon = horizonOf(ROW, { askedMs, errorMs });
      const storedMs = trueMs + laterMs;
      const slot = slotAtMs(ROW, storedMs + LEAD_MS);
      for (const each of [slot - 1, slot, slot + 1]) {
        const counts = !isVoid(ROW, event({ slot: each, storedMs }));
        // The one that begins at the very instant may be on the edge.
        const isEdge = laterMs === 0 &&
          slotBeginMs(ROW, each) === storedMs + LEAD_MS;
        if (counts && !isEdge) {
          assert.ok(each >= horizon, `${each} < ${horizon}`);
        }
      }
    },
  ));
});

Deno.test("rule V: an author's date counts when the way to the bus is short, and for nobody when it is long", () => {
  fc.assert(fc.property(INSTANT, fc.nat(1000), (nowMs, wayMs) => {
    const slot = dateFor(ROW, { nowMs, errorMs: 0 });
    const stored = event({ slot, storedMs: nowMs + wayMs });
    if (wayMs <= 300) assert.equal(isVoid(ROW, stored), false);
    if (wayMs > 400 && slot > ROW.fireSlot) {
      assert.equal(isVoid(ROW, stored), true);
    }
  }));
});

Deno.test("events hold in the order in which they were stored, and one for which it is too late for nobody", () => {
  const events = [
    event({ seq: 1, slot: 620, storedMs: 1_000_000 }),
    event({ seq: 2, slot: 601, storedMs: 1_008_500 }),
    event({ seq: 3, slot: 615, storedMs: 1_000_100 }),
    event({ seq: 4, slot: 40_000_000, storedMs: 1_000_100 }),
  ];
  const counting = countingEvents(ROW, events);
  assert.deepEqual(counting.map(({ seq, slot }) => [seq, slot]), [[1, 620], [
    3,
    620,
  ]]);
});

Deno.test("an event whose stamp cannot be read counts for nobody", () => {
  assert.equal(isVoid(ROW, event({ storedMs: NaN })), true);
});

Deno.test("readEvent() takes no value that would make the rate no number", () => {
  const read = (kind: string, value: unknown) =>
    readEvent({ ...event({}), kind, value, plan: "ab".repeat(32) }).value;
  for (const kind of FLEET_EVENT_KINDS) {
    const hasPlans = kind !== "scale" && kind !== "spike";
    if (hasPlans) assert.ok(Number.isNaN(read(kind, null)), kind);
    else assert.throws(() => read(kind, null), /event\.value is null/, kind);
  }
  assert.equal(read("scale", 1000), 1000);
  assert.throws(() => read("scale", 1001), /must be from 0 to 1000/);
});

Deno.test("AwakeTime does not count the time in which a process was stopped", () => {
  const awake = new AwakeTime(0);
  for (const at of [50, 100, 9000, 9050]) awake.tick(at);
  assert.equal(awake.ms, 50 + 50 + 100 + 50);
});

Deno.test("BusTime moves plan time slowly, takes what is known at once, and no look that was held up", async () => {
  const clock = new FakeClock(5000);
  const time = new BusTime(clock, { offsetMs: 100_000, errorMs: 1 });
  time.take({ offsetMs: 100_040, errorMs: 1 });
  assert.equal(time.nowMs(), clock.now() + 100_040);
  assert.equal(time.wall(), clock.now() + 100_000);
  await clock.run(10_000);
  assert.equal(Math.round(time.wall() - clock.now()), 100_005);
  assert.equal(Math.round(time.slewLeftMs), 35);
  clock.jumpWall(3_600_000);
  await clock.run(100_000);
  assert.equal(Math.round(time.wall() - clock.now()), 100_040);
  time.take({ offsetMs: 103_000, errorMs: 3000 });
  assert.equal(time.nowMs(), clock.now() + 100_040);
});
