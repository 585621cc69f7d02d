import assert from "node:assert/strict";
import { KarError } from "../../src/base/mod.ts";
import {
  type CompareBlock,
  type ComparedMeasure,
  compareRuns,
  type CompareSide,
  failsIf,
  measureOf,
  parseFailIf,
} from "../../src/compare/mod.ts";
import { cellOf, COARSE } from "../../src/stats/mod.ts";
import { Chance } from "../fixtures/chance.ts";

/** A made-up run: lognormal times around 20 ms, a few failures. */
interface MadeUpRun {
  readonly requests: number;
  readonly blocks?: number;
  /** All times are so much longer. */
  readonly scale?: number;
  /** One request in so many fails. */
  readonly failsOneIn?: number;
}

class Runs {
  readonly #chance: Chance;

  constructor(seed: number) {
    this.#chance = new Chance(seed);
  }

  side(run: MadeUpRun, change: Partial<CompareSide> = {}): CompareSide {
    const { requests, blocks = 30 } = run;
    const each = Math.round(requests / blocks);
    return {
      name: "run",
      planId: "p",
      seed: 98,
      startMs: 0,
      blocks: Array.from({ length: blocks }, () => this.#block(each, run)),
      figures: {},
      ...change,
    };
  }

  #block(
    sent: number,
    { scale = 1, failsOneIn = 500 }: MadeUpRun,
  ): CompareBlock {
    const counts = new Map<number, number>();
    let failed = 0;
    for (let i = 0; i < sent; i++) {
      const ms = 20 * Math.exp(0.5 * this.#normal()) * scale;
      const cell = cellOf(COARSE, ms * 1000);
      counts.set(cell, (counts.get(cell) ?? 0) + 1);
      if (this.#chance.oneIn(failsOneIn)) failed++;
    }
    const times = [...counts].sort(([a], [b]) => a - b).flat();
    const ok = sent - failed;
    return {
      ...{ due: sent, sent, ok, failed, missed: 0 },
      ...{ response: times, service: times, lag: times },
    };
  }

  /** The sum of twelve draws. */
  #normal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.#chance.below(1e6) / 1e6;
    return sum;
  }
}

const seen = ({ measures }: ReturnType<typeof compareRuns>) =>
  measures.filter(({ word }) => word === "better" || word === "worse");

Deno.test("compareRuns() sees no difference between two runs of one plan, at least 19 times in 20", () => {
  const runs = new Runs(98);
  let alarms = 0;
  for (let i = 0; i < 20; i++) {
    const pair = [1, 2].map(() => runs.side({ requests: 1500 }));
    if (seen(compareRuns(pair[0]!, pair[1]!)).length > 0) alarms++;
  }
  assert.ok(alarms <= 1, `${alarms} of 20`);
});

Deno.test("compareRuns() finds a median that is 5 % higher with 30,000 requests", () => {
  const runs = new Runs(7);
  const before = runs.side({ requests: 30_000, blocks: 60 });
  const after = runs.side({ requests: 30_000, blocks: 60, scale: 1.05 });
  const p50 = measureOf(compareRuns(before, after), "response.p50");
  assert.equal(p50.word, "worse");
  assert.ok(p50.low! > 0 && p50.low! < 0.05 && p50.high! > 0.05);
  const back = measureOf(compareRuns(after, before), "response.p50");
  assert.equal(back.word, "better");
});

Deno.test("compareRuns() finds more failures, in points", () => {
  const runs = new Runs(3);
  const before = runs.side({ requests: 6000 });
  const after = runs.side({ requests: 6000, failsOneIn: 20 });
  const errors = measureOf(compareRuns(before, after), "errors");
  assert.equal(errors.word, "worse");
  assert.ok(errors.change! > 0.03 && errors.change! < 0.07);
});

Deno.test("compareRuns() pairs the same traffic only, and says what is not the same", () => {
  const runs = new Runs(1);
  const side = runs.side({ requests: 600 });
  const same = compareRuns(side, side);
  assert.equal(same.isPaired, true);
  assert.ok(
    same.measures.every(({ change }) => change === 0 || change === null),
  );
  const cases: readonly (readonly [Partial<CompareSide>, RegExp])[] = [
    [{ planId: "q" }, /the plans differ: p and q/],
    [{ seed: 1 }, /the seeds differ: 98 and 1/],
    [{ startMs: 5 }, /different stretches of the plan.*--start/],
    [{ blocks: [] }, /a JSON report has no distributions/],
  ];
  for (const [change, message] of cases) {
    const { isPaired, differences } = compareRuns(side, { ...side, ...change });
    assert.equal(isPaired, false);
    assert.match(differences.join("\n"), message);
  }
});

Deno.test("compareRuns() cannot tell from too few requests, too few stretches, or figures alone", () => {
  const runs = new Runs(1);
  const few = runs.side({ requests: 90 });
  const p99 = measureOf(compareRuns(few, few), "response.p99");
  assert.deepEqual([p99.a, p99.word], [null, "cannot tell"]);
  const short = runs.side({ requests: 4000, blocks: 4 });
  const p50 = measureOf(compareRuns(short, short), "response.p50");
  assert.equal(p50.word, "cannot tell");
  const figures = { "response.p50": 20 };
  const report = { ...few, blocks: [], figures };
  const other = { ...report, figures: { "response.p50": 30 } };
  const told = measureOf(compareRuns(report, other), "response.p50");
  assert.equal(told.word, "cannot tell");
  assert.equal(Number(told.change!.toFixed(9)), 0.5);
});

Deno.test("parseFailIf() reads a condition, and says what is wrong with another", () => {
  const text = "response.p99 worse by 10%";
  assert.deepEqual(parseFailIf(text), {
    text,
    measure: "response.p99",
    by: 0.1,
  });
  assert.equal(parseFailIf("errors worse").by, 0);
  const cases: readonly (readonly [string, RegExp])[] = [
    ["response.p99 > 10", /write a measure and by how much/],
    ["response.p98 worse", /no measure response.p98; did you mean response.p9/],
    ["nonsense worse", /no measure nonsense; known: response.p50, /],
  ];
  for (const [wrong, message] of cases) {
    assert.throws(() => parseFailIf(wrong), (error) => {
      assert.ok(error instanceof KarError);
      assert.equal(error.exit, "usage");
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("failsIf() holds for a change that is seen and large enough", () => {
  const runs = new Runs(5);
  const before = runs.side({ requests: 9000 });
  const after = runs.side({ requests: 9000, scale: 1.2 });
  const worse = compareRuns(before, after);
  assert.equal(failsIf(parseFailIf("response.p50 worse by 10%"), worse), true);
  assert.equal(failsIf(parseFailIf("response.p50 worse by 30%"), worse), false);
  assert.equal(failsIf(parseFailIf("errors worse"), worse), false);
  const better = compareRuns(after, before);
  assert.equal(failsIf(parseFailIf("response.p50 worse"), better), false);
  const p999 = parseFailIf("response.p99.9 worse");
  assert.equal(failsIf(p999, worse), null);
});

Deno.test("failsIf() knows that a change is too small where its whole interval is", () => {
  const figures = { a: 100, b: 50, change: -0.5, low: -0.87, high: 0.9 };
  const row: ComparedMeasure = {
    ...figures,
    measure: "response.p99",
    unit: "ms",
    word: "cannot tell",
  };
  const sides = { a: "a", b: "b", isPaired: true, differences: [] };
  const wide = { ...sides, measures: [row] };
  const fails = (percent: number) =>
    failsIf(parseFailIf(`response.p99 worse by ${percent}%`), wide);
  assert.equal(fails(500), false);
  assert.equal(fails(91), false);
  assert.equal(fails(89), null);
});
