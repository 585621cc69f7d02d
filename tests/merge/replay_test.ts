import assert from "node:assert/strict";
import { dueIn, dueOf, holesOf, type PartSpan } from "../../src/merge/mod.ts";
import { planOf } from "../arrivals/support.ts";
import {
  packed,
  poissonTrace,
  readerOf,
  specOf,
} from "../trace/memory_trace.ts";
import { FIRE, spanOf } from "./support.ts";

/*
 * What parts of a replay were due stands in its trace: all of them and their
 * holes are what the trace has, whatever is missing.
 */

const reader = readerOf(packed(poissonTrace(4000, 200)));
const SLOTS = Math.ceil(reader.head.spanUs / 1e5) + 1;
const plan = {
  ...planOf("poisson", { base: 200 }),
  ...{ arrivals: "replay" as const, replay: specOf(reader) },
};
const trace = () => reader;
const run = { plan, trace, fireSlot: FIRE, endSlot: FIRE + SLOTS };

function countedBy(spans: readonly PartSpan[]): number {
  return spans.reduce((sum, { part, parts, fromSlot, toSlot }) => {
    const traffic = { plan, trace, fireSlot: FIRE, changes: [], part, parts };
    return sum + dueOf(traffic, { from: fromSlot, to: toSlot });
  }, 0);
}

Deno.test("parts of a replay and their holes come to its trace", () => {
  const parts = 3;
  const whole = Array.from(
    { length: parts },
    (_, i) => spanOf({ part: i + 1, parts }, 0, SLOTS),
  );
  assert.deepEqual(holesOf(run, whole), []);
  assert.equal(countedBy(whole), reader.head.count);
  const some = [
    spanOf({ part: 1, parts }, 0, 40, { end: "killed" }),
    spanOf({ part: 1, parts }, 70, SLOTS),
    spanOf({ part: 3, parts }, 10, SLOTS - 20),
  ];
  const holes = holesOf(run, some);
  assert.deepEqual(holes.map(({ part, why }) => [part, why]), [
    [2, "absent"],
    [3, "late"],
    [1, "killed"],
    [3, "stopped"],
  ]);
  assert.ok(holes.every(({ due }) => due > 0));
  assert.equal(countedBy(some) + dueIn(holes), reader.head.count);
});

Deno.test("whole parts of a replay need no trace, others say that they do", () => {
  const parts = 2;
  const { trace: _, ...bare } = run;
  const whole = [1, 2].map((part) => spanOf({ part, parts }, 0, SLOTS));
  assert.deepEqual(holesOf(bare, whole), []);
  assert.throws(
    () => holesOf(bare, whole.slice(1)),
    /it stands in its trace, and in no record/,
  );
});
