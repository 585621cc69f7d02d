import assert from "node:assert/strict";
import fc from "fast-check";
import {
  applyEvent,
  ARMED,
  CHANGES_MAX,
  EVENT_KINDS,
  type EventKind,
  EventLog,
  KEPT_SLOTS,
  type TrafficEvent,
} from "../../src/pattern/mod.ts";

function event(
  slot: number,
  kind: EventKind,
  value = 0,
  durationMs = 0,
): TrafficEvent {
  return { slot, kind, value, durationMs };
}

const anyEvents = fc.array(
  fc.record({
    gap: fc.integer({ min: 0, max: 5 }),
    kind: fc.constantFrom(...EVENT_KINDS),
    value: fc.oneof(
      fc.double({ min: 0, max: 9, noNaN: true }),
      fc.constant(NaN),
    ),
    durationMs: fc.integer({ min: 0, max: 9000 }),
  }),
  { maxLength: 40 },
).map((list) => {
  let slot = 1000;
  return list.map(({ gap, ...rest }) => ({ ...rest, slot: slot += gap }));
});

function logOf(events: readonly TrafficEvent[]): EventLog {
  const log = new EventLog();
  for (const one of events) log.append(one);
  return log;
}

Deno.test("applyEvent() moves the state as its kind says", () => {
  const fired = applyEvent(ARMED, event(5, "fire"));
  assert.equal(fired.firedSlot, 5);
  const paused = applyEvent(fired, event(6, "pause"));
  assert.ok(paused.paused && paused.firedSlot === 5);
  assert.equal(applyEvent(paused, event(7, "resume")).paused, false);
  assert.equal(applyEvent(paused, event(7, "fire")).paused, false);
  assert.equal(applyEvent(fired, event(7, "scale", 2)).scale, 2);
  assert.equal(applyEvent(fired, event(7, "level", 0.5)).level, 0.5);
  assert.ok(Number.isNaN(applyEvent(fired, event(7, "base", NaN)).base));
});

Deno.test("applyEvent() keeps the newest sixteen manual spikes", () => {
  let control = ARMED;
  for (let i = 0; i < 40; i++) {
    control = applyEvent(control, event(i, "spike", i, 1000));
  }
  assert.deepEqual(
    control.spikes.map(({ slot }) => slot),
    Array.from({ length: 16 }, (_, i) => 24 + i),
  );
});

Deno.test("EventLog.at() is what applying all events up to the slot comes to", () => {
  fc.assert(
    fc.property(
      anyEvents,
      fc.integer({ min: 990, max: 1220 }),
      (events, at) => {
        const expected = events.filter(({ slot }) => slot <= at)
          .reduce(applyEvent, ARMED);
        assert.deepEqual(logOf(events).at(at), expected);
      },
    ),
    { seed: 98, numRuns: 500 },
  );
});

Deno.test("EventLog.foldBefore() changes nothing that may still be asked", () => {
  fc.assert(
    fc.property(
      anyEvents,
      fc.integer({ min: 990, max: 1220 }),
      fc.nat(60),
      (events, fold, ahead) => {
        const log = logOf(events);
        log.foldBefore(fold);
        assert.deepEqual(log.at(fold + ahead), logOf(events).at(fold + ahead));
        assert.ok(log.history().changes.every(({ slot }) => slot >= fold));
      },
    ),
    { seed: 98, numRuns: 500 },
  );
});

Deno.test("EventLog.history() starts another log that answers the same", () => {
  fc.assert(
    fc.property(
      anyEvents,
      fc.integer({ min: 1000, max: 1100 }),
      (events, fold) => {
        const log = logOf(events);
        log.foldBefore(fold);
        const copy = new EventLog(log.history());
        for (let slot = fold; slot < fold + 50; slot++) {
          assert.deepEqual(copy.at(slot), log.at(slot));
        }
      },
    ),
    { seed: 98, numRuns: 200 },
  );
});

Deno.test("EventLog.history() is a copy: the log may go on without it", () => {
  const log = logOf([event(1, "fire")]);
  const history = log.history();
  log.append(event(2, "pause"));
  assert.equal(history.changes.length, 1);
});

Deno.test("EventLog.rebase() moves what holds, and what lies ahead, by the jump", () => {
  fc.assert(
    fc.property(
      anyEvents,
      fc.integer({ min: 1000, max: 1100 }),
      fc.integer({ min: -100_000, max: 100_000 }),
      fc.nat(60),
      (events, from, shift, ahead) => {
        const log = logOf(events);
        log.rebase(from, from + shift);
        const before = logOf(events).at(from + ahead);
        const after = log.at(from + shift + ahead);
        assert.deepEqual(after, {
          ...before,
          firedSlot: before.firedSlot === null
            ? null
            : before.firedSlot + shift,
          spikes: before.spikes.map((s) => ({ ...s, slot: s.slot + shift })),
        });
      },
    ),
    { seed: 98, numRuns: 500 },
  );
});

Deno.test("EventLog.rebase() twice, there and back, changes nothing ahead", () => {
  fc.assert(
    fc.property(
      anyEvents,
      fc.integer({ min: -9000, max: 9000 }),
      (events, shift) => {
        const log = logOf(events);
        log.rebase(1050, 1050 + shift);
        log.rebase(1050 + shift, 1050);
        for (let slot = 1050; slot < 1120; slot++) {
          assert.deepEqual(log.at(slot), logOf(events).at(slot));
        }
      },
    ),
    { seed: 98, numRuns: 200 },
  );
});

Deno.test("EventLog lets events of one slot hold in the order in which they came", () => {
  const log = logOf([event(9, "scale", 2), event(9, "scale", 3)]);
  assert.equal(log.at(8).scale, 1);
  assert.equal(log.at(9).scale, 3);
});

Deno.test("EventLog refuses an event that lies before the last one", () => {
  const log = logOf([event(9, "fire")]);
  assert.throws(() => log.append(event(8, "pause")), RangeError);
  assert.equal(log.history().changes.length, 1);
});

Deno.test("EventLog makes one change of all events of a slot", () => {
  const log = new EventLog();
  for (let i = 0; i < 5000; i++) log.append(event(7, "scale", i));
  log.append(event(7, "pause"));
  const { changes } = log.history();
  assert.deepEqual(changes.map(({ slot }) => slot), [7]);
  assert.deepEqual([log.at(7).scale, log.at(7).paused], [4999, true]);
});

Deno.test("EventLog takes every change, whatever came before, and knows all slots that may be asked", () => {
  const log = new EventLog();
  const kinds = ["pause", "resume", "scale", "spike", "level"] as const;
  let control = ARMED;
  const states: typeof ARMED[] = [];
  for (let slot = 0; slot < 5 * CHANGES_MAX; slot++) {
    const one = event(slot, kinds[slot % kinds.length]!, 1 + slot % 9, 100);
    log.append(one);
    control = applyEvent(control, one);
    states.push(control);
    for (const back of [0, 1, 500, KEPT_SLOTS]) {
      if (slot < back) continue;
      assert.deepEqual(log.at(slot - back), states[slot - back]);
    }
    assert.ok(log.history().changes.length <= CHANGES_MAX);
  }
});
