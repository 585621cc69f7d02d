import assert from "node:assert/strict";
import fc from "fast-check";
import {
  afterPush,
  afterRecovery,
  afterStep,
  discoveryOf,
  type Search,
  startSearch,
  type StepTaken,
  type StepVerdict,
} from "../../src/discover/mod.ts";
import { discovered, STEP_MS } from "./discovered.ts";
import { QueueServer } from "./queue.ts";

Deno.test("a search against a queue that serves 300 a second finds 270 to 330 in 9 of 10 runs", () => {
  const found = Array.from(
    { length: 40 },
    (_, seed) => discovered(new QueueServer(300, seed)),
  );
  const rates = found.map(({ sustained }) => sustained!);
  const near = rates.filter((rate) => rate >= 270 && rate <= 330);
  assert.ok(near.length >= 36, `${near.length} of 40: ${rates}`);
  for (const { sustained, breaking, recommended, end } of found) {
    assert.ok(
      sustained! < breaking!.rate && recommended! <= 0.8 * sustained! + 1e-9,
    );
    assert.equal(end, "target");
  }
});

Deno.test("a search finds capacities from tens to thousands within a tenth", () => {
  for (const capacity of [45, 137, 1000, 2600]) {
    const rates = Array.from(
      { length: 5 },
      (_, seed) => discovered(new QueueServer(capacity, seed)).sustained!,
    );
    const near = rates.filter((rate) => Math.abs(rate / capacity - 1) <= 0.1);
    assert.ok(near.length >= 4, `${capacity}: ${rates}`);
  }
});

Deno.test("a search never claims a rate that was not sent, and says that kar was the limit", () => {
  const { sustained, breaking, end, steps } = discovered(
    new QueueServer(1e6, 1),
    { karRate: 1000, max: 4000 },
  );
  assert.equal(end, "kar");
  assert.equal(breaking, null);
  assert.ok(sustained! >= 900 && sustained! <= 1000 * 1.02, `${sustained}`);
  const sent = steps.filter(({ verdict }) => verdict.kind === "sustained")
    .map(({ measure }) => measure.sent / measure.durationMs * 1000);
  assert.ok(sustained! <= Math.max(...sent));
});

Deno.test("a rate that broke the target is told, also where kar spoilt what lay below it", () => {
  const measure = new QueueServer(1e6, 1).step(10, STEP_MS, {
    karRate: Infinity,
  });
  const verdictAt = (rate: number): StepVerdict =>
    rate <= 320
      ? { kind: "sustained" }
      : rate < 340
      ? { kind: "kar", first: "late" }
      : { kind: "broken", first: "backlog" };
  const steps: StepTaken[] = [];
  let search = startSearch({ min: 320, max: 640 });
  while (search.move.kind !== "done") {
    if (search.move.kind === "step") {
      const { pass, rate } = search.move;
      const verdict = verdictAt(rate);
      steps.push({ pass, measure: { ...measure, rate }, verdict });
      search = afterStep(search, verdict);
    } else {
      search = afterRecovery(search, true);
    }
  }
  const { end, breaking } = discoveryOf(search, steps);
  assert.deepEqual([end, breaking], ["kar", { rate: 340, first: "backlog" }]);
});

Deno.test("a search against a server without a limit says that max was it", () => {
  const { end, sustained, breaking } = discovered(new QueueServer(1e6, 1), {
    max: 1000,
  });
  assert.deepEqual([end, breaking], ["max", null]);
  assert.ok(sustained! > 950 && sustained! <= 1000);
});

Deno.test("a target that cannot even take the least has sustained nothing", () => {
  const { end, sustained, breaking, recommended } = discovered(
    new QueueServer(30, 1),
    { min: 100 },
  );
  assert.deepEqual([end, sustained, recommended], ["target", null, null]);
  assert.equal(breaking!.rate, 100);
});

const VERDICTS: readonly StepVerdict[] = [
  { kind: "sustained" },
  { kind: "broken", first: "x" },
  { kind: "kar", first: "x" },
  { kind: "unknown", first: "x" },
  { kind: "harmful", first: "x" },
];

/** A search led through any answers whatsoever. */
function led(
  min: number,
  max: number,
  answers: readonly number[],
  isRecovered: boolean,
): Search[] {
  const states = [startSearch({ min, max })];
  for (let i = 0;; i++) {
    const search = states.at(-1)!;
    const { move } = search;
    if (move.kind === "done") return states;
    assert.ok(i < 200, "the search ends");
    states.push(
      move.kind === "recover"
        ? afterRecovery(search, isRecovered)
        : move.kind === "push"
        ? afterPush(search)
        : afterStep(
          search,
          VERDICTS[answers[i % answers.length]! % VERDICTS.length]!,
        ),
    );
  }
}

Deno.test("a search ends, stays within its span, and never goes above what did harm", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 1000, noNaN: true }),
      fc.double({ min: 1, max: 10_000, noNaN: true }),
      fc.array(fc.nat(4), { minLength: 1, maxLength: 60 }),
      fc.boolean(),
      (min, factor, answers, isRecovered) => {
        const max = min * factor;
        for (const { move, low, high } of led(min, max, answers, isRecovered)) {
          if (move.kind === "step") {
            assert.ok(
              move.rate > 0 && move.rate <= max * 1.001,
              `${move.rate}`,
            );
            if (high !== null) {
              assert.ok(move.rate < high.rate || move.rate === low);
            }
          }
          if (low !== null && high !== null) assert.ok(low < high.rate);
        }
      },
    ),
    { verbose: true, numRuns: 2000 },
  );
});

Deno.test("a search that did harm sends nothing more", () => {
  const [first] = led(10, 1000, [4], true).slice(-1);
  assert.deepEqual(first!.move, { kind: "done", end: "harmful" });
});

Deno.test("a search waits for the target after each rate that was too high", () => {
  const states = led(10, 1000, [0, 0, 0, 1, 1], true);
  const moves = states.map(({ move }) => move.kind);
  assert.ok(moves.includes("recover"));
  const stopped = led(10, 1000, [0, 0, 1], false).at(-1)!;
  assert.deepEqual(stopped.move, { kind: "done", end: "not_recovered" });
  assert.equal(stopped.low, 20);
});
