import assert from "node:assert/strict";
import fc from "fast-check";
import { type Segment, Shared, Timeline } from "../../src/worker/mod.ts";
import { segmentsVersion } from "./support.ts";

const SLOT = 17_746_000_000;
const FIRST: Segment = { beat: 0, slot: SLOT, monoMs: 1000.25 };

/** A timeline of some segments. */
function timelineOf(...segments: readonly Segment[]) {
  const shared = Shared.create(1);
  shared.writeSegments(segments);
  return { shared, timeline: new Timeline(shared) };
}

Deno.test("Timeline gives each beat the next slot and 100 ms", () => {
  const { timeline } = timelineOf(FIRST);
  assert.deepEqual(timeline.at(0), { beat: 0, slot: SLOT, startMs: 1000.25 });
  assert.deepEqual(timeline.at(7), {
    beat: 7,
    slot: SLOT + 7,
    startMs: 1700.25,
  });
  assert.deepEqual(timeline.leapsBetween(-1, Infinity), []);
});

Deno.test("Timeline.beatAt() finds the beat that holds an instant", () => {
  const { timeline } = timelineOf(FIRST);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (mono) => {
      const { startMs } = timeline.at(timeline.beatAt(mono));
      assert.ok(mono >= startMs - 1e-6 && mono < startMs + 100 + 1e-6);
    }),
    { seed: 98 },
  );
});

for (const to of [SLOT + 36_003, SLOT - 35_997]) {
  Deno.test(`Timeline leaps to slot ${to} and goes on beating`, () => {
    const { timeline } = timelineOf(FIRST, { beat: 3, slot: to, monoMs: 1340 });
    const slots = [1, 2, 3, 4].map((beat) => timeline.at(beat).slot);
    assert.deepEqual(slots, [SLOT + 1, SLOT + 2, to, to + 1]);
    const starts = [2, 3, 4].map((beat) => timeline.at(beat).startMs);
    assert.deepEqual(starts, [1200.25, 1340, 1440]);
    // The last beat before the leap lasts until it.
    const beats = [1250, 1310, 1339, 1340, 1541].map((ms) =>
      timeline.beatAt(ms)
    );
    assert.deepEqual(beats, [2, 2, 2, 3, 5]);
    const leap = { beat: 3, from: SLOT + 3, to };
    assert.deepEqual(timeline.leapsBetween(2, 3), [leap]);
    assert.deepEqual(timeline.leapsBetween(0, 90), [leap]);
    assert.deepEqual(timeline.leapsBetween(3, 90), []);
    assert.deepEqual(timeline.leapsBetween(0, 2), []);
  });
}

Deno.test("Timeline tells every leap in between, in order", () => {
  const { timeline } = timelineOf(
    FIRST,
    { beat: 10, slot: 500, monoMs: 2040 },
    { beat: 30, slot: 90, monoMs: 4090 },
  );
  assert.deepEqual(timeline.leapsBetween(4, 30), [
    { beat: 10, from: SLOT + 10, to: 500 },
    { beat: 30, from: 520, to: 90 },
  ]);
});

Deno.test("Timeline follows segments that are moved or added", () => {
  const { shared, timeline } = timelineOf(FIRST);
  shared.writeSegments([{ ...FIRST, monoMs: 999.75 }]);
  assert.equal(timeline.at(1).startMs, 1099.75);
  shared.writeSegments([FIRST, { beat: 1, slot: 5, monoMs: 1200 }]);
  assert.deepEqual(timeline.at(2), { beat: 2, slot: 6, startMs: 1300 });
});

Deno.test("Timeline.secondAt() counts ten beats to a second, up to the last beat", () => {
  const { shared, timeline } = timelineOf(FIRST);
  const at = (ms: number) => timeline.secondAt(1000.25 + ms);
  assert.deepEqual([-50, 0, 999, 1000, 61_000].map(at), [0, 0, 0, 1, 61]);
  shared.endBeat = 25;
  assert.deepEqual([1999, 2000, 9000].map(at), [1, 2, 2]);
  shared.endBeat = 0;
  assert.equal(at(5000), 0);
});

Deno.test("Timeline goes on with what it knows while segments are being written", () => {
  const { shared, timeline } = timelineOf(FIRST);
  Atomics.add(segmentsVersion(shared), 0, 1);
  assert.equal(timeline.at(1).slot, SLOT + 1);
  assert.throws(() => new Timeline(shared), /no segment/);
});
