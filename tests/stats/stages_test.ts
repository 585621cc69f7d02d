import assert from "node:assert/strict";
import fc from "fast-check";
import { Untrusted } from "../../src/base/mod.ts";
import { FIRST_PHASES, PHASES } from "../../src/pattern/mod.ts";
import {
  addTotals,
  Layout,
  Reading,
  readTotals,
  regionOf,
  subtractTotals,
  Sums,
  type Totals,
  totalsOf,
  withScenarios,
} from "../../src/stats/mod.ts";
import { answer } from "../../src/transport/mod.ts";
import { callAt, StatsBench } from "./support.ts";

/** Saved totals of one target, with so many requests in each stage. */
function totalsWith(
  scenarios: readonly string[],
  requests: readonly number[],
): Totals {
  const bench = new StatsBench(1, scenarios.length);
  const { recorder } = bench.worker();
  requests.forEach((count, stage) => {
    for (let i = 0; i < count; i++) {
      const call = callAt(i, { stage });
      recorder.due(0, stage, 0);
      recorder.sent(call, 0);
      recorder.done(call, answer(200), { nowMs: call.sentMs + 1, second: 0 });
    }
  });
  bench.collector.read();
  return totalsOf(bench.collector.all, {
    targets: [{ name: "a", protocol: "http" }],
    scenarios: scenarios.map((name) => ({ name })),
    reasonsOf: () => [],
  });
}

/** What the totals come to in a run with these scenarios. */
function readingOf(totals: Totals, scenarios: readonly string[]): Reading {
  const layout = new Layout(1, 0, scenarios.length);
  const region = regionOf(totals, layout, { targets: ["a"], scenarios });
  return new Reading(new Sums(layout, [region]));
}

const STAGES = 3 * PHASES.length;
const anyRequests = fc.array(fc.nat(4), {
  ...{ minLength: STAGES, maxLength: STAGES },
});

/** Requests of the first phases, outside and in two scenarios, as those of all stages. */
function staged(requests: readonly number[]): number[] {
  return Array.from({ length: STAGES }, (_, stage) => {
    const group = Math.floor(stage / PHASES.length);
    const phase = stage % PHASES.length;
    return phase < FIRST_PHASES ? requests[group * FIRST_PHASES + phase]! : 0;
  });
}

Deno.test("each arrival is counted in its phase and in its scenario", () => {
  const requests = staged([1, 2, 0, 0, 3, 4, 0, 0, 0, 5, 0, 6, 0, 0, 0]);
  const reading = readingOf(totalsWith(["x", "y"], requests), ["x", "y"]);
  const due = reading.scenarios(["x", "y"]).map((one) => one.due);
  assert.deepEqual(due, [9, 6]);
  const byPhase = reading.phases().map(({ phase, due }) => [phase, due]);
  assert.deepEqual(byPhase, [["manual", 5], ["ramp", 8], ["baseline", 8]]);
  assert.equal(reading.run().ok, 21);
});

Deno.test("totals keep their sums among other scenarios, and find their own by name", () => {
  fc.assert(fc.property(anyRequests, (requests) => {
    const totals = totalsWith(["x", "y"], requests);
    const swapped = readingOf(totals, ["y", "z"]);
    const own = readingOf(totals, ["x", "y"]);
    assert.deepEqual(swapped.run(), own.run());
    assert.deepEqual(
      swapped.phases().map(({ phase, due }) => [phase, due]),
      own.phases().map(({ phase, due }) => [phase, due]),
    );
    const dueIn = (reading: Reading, names: readonly string[]) =>
      Object.fromEntries(
        reading.scenarios(names).map(({ scenario, due }) => [scenario, due]),
      );
    assert.equal(dueIn(swapped, ["y", "z"]).y, dueIn(own, ["x", "y"]).y);
    assert.deepEqual(withScenarios(totals, ["x", "y"]), totals);
  }));
});

Deno.test("totals with scenarios are saved, read, and added to others by name", () => {
  const requests = PHASES.map(() => 1);
  const one = totalsWith(["x"], [...requests, ...requests]);
  const other = totalsWith(["y"], [...requests, ...requests]);
  const saved = JSON.parse(JSON.stringify(one));
  assert.deepEqual(readTotals(new Untrusted(saved, "totals")), saved);
  const both = readingOf(addTotals(one, other), ["x", "y"]);
  const due = both.scenarios(["x", "y"]).map((part) => part.due);
  const each = PHASES.length;
  assert.deepEqual([both.run().due, ...due], [4 * each, each, each]);
});

Deno.test("what a kar without irregularities has saved is read, and keeps its phases", () => {
  const requests = staged([1, 2, 0, 0, 3, 4, 0, 0, 0, 5, 0, 6, 0, 0, 0]);
  const names = ["x", "y"];
  const totals = totalsWith(names, requests);
  const older = (all: readonly unknown[]) =>
    all.filter((_, stage) => stage % PHASES.length < FIRST_PHASES);
  const { tallies, response, service, ...rest } = totals.targets.a!;
  const saved = JSON.parse(JSON.stringify({
    ...totals,
    targets: {
      a: {
        ...rest,
        tallies: older(tallies),
        response: older(response),
        service: older(service),
      },
    },
  }));
  const read = readTotals(new Untrusted(saved, "totals"));
  const [then, now] = [read, totals].map((each) => readingOf(each, names));
  assert.deepEqual(then!.phases(), now!.phases());
  assert.deepEqual(then!.scenarios(names), now!.scenarios(names));
  assert.deepEqual(addTotals(read, totals), addTotals(totals, totals));
  assert.deepEqual(subtractTotals(totals, read).targets.a!.tallies.flat(), [
    ...tallies.flat().map(() => 0),
  ]);
});

Deno.test("what came between two readings is told by scenario, whatever scenarios the first one had", () => {
  fc.assert(fc.property(anyRequests, anyRequests, (former, since) => {
    const later = totalsWith(["x", "y"], since);
    for (const names of [["x", "y"], ["y"], ["x"], []]) {
      const old = totalsWith(
        names,
        former.slice(0, PHASES.length * (1 + names.length)),
      );
      const between = subtractTotals(addTotals(later, old), old);
      assert.deepEqual(between.scenarios, ["x", "y"]);
      assert.deepEqual(between.columns, later.columns);
      const dueOf = (totals: Totals) =>
        readingOf(totals, ["x", "y"]).scenarios(["x", "y"])
          .map(({ due }) => due);
      assert.deepEqual(dueOf(between), dueOf(later));
    }
  }));
});

Deno.test("saved totals whose stages are not those of their scenarios are refused", () => {
  const saved = JSON.parse(JSON.stringify(totalsWith(["x"], [1])));
  for (const scenarios of [[], ["x", "y"], "x", [1]]) {
    assert.throws(
      () => readTotals(new Untrusted({ ...saved, scenarios }, "totals")),
      /must be/,
    );
  }
});
