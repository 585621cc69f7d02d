import assert from "node:assert/strict";
import fc from "fast-check";
import { Shared, Timeline } from "../../src/worker/mod.ts";
import { anchorVersion } from "./support.ts";

const SLOT = 17_746_000_000;

/** A timeline that begins at slot `SLOT` at 1000.25 ms. */
function begun(): { shared: Shared; timeline: Timeline } {
  const shared = Shared.create(1);
  shared.writeAnchor(segment(0, 1000.25, SLOT));
  return { shared, timeline: new Timeline(shared) };
}

function segment(id: number, monoMs: number, slot: number) {
  return { id, monoMs, slot, endSlot: Infinity, nextMonoMs: 0, nextSlot: 0 };
}

Deno.test("Timeline gives each slot 100 ms, one after the other", () => {
  const { timeline } = begun();
  const first = { slot: SLOT, segment: 0 };
  assert.equal(timeline.startOf(first), 1000.25);
  assert.equal(timeline.startOf({ ...first, slot: SLOT + 7 }), 1700.25);
  assert.deepEqual(timeline.after(first), {
    slot: SLOT + 1,
    segment: 0,
    startMs: 1100.25,
    jumpedFrom: null,
  });
});

Deno.test("Timeline.at() finds the slot that holds an instant", () => {
  const { timeline } = begun();
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (mono) => {
      const here = timeline.at(mono);
      const start = timeline.startOf(here);
      assert.ok(mono >= start - 1e-6 && mono < start + 100 + 1e-6);
    }),
    { seed: 98 },
  );
});

for (const to of [SLOT + 36_003, SLOT - 35_997]) {
  Deno.test(`Timeline leaves its segment at the slot of a jump and enters slot ${to}`, () => {
    const { shared, timeline } = begun();
    shared.writeAnchor({
      ...segment(0, 1000.25, SLOT),
      endSlot: SLOT + 3,
      nextSlot: to,
      nextMonoMs: 1340,
    });
    const walk = [{
      slot: SLOT,
      segment: 0,
      startMs: 1000.25,
      jumpedFrom: null,
    }];
    const list: unknown[] = [];
    for (let i = 0, at = walk[0]!; i < 4; i++) {
      at = timeline.after(at) as typeof at;
      list.push(at);
    }
    assert.deepEqual(list, [
      { slot: SLOT + 1, segment: 0, startMs: 1100.25, jumpedFrom: null },
      { slot: SLOT + 2, segment: 0, startMs: 1200.25, jumpedFrom: null },
      { slot: to, segment: 1, startMs: 1340, jumpedFrom: SLOT + 3 },
      { slot: to + 1, segment: 1, startMs: 1440, jumpedFrom: null },
    ]);
    assert.deepEqual(timeline.at(1339), { slot: SLOT + 3, segment: 0 });
    assert.deepEqual(timeline.at(1340), { slot: to, segment: 1 });
    assert.deepEqual(timeline.at(1541), { slot: to + 2, segment: 1 });
  });
}

Deno.test("Timeline goes on in the segment that it jumped into", () => {
  const { shared, timeline } = begun();
  const there = { slot: 500, segment: 1 };
  const jump = { endSlot: SLOT + 3, nextSlot: 500, nextMonoMs: 1340 };
  shared.writeAnchor({ ...segment(0, 1000.25, SLOT), ...jump });
  const before = timeline.after(there);
  shared.writeAnchor(segment(1, 1340, 500));
  assert.deepEqual(timeline.after(there), before);
  assert.equal(timeline.startOf(there), 1340);
});

Deno.test("Timeline follows an anchor that is moved a little", () => {
  const { shared, timeline } = begun();
  shared.writeAnchor(segment(0, 999.75, SLOT));
  assert.equal(timeline.startOf({ slot: SLOT + 1, segment: 0 }), 1099.75);
});

Deno.test("Timeline cannot begin while the anchor is being written", () => {
  const { shared } = begun();
  Atomics.add(anchorVersion(shared), 0, 1);
  assert.throws(() => new Timeline(shared), /no anchor/);
});
