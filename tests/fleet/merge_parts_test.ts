import assert from "node:assert/strict";
import fc from "fast-check";
import {
  Dues,
  FLEET_VERSION,
  type FleetRow,
  isPossible,
  mergeParts,
  newest,
  type PartHead,
  type StoredEvent,
  trafficEventOf,
} from "../../src/fleet/mod.ts";
import { dueIn, notConfirmed } from "../../src/merge/mod.ts";
import { planWith } from "../sim/plans.ts";

const PLAN = planWith({ pattern: { base: 300 } });
const FIRE = 9_000;

function rowOf(parts: number): FleetRow {
  return {
    ...{ version: FLEET_VERSION, id: "r", kar: "0", plan: "sha", parts },
    ...{ fireMs: 1_000_000, fireSlot: FIRE, durationMs: 6000 },
  };
}

const PAUSE: StoredEvent = {
  ...{ seq: 1, slot: FIRE + 30, kind: "pause", value: 0, durationMs: 0 },
  ...{ who: "me", storedMs: 1_000_000 },
};

/** A part that has told up to a slot. */
function head(
  part: number,
  madeUpTo: number,
  change: Partial<PartHead> = {},
): PartHead {
  return {
    ...{ run: "r", part, epoch: part, seq: madeUpTo, eventSeq: 1, own: [] },
    ...{ offers: [], isAlone: false, offsetMs: 0, errorMs: 0 },
    spans: [{
      ...{ node: `n${part}`, host: "h", incarnation: `n${part}.0` },
      ...{ fromSlot: FIRE, madeUpTo, over: 0 },
      ...{ eventSeq: 1, late: [], isOver: madeUpTo === FIRE + 60 },
    }],
    ...change,
  };
}

for (const parts of [1, 2, 3, 7, 256]) {
  Deno.test(`what nobody tells of ${parts} parts is the whole plan, and what all tell leaves nothing`, () => {
    const run = { plan: PLAN, row: rowOf(parts), events: [PAUSE] };
    const nothing = mergeParts(run, [], { upTo: Infinity });
    const whole = mergeParts({ ...run, row: rowOf(1) }, [], { upTo: Infinity });
    assert.equal(nothing.holes.every(({ why }) => why === "absent"), true);
    assert.equal(dueIn(nothing.holes), dueIn(whole.holes));
    assert.ok(
      dueIn(whole.holes) > 700 && dueIn(whole.holes) < 1100,
      "three of six seconds",
    );
    const all = Array.from({ length: parts }, (_, i) => head(i + 1, FIRE + 60));
    assert.deepEqual(mergeParts(run, all, { upTo: Infinity }).holes, []);
  });
}

Deno.test("what was told may be lost, doubled and reordered: the newest of each part counts", () => {
  const run = { plan: PLAN, row: rowOf(3), events: [PAUSE] };
  const last = [head(1, FIRE + 60), head(2, FIRE + 41), head(3, FIRE + 60)];
  const dues = new Dues();
  const wanted = mergeParts(run, last, { upTo: Infinity, dues });
  assert.equal(wanted.holes.length, 0, "what is paused has no holes");
  const earlier = fc.array(fc.tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: FIRE, max: FIRE + 41 }),
  ));
  fc.assert(fc.property(earlier, fc.infiniteStream(fc.nat()), (told, order) => {
    const heads = [
      ...told.map(([part, madeUpTo]) => head(part, madeUpTo)),
      ...last,
      ...last,
    ];
    const keys = new Map(heads.map((each) => [each, order.next().value]));
    heads.sort((a, b) => keys.get(a)! - keys.get(b)!);
    assert.deepEqual(mergeParts(run, heads, { upTo: Infinity, dues }), wanted);
  }));
});

Deno.test("newest() is associative and commutative: one process's highest number, of two the later claim", () => {
  const some = fc.record({ epoch: fc.nat(3), seq: fc.nat(5) })
    .map((change) => head(1, FIRE, change));
  const name = ({ epoch, seq }: PartHead) => `${epoch}.${seq}`;
  fc.assert(fc.property(some, some, some, (a, b, c) => {
    assert.equal(name(newest(a, b)), name(newest(b, a)));
    assert.equal(name(newest(newest(a, b), c)), name(newest(a, newest(b, c))));
    assert.equal(newest(undefined, a), a);
  }));
});

Deno.test("a part that was killed is a hole, not confirmed; one that still tells is none", () => {
  const run = { plan: PLAN, row: rowOf(2), events: [] };
  const told = [head(1, FIRE + 60), head(2, FIRE + 20)];
  const { holes } = mergeParts(run, told, { upTo: Infinity });
  assert.deepEqual(holes.map(({ part, why }) => [part, why]), [[2, "killed"]]);
  assert.equal(holes[0]!.toMs - holes[0]!.fromMs, 4000);
  assert.equal(notConfirmed(holes), dueIn(holes));
  assert.ok(dueIn(holes) > 400 && dueIn(holes) < 800);
  const telling = mergeParts(run, told, {
    upTo: Infinity,
    isTelling: () => true,
  });
  assert.deepEqual(telling.holes, []);
  // Its workers were a slot apart: what one of them was ahead by was told.
  const [span] = told[1]!.spans;
  const ahead = { ...told[1]!, spans: [{ ...span!, over: 7 }] };
  const less = mergeParts(run, [told[0]!, ahead], { upTo: Infinity });
  assert.equal(dueIn(less.holes), dueIn(holes) - 7);
});

Deno.test("sums of what was due count on from earlier ones", () => {
  const dues = new Dues();
  const events = [trafficEventOf(PAUSE)!];
  const traffic = { plan: PLAN, row: rowOf(2), events };
  const span = { part: 1, from: FIRE };
  const [a, b] = [10, 60].map((n) =>
    dues.due(traffic, { ...span, to: FIRE + n })
  );
  const anew = new Dues();
  assert.equal(anew.due(traffic, { ...span, to: FIRE + 60 }), b);
  assert.equal(anew.due(traffic, { ...span, to: FIRE + 10 }), a);
});

Deno.test("isPossible() refuses what no part can have sent", () => {
  const row = rowOf(3);
  const told = (fromSlot: number, madeUpTo: number) => {
    const one = head(2, madeUpTo);
    return { ...one, spans: [{ ...one.spans[0]!, fromSlot, madeUpTo }] };
  };
  const now = FIRE + 30;
  assert.equal(isPossible(row, told(FIRE, now), now), true);
  assert.equal(isPossible(row, told(FIRE, FIRE), FIRE - 5000), true);
  assert.equal(isPossible(row, told(0, now), now), false, "long before");
  assert.equal(isPossible(row, told(FIRE, 1e12), now), false, "to come");
  assert.equal(isPossible(row, { ...head(2, now), run: "x" }, now), false);
  assert.equal(isPossible(row, head(4, now), now), false);
});

/** A part that tells of more changes taken late than there were. */
function liar(spans: number, late: number): PartHead {
  const one = head(1, FIRE + 50);
  const [span] = one.spans;
  return {
    ...one,
    spans: Array.from({ length: spans }, (_, i) => ({
      ...span!,
      incarnation: `n1.${i}`,
      late: Array.from({ length: late }, (_, k) => ({
        ...{ seq: 1 + k % 3, slot: FIRE + 30 - k % 30 },
        heldSlot: FIRE + 40 + k % 9,
      })),
    })),
  };
}

Deno.test("what a part says it took late is counted once for each slot, whatever it says", () => {
  const spike: StoredEvent = {
    ...{ seq: 2, slot: FIRE + 32, kind: "spike", value: 5 },
    ...{ durationMs: 1e13, who: "me", storedMs: 1_000_000 },
  };
  const run = { plan: PLAN, row: rowOf(2), events: [PAUSE, spike] };
  const dues = new Dues();
  let slots = 0;
  const due = dues.due.bind(dues);
  dues.due = (traffic, span, key) => {
    if (key !== "common") slots += Math.max(0, span.to - span.from);
    return due(traffic, span, key);
  };
  const { late } = mergeParts(run, [liar(256, 1000)], {
    ...{ upTo: FIRE + 50, dues },
  });
  assert.ok(slots <= 2 * 50, `${slots} slots were counted`);
  assert.ok(late.every(({ seqs }) => seqs.every((seq) => seq <= 2)));
  assert.ok(late.length <= 2, `${late.length} stretches`);
});
