import assert from "node:assert/strict";
import fc from "fast-check";
import { gapMs, type SpikeSpec } from "../../src/pattern/mod.ts";
import { SpikeBlock } from "../../src/pattern/components/spike_block.ts";
import {
  higher,
  NO_SPIKE,
  spikeAt,
  Spikes,
} from "../../src/pattern/components/spikes.ts";
import { spikesWith } from "./support.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 2, 28);

const anyShape = fc.record({
  factor: fc.double({ min: 1.01, max: 100, noNaN: true }),
  riseMs: fc.integer({ min: 0, max: 100_000 }),
  decayMs: fc.integer({ min: 0, max: 100_000 }),
});

Deno.test("spikeAt() rises in a line to its factor and decays exactly to 1", () => {
  const shape = { factor: 3, riseMs: 1000, decayMs: 2000 };
  assert.equal(spikeAt(shape, -0.001), NO_SPIKE);
  assert.equal(spikeAt(shape, 0).multiplier, 1);
  assert.equal(spikeAt(shape, 500).multiplier, 2);
  assert.equal(spikeAt(shape, 1000).multiplier, 3);
  assert.equal(spikeAt(shape, 3000), NO_SPIKE);
  assert.ok(spikeAt(shape, 2999.999).multiplier - 1 < 1e-6);
});

Deno.test("spikeAt() decays by the documented formula", () => {
  const shape = { factor: 5, riseMs: 100, decayMs: 900 };
  for (const u of [0, 0.25, 0.5, 0.75, 0.999]) {
    const share = (Math.exp(-3 * u) - Math.exp(-3)) / (1 - Math.exp(-3));
    const found = spikeAt(shape, 100 + u * 900).multiplier;
    assert.ok(Math.abs(found - (1 + 4 * share)) < 1e-9, String(u));
  }
});

Deno.test("spikeAt() stays within [1, factor] and is monotone on each side of its top", () => {
  fc.assert(
    fc.property(
      anyShape,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (shape, x) => {
        const at = (ms: number) => spikeAt(shape, ms).multiplier;
        const { factor, riseMs, decayMs } = shape;
        const rising = at(x * riseMs);
        const falling = at(riseMs + x * decayMs);
        for (const m of [rising, falling]) {
          assert.ok(
            m >= 1 && m <= factor + 1e-9,
          );
        }
        if (x * riseMs + 1 < riseMs) assert.ok(at(x * riseMs + 1) >= rising);
        assert.ok(at(riseMs + x * decayMs + 1) <= falling);
      },
    ),
    { seed: 98, numRuns: 500 },
  );
});

Deno.test("spikeAt() is high while it rises and until half of the excess is left", () => {
  const shape = { factor: 3, riseMs: 1000, decayMs: 1000 };
  assert.equal(spikeAt(shape, 0).high, true);
  for (let ms = 0; ms < 2000; ms += 10) {
    const { high, multiplier } = spikeAt(shape, ms);
    assert.equal(high, ms < 1000 || multiplier > 2, String(ms));
  }
});

Deno.test("spikeAt() knows spikes without a rise, without a decay, and of factor 1", () => {
  assert.equal(spikeAt({ factor: 3, riseMs: 0, decayMs: 10 }, 0).multiplier, 3);
  const cliff = { factor: 3, riseMs: 10, decayMs: 0 };
  assert.ok(Math.abs(spikeAt(cliff, 9.99).multiplier - 3) < 0.01);
  assert.equal(spikeAt(cliff, 10), NO_SPIKE);
  assert.equal(spikeAt({ factor: 1, riseMs: 10, decayMs: 10 }, 5), NO_SPIKE);
});

Deno.test("higher() takes the larger of two levels, never their sum", () => {
  const two = { multiplier: 2, high: false };
  const three = { multiplier: 3, high: true };
  assert.equal(higher(two, three), three);
  assert.equal(higher(three, two), three);
  assert.equal(higher(NO_SPIKE, two), two);
});

const anySpec: fc.Arbitrary<SpikeSpec> = fc.record({
  meanMs: fc.integer({ min: 20_000, max: 3_600_000 }),
  below: fc.option(fc.double({ min: 0, max: 0.99, noNaN: true })),
  above: fc.option(fc.double({ min: 1.01, max: 100, noNaN: true })),
}).map(({ meanMs, below, above }) =>
  spikesWith({
    lambda: 1000 / meanMs,
    minGapMs: below === null ? null : below * meanMs,
    maxGapMs: above === null ? null : above * meanMs,
  })
);

Deno.test("gapMs() inverts the truncated distribution and stays inside its bounds", () => {
  const anyU = fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true });
  fc.assert(
    fc.property(anySpec, anyU, (spec, u) => {
      const x = gapMs(spec, u);
      const min = spec.minGapMs ?? 0;
      const max = spec.maxGapMs ?? Infinity;
      assert.ok(x >= min && x <= max * (1 + 1e-12), `${x}`);
      const perMs = spec.lambda / 1000;
      const back = Math.expm1(-perMs * (x - min)) /
        Math.expm1(-perMs * (max - min));
      assert.ok(Math.abs(back - u) < 1e-6, `${back} ${u}`);
    }),
    { seed: 98, numRuns: 2000 },
  );
});

Deno.test("gapMs() is the bound itself where both bounds are one", () => {
  const spec = spikesWith({ minGapMs: 10_000, maxGapMs: 10_000 });
  assert.equal(gapMs(spec, 0), 10_000);
  assert.equal(gapMs(spec, 0.999), 10_000);
});

Deno.test("Spikes gives the same answer in any order, from any instance", () => {
  const instants = fc.array(fc.integer({ min: 0, max: 9 * DAY_MS }), {
    minLength: 5,
    maxLength: 15,
  });
  fc.assert(
    fc.property(anySpec, fc.nat(), instants, (spec, seed, offsets) => {
      const one = new Spikes(spec, seed);
      for (const offset of offsets) {
        const ms = NOW_MS + offset;
        assert.deepEqual(one.at(ms), new Spikes(spec, seed).at(ms));
      }
    }),
    { seed: 98, numRuns: 60 },
  );
});

Deno.test("Spikes is the largest of all spikes under way, also over the edge of a block", () => {
  const spec = spikesWith({ lambda: 0.02, riseMs: 30_000, decayMs: 3_000_000 });
  const spikes = new Spikes(spec, 7);
  const starts = spikes.startsBetween(NOW_MS - 2 * DAY_MS, NOW_MS + DAY_MS);
  for (let ms = NOW_MS - 3_600_000; ms < NOW_MS + 3_600_000; ms += 7919) {
    const levels = starts.filter((start) => start <= ms)
      .map((start) => spikeAt(spec, ms - start).multiplier);
    assert.equal(spikes.at(ms).multiplier, Math.max(1, ...levels));
  }
});

Deno.test("Spikes starts a spike at the start that it names", () => {
  const spikes = new Spikes(spikesWith({ lambda: 0.01, riseMs: 0 }), 5);
  const [start] = spikes.startsBetween(NOW_MS, NOW_MS + DAY_MS);
  assert.ok(start !== undefined);
  assert.equal(spikes.at(start).multiplier, 3);
});

Deno.test("Spikes.startsBetween() cuts a span into parts without loss", () => {
  const spikes = new Spikes(spikesWith(), 5);
  const end = NOW_MS + 3 * DAY_MS;
  const whole = spikes.startsBetween(NOW_MS, end);
  const parts: number[] = [];
  for (let from = NOW_MS; from < end; from += DAY_MS / 4) {
    parts.push(...spikes.startsBetween(from, Math.min(end, from + DAY_MS / 4)));
  }
  assert.deepEqual(parts, whole);
  assert.deepEqual(whole, whole.toSorted((a, b) => a - b));
  assert.deepEqual(spikes.startsBetween(NOW_MS, NOW_MS), []);
});

Deno.test("Spikes gives two seeds two trains", () => {
  const at = (seed: number) =>
    new Spikes(spikesWith(), seed).startsBetween(NOW_MS, NOW_MS + DAY_MS);
  assert.notDeepEqual(at(1).slice(0, 5), at(2).slice(0, 5));
});

/** What all starts of a train come to at an instant, one by one. */
function highestOf(spec: SpikeSpec, starts: readonly number[], ms: number) {
  return starts.map((start) => spikeAt(spec, ms - start))
    .reduce((level, next) => higher(next, level), NO_SPIKE);
}

Deno.test("Spikes.at() is the highest of all spikes under way, however many there are", () => {
  const anyTrain = fc.record({
    lambda: fc.double({ min: 0.01, max: 10, noNaN: true }),
    riseMs: fc.integer({ min: 0, max: 60_000 }),
    decayMs: fc.integer({ min: 1, max: 60_000 }),
    offsetMs: fc.integer({ min: 0, max: 600_000 }),
  });
  fc.assert(
    fc.property(anyTrain, ({ offsetMs, ...train }) => {
      const spec = spikesWith(train);
      const ms = NOW_MS + offsetMs;
      const spanMs = spec.riseMs + spec.decayMs;
      const starts = new Spikes(spec, 98).startsBetween(ms - spanMs, ms + 1);
      const { multiplier, high } = highestOf(spec, starts, ms);
      const found = new Spikes(spec, 98).at(ms);
      // Two spikes of nearly one age may differ in the last bit alone.
      assert.ok(Math.abs(found.multiplier - multiplier) < 1e-12);
      assert.equal(found.high, high);
    }),
    { seed: 98, numRuns: 300 },
  );
});

Deno.test("Spikes draws no further than it is asked", () => {
  let draws = 0;
  const block = new SpikeBlock({
    fromMs: 1000,
    toMs: 2000,
    countMax: 1e6,
    gapMs: () => (draws++, 1),
  });
  assert.equal(block.countUpTo(1011), 10);
  assert.equal(draws, 12);
  assert.equal(block.countUpTo(1005), 4);
  assert.equal(draws, 12);
  assert.equal(block.countUpTo(9e9), 999);
  assert.equal(draws, 1000);
  assert.deepEqual([block.start(0), block.start(998)], [1001, 1999]);
});
