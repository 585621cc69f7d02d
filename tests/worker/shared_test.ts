import assert from "node:assert/strict";
import fc from "fast-check";
import { EVENT_KINDS, type TrafficEvent } from "../../src/pattern/mod.ts";
import { type Segment, SEGMENTS_MAX, Shared } from "../../src/worker/mod.ts";
import { segmentsVersion } from "./support.ts";

const TARGETS = 3;

function eventNo(i: number): TrafficEvent {
  return {
    slot: 17_746_000_000 + i,
    kind: EVENT_KINDS[i % EVENT_KINDS.length]!,
    value: i % 5 === 0 ? NaN : i / 7,
    durationMs: i * 10,
  };
}

Deno.test("Shared has no end, no events and nothing under way at first", () => {
  const shared = Shared.create(TARGETS);
  assert.equal(shared.endBeat, Infinity);
  assert.deepEqual(shared.readSegments(), []);
  assert.equal(shared.inFlight, 0);
  assert.equal(shared.eventCount, 0);
  assert.equal(shared.isRemoved(2), false);
});

Deno.test("Shared shows everything to a thread that has its buffer", () => {
  const shared = Shared.create(TARGETS);
  const other = new Shared(shared.buffer, TARGETS);
  shared.endBeat = 12;
  shared.setRemoved(1, true);
  shared.writeEvent(eventNo(4));
  assert.ok(other.enter(5));
  assert.equal(other.endBeat, 12);
  assert.equal(other.isRemoved(1), true);
  assert.equal(other.isRemoved(0), false);
  assert.deepEqual(other.readEvent(0), eventNo(4));
  assert.equal(shared.inFlight, 1);
  shared.setRemoved(1, false);
  assert.equal(other.isRemoved(1), false);
});

Deno.test("Shared keeps the last thousand events readable while its ring goes round", () => {
  const shared = Shared.create(TARGETS);
  for (let i = 0; i < 5000; i++) {
    shared.writeEvent(eventNo(i));
    if (i % 613 !== 0 && i !== 4999) continue;
    for (let k = Math.max(0, i - 1000); k <= i; k++) {
      assert.deepEqual(shared.readEvent(k), eventNo(k));
    }
  }
  assert.equal(shared.eventCount, 5000);
});

Deno.test("Shared.enter() never lets more in than the limit, and takes none when full", () => {
  const steps = fc.array(
    fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 6 })),
  );
  fc.assert(
    fc.property(steps, (steps) => {
      const shared = Shared.create(TARGETS);
      let inside = 0;
      for (const [isEntering, limit] of steps) {
        if (isEntering) {
          const isIn = shared.enter(limit);
          assert.equal(isIn, inside < limit);
          if (isIn) inside++;
        } else if (inside > 0) {
          shared.leave(1);
          inside--;
        }
        assert.equal(shared.inFlight, inside);
      }
    }),
    { seed: 98 },
  );
});

Deno.test("Shared.readSegments() reads segments whole, or not at all while they are written", () => {
  const shared = Shared.create(TARGETS);
  const segments: Segment[] = [
    { beat: 0, slot: 17_746_000_000, monoMs: 1234.5 },
    { beat: 300, slot: 17_745_000_000, monoMs: 31_234.75 },
  ];
  shared.writeSegments(segments);
  assert.deepEqual(shared.readSegments(), segments);
  const version = segmentsVersion(shared);
  const before = shared.segmentsVersion;
  Atomics.add(version, 0, 1);
  assert.equal(shared.readSegments(), undefined);
  Atomics.add(version, 0, 1);
  assert.deepEqual(shared.readSegments(), segments);
  assert.equal(shared.segmentsVersion, before + 2);
});

Deno.test("Shared holds as many segments as it says, beside all events", () => {
  const shared = Shared.create(TARGETS);
  shared.writeEvent(eventNo(1));
  const segments = Array.from(
    { length: SEGMENTS_MAX },
    (_, i) => ({ beat: i * 10, slot: i * 1000, monoMs: i * 1000.5 }),
  );
  shared.writeSegments(segments);
  assert.deepEqual(shared.readSegments(), segments);
  assert.deepEqual(shared.readEvent(0), eventNo(1));
});
