import assert from "node:assert/strict";
import fc from "fast-check";
import {
  DRAWN_SAMPLES,
  FIRST_SAMPLES,
  type RequestSample,
  SAMPLED_KINDS_MAX,
  Samples,
  SLOW_SAMPLES,
} from "../../src/stats/mod.ts";

const SAMPLE: RequestSample = {
  why: "failure",
  target: 0,
  intendedMs: 0,
  rank: 0.5,
  responseMs: 10,
  serviceMs: 9,
  kind: "reset",
  code: null,
  reason: "the connection was reset",
  body: null,
  trace: null,
};

const anySample = fc.record({
  why: fc.constantFrom("failure", "slow"),
  target: fc.nat(1),
  intendedMs: fc.nat(10_000),
  rank: fc.double({ min: 0, max: 1, noNaN: true }),
  responseMs: fc.nat(5000),
  kind: fc.constantFrom("reset", "timeout"),
}).map((some): RequestSample => ({
  ...SAMPLE,
  ...some as Partial<RequestSample>,
}));

Deno.test("Samples keep the first failures of a kind, those with the least draws, and the slowest", () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(anySample, {
        maxLength: 200,
        selector: ({ why, intendedMs, rank, responseMs }) =>
          why === "slow" ? `s${responseMs}` : `${intendedMs} ${rank}`,
      }),
      (all) => {
        const samples = new Samples();
        for (const sample of all) samples.add(sample);
        const kept = new Set(samples.list);
        assert.equal(kept.size, samples.list.length, "none twice");
        for (const target of [0, 1]) {
          for (const kind of ["reset", "timeout"]) {
            const of = all.filter((s) =>
              s.why === "failure" && s.target === target && s.kind === kind
            );
            const first = of.toSorted((a, b) => a.intendedMs - b.intendedMs);
            const bound = first[FIRST_SAMPLES]?.intendedMs ?? Infinity;
            for (const sample of of) {
              if (sample.intendedMs < bound) assert.ok(kept.has(sample));
            }
            const drawn = of.toSorted((a, b) => a.rank - b.rank)
              .slice(0, DRAWN_SAMPLES);
            for (const sample of drawn) {
              const isTie = of.filter(({ rank }) => rank === sample.rank);
              assert.ok(kept.has(sample) || isTie.length > 1);
            }
            const own = [...kept].filter((s) => of.includes(s));
            assert.ok(own.length <= FIRST_SAMPLES + DRAWN_SAMPLES);
          }
        }
        const slow = all.filter(({ why }) => why === "slow")
          .sort((a, b) => b.responseMs - a.responseMs).slice(0, SLOW_SAMPLES);
        assert.deepEqual(
          samples.list.filter(({ why }) => why === "slow"),
          slow,
        );
      },
    ),
    { seed: 98, numRuns: 100 },
  ));

Deno.test("Samples of workers put together are those of one", () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(anySample, {
        maxLength: 150,
        selector: ({ rank }) => rank,
      }),
      fc.array(fc.nat(2), { minLength: 150, maxLength: 150 }),
      (all, workers) => {
        const whole = new Samples();
        for (const sample of all) whole.add(sample);
        const parts = [0, 1, 2].map((worker) => {
          const part = new Samples();
          all.forEach((s, i) => workers[i] === worker && part.add(s));
          return part;
        });
        const together = new Samples();
        for (const part of parts) {
          for (const sample of part.list) together.add(sample);
        }
        const keys = ({ list }: Samples) =>
          list.filter(({ why }) => why === "failure")
            .map(({ rank }) => rank).sort();
        // Where two came at one instant, either may be the first one.
        const instants = all.map(({ intendedMs }) => intendedMs);
        fc.pre(new Set(instants).size === instants.length);
        assert.deepEqual(keys(together), keys(whole));
      },
    ),
    { seed: 98, numRuns: 100 },
  ));

Deno.test("Samples have a bound, and say what would find a place", () => {
  const samples = new Samples();
  for (let target = 0; target < SAMPLED_KINDS_MAX; target++) {
    assert.ok(samples.add({ ...SAMPLE, target }));
  }
  const late = { intendedMs: 5, rank: 0.9 };
  assert.equal(samples.wants(SAMPLED_KINDS_MAX, "reset", late), false);
  assert.equal(samples.add({ ...SAMPLE, target: SAMPLED_KINDS_MAX }), false);
  assert.equal(samples.wants(0, "reset", late), true);
  for (let i = 0; i < 50; i++) {
    samples.add({ ...SAMPLE, rank: 0.5, intendedMs: -i });
  }
  assert.equal(samples.wants(0, "reset", late), false);
  assert.equal(samples.wants(0, "reset", { ...late, rank: 0.1 }), true);
});
