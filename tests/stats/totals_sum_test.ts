import assert from "node:assert/strict";
import fc from "fast-check";
import { PHASES } from "../../src/pattern/mod.ts";
import { FAILURE_KINDS, PROTOCOL_NAMES } from "../../src/protocol/mod.ts";
import {
  addTotals,
  NO_TOTALS,
  packTotals,
  plainTotals,
  Reading,
  readTotals,
  regionOf,
  subtractTotals,
  Sums,
  sumTotals,
  type TargetTotals,
  type Totals,
  totalsOf,
} from "../../src/stats/mod.ts";
import { Untrusted } from "../../src/base/mod.ts";
import { encodeCells } from "../../src/stats/hdr/mod.ts";
import { planWith, SimRun } from "../sim/harness.ts";
import { COARSE } from "../../src/stats/geometry.ts";
import { Layout, shapeOf, TALLY } from "../../src/stats/layout.ts";
import { REASONS_MAX } from "../../src/stats/reasons.ts";

const NAMES = ["a", "b", "c", "__proto__"];

/** Sums of eighths are exact, in any order. */
const anyMs = fc.nat(80_000).map((eighths) => eighths / 8);

const histogramOf = (cells: number) =>
  fc.option(
    fc.tuple(
      fc.uniqueArray(fc.nat(cells - 1), { minLength: 1, maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 1e10 }), {
        minLength: 5,
        maxLength: 5,
      }),
      fc.tuple(anyMs, anyMs, anyMs),
    ).map(([used, counts, [sumMs, one, other]]) => ({
      cells: used.sort((a, b) => a - b).flatMap((
        cell,
        i,
      ) => [cell, counts[i]!]),
      sumMs,
      minMs: Math.min(one, other),
      maxMs: Math.max(one, other),
    })),
  );

const anyCount = fc.nat(1e9);
const phases = <T>(each: fc.Arbitrary<T>) =>
  fc.array(each, { minLength: PHASES.length, maxLength: PHASES.length });

const anyReason = fc.record({
  kind: fc.constantFrom(...FAILURE_KINDS.slice(0, 3)),
  code: fc.constantFrom(null, 404, 500),
  reason: fc.constantFrom(..."abcdefgh"),
  count: fc.integer({ min: 1, max: 1000 }),
}, { noNullPrototype: true });

/** As many of a kind as a run keeps. */
const anyReasons = fc.uniqueArray(anyReason, {
  maxLength: REASONS_MAX,
  selector: ({ kind, code, reason }) => `${kind} ${code} ${reason}`,
});

const anyTarget: fc.Arbitrary<TargetTotals> = fc.record({
  protocol: fc.constantFrom(...PROTOCOL_NAMES),
  begun: anyCount,
  reasons: anyReasons,
  codes: fc.uniqueArray(
    fc.tuple(fc.constantFrom(0, 200, 404, 503, 599), anyCount, anyCount),
    { selector: ([code]) => code },
  ).map((rows) => rows.sort(([a], [b]) => a - b)),
  tallies: phases(
    fc.array(anyCount, { minLength: TALLY.width, maxLength: TALLY.width }),
  ),
  response: phases(histogramOf(COARSE.cells)),
  service: phases(histogramOf(COARSE.cells)),
}, {
  requiredKeys: ["codes", "tallies", "response", "service"],
  noNullPrototype: true,
});

const half = fc.nat(2 ** 32 - 1);
const anyTotals: fc.Arbitrary<Totals> = fc.record({
  digest: fc.tuple(half, half),
  run: fc.record({
    response: histogramOf(shapeOf("response").cells),
    tls: histogramOf(shapeOf("tls").cells),
  }, { requiredKeys: [], noNullPrototype: true }),
  targets: fc.uniqueArray(
    fc.tuple(fc.constantFrom(...NAMES), anyTarget),
    { selector: ([name]) => name },
  ).map((targets) => Object.fromEntries(targets)),
}, { noNullPrototype: true });

const OPTIONS = { seed: 98, numRuns: 200 };

Deno.test("addTotals() is commutative", () =>
  fc.assert(
    fc.property(anyTotals, anyTotals, (a, b) => {
      assert.deepEqual(addTotals(a, b), addTotals(b, a));
    }),
    OPTIONS,
  ));

Deno.test("addTotals() is associative", () =>
  fc.assert(
    fc.property(anyTotals, anyTotals, anyTotals, (a, b, c) => {
      assert.deepEqual(
        addTotals(addTotals(a, b), c),
        addTotals(a, addTotals(b, c)),
      );
    }),
    OPTIONS,
  ));

Deno.test("addTotals() leaves totals as they are when nothing is added", () =>
  fc.assert(
    fc.property(anyTotals, (totals) => {
      assert.deepEqual(addTotals(totals, NO_TOTALS), totals);
      assert.deepEqual(addTotals(NO_TOTALS, totals), totals);
    }),
    OPTIONS,
  ));

Deno.test("sumTotals() of many is what adding one after the other comes to", () =>
  fc.assert(
    fc.property(fc.array(anyTotals, { maxLength: 6 }), (all) => {
      assert.deepEqual(sumTotals(all), all.reduce(addTotals, NO_TOTALS));
    }),
    OPTIONS,
  ));

Deno.test("readTotals() reads what packTotals() has written of a run's totals", async () => {
  const sim = new SimRun(planWith(), { durationMs: 10_000 });
  await sim.go(60_000);
  const { totals } = sim.run.measured();
  const packed = JSON.parse(JSON.stringify(packTotals(totals)));
  assert.equal(typeof packed.run.response.cells, "string");
  const read = readTotals(new Untrusted(packed, "totals"));
  assert.deepEqual(plainTotals(read), totals);
  assert.deepEqual(JSON.parse(JSON.stringify(plainTotals(read))), totals);
  assert.deepEqual(packTotals(read), packTotals(totals));
  assert.deepEqual(sumTotals([read, read]), sumTotals([totals, totals]));
  assert.deepEqual(
    sumTotals([read, read, totals]),
    sumTotals([totals, totals, totals]),
  );
  const since = subtractTotals(sumTotals([read, totals]), read);
  assert.deepEqual(since.run.response!.cells, totals.run.response!.cells);
});

Deno.test("readTotals() refuses packed cells that no histogram has", async () => {
  const sim = new SimRun(planWith(), { durationMs: 10_000 });
  await sim.go(60_000);
  const packed = packTotals(sim.run.measured().totals);
  const far = new Uint8Array([...encodeCells([200_000, 1])]).toBase64();
  for (const cells of ["?", "gA==", "/////////////w==", far]) {
    const response = { ...packed.run.response, cells };
    const wrong = { ...packed, run: { ...packed.run, response } };
    assert.throws(
      () => readTotals(new Untrusted(wrong, "totals")),
      /run\.response\.cells.*cells of a histogram/,
      cells,
    );
  }
});

Deno.test("subtractTotals() is what has to be added to the earlier reading", () =>
  fc.assert(
    fc.property(anyTotals, anyTotals, (a, b) => {
      const now = addTotals(a, b);
      const since = subtractTotals(now, a);
      assert.deepEqual(
        withoutReasons(addTotals(a, since)),
        withoutReasons(now),
      );
      assert.deepEqual(since.digest, b.digest);
    }),
    OPTIONS,
  ));

/** Of many reasons only the first are kept, and what comes later is in the sum alone; a code that never came is no row. */
function withoutReasons({ targets, ...rest }: Totals) {
  const others = Object.entries(targets)
    .map(([name, { reasons: _, codes, ...target }]) =>
      [name, { ...target, codes: codes.filter(([, n]) => n > 0) }] as const
    );
  return { ...rest, targets: Object.fromEntries(others) };
}

Deno.test("subtractTotals() of equal readings is nothing, and of reasons what has come", () => {
  const slow = { kind: "timeout", code: null, reason: "slow" } as const;
  const target = {
    codes: [],
    tallies: [],
    response: [],
    service: [],
    reasons: [{ ...slow, count: 3 }],
  };
  const before: Totals = { digest: [1, 2], run: {}, targets: { a: target } };
  const none = subtractTotals(before, before);
  assert.deepEqual(none.targets.a!.reasons, []);
  assert.deepEqual(none.digest, [0, 0]);
  const reasons = [{ ...slow, count: 5 }, { ...slow, reason: "no", count: 1 }];
  const now = { ...before, targets: { a: { ...target, reasons } } };
  assert.deepEqual(subtractTotals(now, before).targets.a!.reasons, [
    { ...slow, count: 2 },
    { ...slow, reason: "no", count: 1 },
  ]);
});

Deno.test("addTotals() through JSON, and as regions in one sum, comes to the same", () => {
  const layout = new Layout(NAMES.length);
  const targets = NAMES.map((name) => ({ name, protocol: "http" }) as const);
  const reasonsOf = () => [];
  fc.assert(
    fc.property(anyTotals, anyTotals, (a, b) => {
      const both = JSON.parse(JSON.stringify(addTotals(a, b)));
      assert.deepEqual(both, addTotals(a, b));
      const one = new Sums(layout, [
        regionOf(both, layout, { targets: NAMES }),
      ]);
      const two = new Sums(layout, [
        regionOf(a, layout, { targets: NAMES }),
        regionOf(b, layout, { targets: NAMES }),
      ]);
      assert.deepEqual(
        totalsOf(two, { targets, reasonsOf }),
        totalsOf(one, { targets, reasonsOf }),
      );
      assert.deepEqual(new Reading(two).run(), new Reading(one).run());
    }),
    { ...OPTIONS, numRuns: 30 },
  );
});

Deno.test("addTotals() keeps no more reasons of a kind than a run does, and those with their whole counts", () => {
  const common = { kind: "tls", code: null, count: 2 } as const;
  const none = { codes: [], tallies: [], response: [], service: [] };
  const withReasons = (reasons: string): Totals => ({
    ...NO_TOTALS,
    targets: {
      a: {
        ...none,
        reasons: [...reasons].map((reason) => ({ ...common, reason })),
      },
    },
  });
  const sum = addTotals(withReasons("fecba"), withReasons("bgdfc"));
  assert.deepEqual(
    sum.targets.a!.reasons!.map(({ reason, count }) => [reason, count]),
    [["a", 2], ["b", 4], ["c", 4], ["d", 2], ["e", 2]],
  );
});
