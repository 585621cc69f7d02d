import assert from "node:assert/strict";
import {
  afterPush,
  afterRecovery,
  afterStep,
  startSearch,
  type StepVerdict,
} from "../../src/discover/mod.ts";
import { discovered } from "./discovered.ts";
import { QueueServer } from "./queue.ts";

/* What a search makes of steps that kar itself spoilt. */

Deno.test("a search finds 270 to 330 where this machine stood still for a while of it", () => {
  for (const lengthMs of [3000, 20_000, 60_000]) {
    const found = Array.from({ length: 40 }, (_, i) => {
      const from = i * 5000;
      return discovered(new QueueServer(300, i), {
        standsStill: [[from, from + lengthMs]],
      });
    });
    const rates = found.map(({ sustained }) => sustained ?? 0);
    const near = rates.filter((rate) => rate >= 270 && rate <= 330);
    assert.ok(near.length >= 36, `${lengthMs} ms, ${near.length}: ${rates}`);
  }
});

Deno.test("a search ends with kar, and soon, where this machine never comes to rest", () => {
  const { end, breaking, steps, sustained } = discovered(
    new QueueServer(300, 1),
    { standsStill: [[60_000, Infinity]] },
  );
  assert.deepEqual([end, breaking], ["kar", null]);
  assert.ok(sustained! <= 330);
  assert.ok(steps.length <= 30, `${steps.length} steps`);
});

Deno.test("a step that kar spoilt is tried again for longer, and after that the rate is left", () => {
  const kar: StepVerdict = { kind: "kar", first: "x" };
  const held: StepVerdict = { kind: "sustained" };
  let search = afterStep(startSearch({ min: 10, max: 1000 }), held);
  const tried: number[] = [];
  while (search.move.kind === "step" && search.move.rate === 20) {
    tried.push(search.move.lengths);
    search = afterStep(search, kar);
    if (search.move.kind === "recover") search = afterRecovery(search, true);
  }
  assert.deepEqual(tried, [1, 2, 3]);
});

Deno.test("a rate that only kar stood in the way of is asked once more before the search ends", () => {
  let search = startSearch({ min: 10, max: 1000 });
  const rates: number[] = [];
  while (search.move.kind !== "done") {
    const { move, asked } = search;
    if (move.kind === "step") rates.push(move.rate);
    // All that is above 10 is spoilt, until the search asks again.
    const isKept = asked > 0 || rates.at(-1) === 10;
    search = move.kind === "recover"
      ? afterRecovery(search, true)
      : isKept
      ? afterStep(search, { kind: "sustained" })
      : afterStep(search, { kind: "kar", first: "x" });
  }
  assert.deepEqual(search.move, { kind: "done", end: "max" });
  assert.equal(search.low, 1000);
  const least = Math.min(...rates.slice(1));
  assert.deepEqual(rates.slice(rates.lastIndexOf(least)).slice(0, 2), [
    least,
    2 * least,
  ]);
});

Deno.test("a step coming down that kar spoilt is tried again at its rate", () => {
  let search = startSearch({ min: 100, max: 200 });
  const verdicts: StepVerdict[] = [
    { kind: "sustained" },
    { kind: "broken", first: "x" },
  ];
  while (!(search.move.kind === "step" && search.move.pass === "down")) {
    const { move } = search;
    search = move.kind === "recover"
      ? afterRecovery(search, true)
      : move.kind === "push"
      ? afterPush(search)
      : afterStep(search, verdicts.shift() ?? { kind: "broken", first: "x" });
  }
  const { rate } = search.move;
  search = afterStep(search, { kind: "kar", first: "x" });
  assert.deepEqual(search.move, {
    kind: "step",
    rate,
    pass: "down",
    lengths: 2,
  });
  search = afterStep(search, { kind: "sustained" });
  assert.equal(search.down, rate);
});
