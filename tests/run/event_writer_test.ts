import assert from "node:assert/strict";
import { EventWriter } from "../../src/run/event_writer.ts";
import { EventLog, Traffic } from "../../src/pattern/mod.ts";
import { Shared } from "../../src/worker/mod.ts";
import { planWith } from "../sim/plans.ts";

Deno.test("EventWriter keeps the order of changes when plan time is slewed back over a slot edge", async () => {
  const log = new EventLog();
  const soonest = [102, 101, 101, 104];
  const writer = new EventWriter({
    clock: { now: () => 0, wall: () => 0, after: () => () => {} } as never,
    shared: Shared.create(1),
    planClock: {
      soonestBeat: () => soonest.shift()!,
      timeline: { at: (beat: number) => ({ beat, slot: beat, startMs: 0 }) },
    } as never,
    traffic: new Traffic([planWith().pattern], log),
    haveSeen: () => true,
    isLeaping: () => false,
    log: () => {},
    warn: () => {},
  });
  for (let i = 0; i < 4; i++) {
    await writer.date({ kind: "scale", value: i }, { what: "Scale" });
  }
  const changes = log.history().changes
    .map(({ slot, control }) => [slot, control.scale]);
  assert.deepEqual(changes, [[102, 2], [104, 3]]);
});
