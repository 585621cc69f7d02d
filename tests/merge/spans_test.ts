import assert from "node:assert/strict";
import {
  lanesCount,
  lanesIn,
  missingParts,
  type PartsOfRun,
  togetherOf,
} from "../../src/merge/mod.ts";
import { Chance } from "../fixtures/chance.ts";
import { FIRE, spanOf } from "./support.ts";

function recordOf(
  part: number,
  parts: number,
  change: Partial<PartsOfRun> = {},
): PartsOfRun {
  return {
    name: `part-${part}.kar`,
    planIds: ["5ca1ab1e"],
    fireSlot: FIRE,
    firedMs: FIRE * 100,
    spans: [spanOf({ part, parts }, 0, 100)],
    ...change,
  };
}

/** What is refused, and how that is said. */
const REFUSED: readonly [
  what: string,
  records: readonly PartsOfRun[],
  says: RegExp,
][] = [
  [
    "another plan",
    [recordOf(1, 2), recordOf(2, 2, { planIds: ["0ther"] })],
    /Cannot merge part-1\.kar with part-2\.kar: .*5ca1ab1e, 0ther/,
  ],
  [
    "another plan from the start on, though one took over the other",
    [recordOf(1, 2, { planIds: ["0ther", "5ca1ab1e"] }), recordOf(2, 2)],
    /0ther then 5ca1ab1e, 5ca1ab1e/,
  ],
  [
    "another start of plan time",
    [recordOf(1, 2), recordOf(2, 2, { fireSlot: FIRE + 1 })],
    /began at 2026-11-24T12:00:00Z and one at 2026-11-24T12:00:00\.1Z: .*--at/,
  ],
  [
    "another start by the wall clock",
    [recordOf(1, 2), recordOf(2, 2, { firedMs: FIRE * 100 + 1001 })],
    /not sent at the same time/,
  ],
  [
    "the same part twice",
    [recordOf(1, 2), recordOf(1, 2)],
    /part 1\/2 and part 1\/2 share lanes at 2026-11-24T12:00:00Z/,
  ],
  [
    "lanes that another cut has too",
    [recordOf(1, 2), recordOf(3, 4, { name: "quarter.kar" })],
    /part-1\.kar with quarter\.kar: .*part 1\/2 and part 3\/4 share lanes/,
  ],
];

for (const [what, records, says] of REFUSED) {
  Deno.test(`togetherOf() refuses ${what}, whichever comes first`, () => {
    assert.throws(() => togetherOf(records), says);
    assert.throws(() => togetherOf([...records].reverse()), /Cannot merge/);
  });
}

Deno.test("togetherOf() takes clocks that are a second apart, and a part that was sent by one process after another", () => {
  const late = recordOf(2, 2, { firedMs: FIRE * 100 + 1000 });
  const again = recordOf(1, 2, {
    spans: [spanOf({ part: 1, parts: 2 }, 100, 200)],
  });
  const spans = togetherOf([again, late, recordOf(1, 2)]);
  assert.deepEqual(
    spans.map(({ part, fromSlot }) => [part, fromSlot - FIRE]),
    [[1, 0], [1, 100], [2, 0]],
  );
});

Deno.test("togetherOf() takes two members of a fleet that have sent one part, and no record twice", () => {
  const member = (runId: string, from: number, fleet?: string) =>
    recordOf(1, 2, {
      name: `${runId}.kar`,
      spans: [spanOf({ part: 1, parts: 2 }, from, 100, {
        runId,
        ...(fleet !== undefined && { fleet }),
      })],
    });
  const cut = member("cut", 0, "blue");
  assert.equal(togetherOf([member("next", 60, "blue"), cut]).length, 2);
  for (const other of [cut, member("next", 60), member("next", 60, "red")]) {
    assert.throws(() => togetherOf([cut, other]), /share lanes/);
  }
});

Deno.test("togetherOf() takes a part that was gone before another plan took over, and one that began after that", () => {
  const gone = recordOf(1, 2, { planIds: ["first"] });
  const back = recordOf(1, 2, {
    planIds: ["second"],
    spans: [spanOf({ part: 1, parts: 2 }, 150, 200)],
  });
  const there = recordOf(2, 2, { planIds: ["first", "second"] });
  for (const records of [[gone, back, there], [back, gone, there]]) {
    assert.equal(togetherOf(records).length, 3);
  }
  assert.throws(() => togetherOf([gone, back]), /plans differ/);
});

Deno.test("togetherOf() says the same in every order", () => {
  const chance = new Chance(15);
  const records = Array.from({ length: 7 }, (_, i) => recordOf(i + 1, 7));
  const expected = togetherOf(records);
  for (let i = 0; i < 20; i++) {
    const mixed = records.map((record) => ({ record, at: chance.below(1e6) }))
      .sort((a, b) => a.at - b.at).map(({ record }) => record);
    assert.deepEqual(togetherOf(mixed), expected);
  }
});

Deno.test("missingParts() names lanes that nobody has, as large as the parts that there are", () => {
  assert.deepEqual(missingParts([{ part: 1, parts: 1 }]), []);
  assert.deepEqual(missingParts([{ part: 2, parts: 3 }]), [
    { part: 1, parts: 3 },
    { part: 3, parts: 3 },
  ]);
  assert.deepEqual(
    missingParts([{ part: 1, parts: 2 }, { part: 2, parts: 4 }]),
    [{ part: 4, parts: 4 }],
  );
  // 1/3 and 2/2 of no cut together: what is left is told lane by lane.
  const there = [{ part: 1, parts: 256 }, { part: 2, parts: 2 }];
  const left = missingParts(there);
  assert.equal(lanesCount([...there, ...left]), 256);
  const lanes = [...there, ...left].flatMap(lanesIn);
  assert.equal(new Set(lanes).size, 256);
});
