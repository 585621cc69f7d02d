import assert from "node:assert/strict";
import fc from "fast-check";
import {
  EventLog,
  type Pattern,
  Traffic,
  type TrafficEvent,
} from "../../src/pattern/mod.ts";
import { Noise } from "../../src/pattern/components/noise.ts";
import { Schedule } from "../../src/pattern/components/schedule.ts";
import { Spikes } from "../../src/pattern/components/spikes.ts";
import {
  ALL_DAYS,
  firedAt,
  patternWith,
  ruleWith,
  spikesWith,
} from "./support.ts";

const START_MS = Date.UTC(2026, 2, 28, 9, 59, 50);
const START = START_MS / 100;

const anyPattern: fc.Arbitrary<Pattern> = fc.record({
  seed: fc.nat(),
  zone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York"),
  base: fc.double({ min: 0, max: 10_000, noNaN: true }),
  max: fc.double({ min: 0, max: 20_000, noNaN: true }),
  rampUpMs: fc.constantFrom(0, 100, 5000, 60_000),
  schedule: fc.array(
    fc.record({
      spans: fc.constant([[540, 1020], [1300, 30]] as const),
      days: fc.constant(ALL_DAYS),
      multiplier: fc.constantFrom(0, 0.5, 1, 3),
      priority: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 2 },
  ),
  spikes: fc.option(
    fc.record({
      lambda: fc.constantFrom(0.01, 0.05),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
    })
      .map(spikesWith),
  ),
  noise: fc.option(
    fc.record({
      kind: fc.constantFrom("spring" as const, "perlin" as const),
      amplitude: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  ),
});
const anySlot = fc.nat(40_000).map((n) => START + n);

const anyChange: fc.Arbitrary<Omit<TrafficEvent, "slot">> = fc.oneof(
  fc.constantFrom("pause" as const, "resume" as const, "fire" as const)
    .map((kind) => ({ kind, value: 0, durationMs: 0 })),
  fc.record({
    kind: fc.constantFrom("base" as const, "max" as const),
    value: fc.oneof(fc.nat(20_000), fc.constant(NaN)),
    durationMs: fc.constant(0),
  }),
  fc.record({
    kind: fc.constantFrom("scale" as const, "level" as const),
    value: fc.double({ min: 0, max: 5, noNaN: true }),
    durationMs: fc.constant(0),
  }),
  fc.record({
    kind: fc.constant("spike" as const),
    value: fc.double({ min: 1, max: 20, noNaN: true }),
    durationMs: fc.nat(60_000),
  }),
);
const anyLog = fc.array(fc.tuple(fc.nat(40_000), anyChange), { maxLength: 15 })
  .map((list) => [
    { slot: START, kind: "fire", value: 0, durationMs: 0 } as const,
    ...list.toSorted(([a], [b]) => a - b)
      .map(([n, change]) => ({ slot: START + n, ...change })),
  ]);

function trafficOf(pattern: Pattern, events: readonly TrafficEvent[]) {
  const log = new EventLog();
  for (const event of events) log.append(event);
  return new Traffic([pattern], log);
}

Deno.test("partsAt() never leaves [0, max], whatever the operator does", () => {
  fc.assert(
    fc.property(anyPattern, anyLog, anySlot, (pattern, events, slot) => {
      const traffic = trafficOf(pattern, events);
      const { rate } = traffic.partsAt(slot);
      const { max } = traffic.events.at(slot);
      const bound = Number.isNaN(max) ? pattern.max : max;
      assert.ok(rate >= 0 && rate <= bound, `${rate}`);
    }),
    { seed: 98, numRuns: 800 },
  );
});

Deno.test("partsAt() is the product of its parts, cut to [0, max]", () => {
  fc.assert(
    fc.property(anyPattern, anyLog, anySlot, (pattern, events, slot) => {
      const traffic = trafficOf(pattern, events);
      const control = traffic.events.at(slot);
      const f = traffic.partsAt(slot);
      const base = Number.isNaN(control.base) ? pattern.base : control.base;
      const max = Number.isNaN(control.max) ? pattern.max : control.max;
      const product = base * f.ramp * f.schedule * f.spike * f.noise *
        f.scale * f.gate;
      assert.equal(f.rate, Math.min(product, max));
    }),
    { seed: 98, numRuns: 500 },
  );
});

Deno.test("partsAt() takes each part at the middle of the slot", () => {
  fc.assert(
    fc.property(anyPattern, anySlot, (pattern, slot) => {
      const f = firedAt(pattern, START_MS).partsAt(slot);
      const midMs = slot * 100 + 50;
      const { schedule, zone, spikes, noise, seed, rampUpMs } = pattern;
      assert.equal(f.schedule, new Schedule(schedule, zone).at(slot));
      assert.equal(
        f.spike,
        spikes ? new Spikes(spikes, seed).at(midMs).multiplier : 1,
      );
      assert.equal(
        f.noise,
        noise ? new Noise(noise, seed).at(midMs / 1000) : 1,
      );
      const ramp = rampUpMs === 0 ? 1 : (midMs - START_MS) / rampUpMs;
      assert.equal(f.ramp, Math.min(1, ramp));
    }),
    { seed: 98, numRuns: 300 },
  );
});

Deno.test("partsAt() is exactly 0 where one part is 0", () => {
  const ruleOff = ruleWith({ spans: [[600, 630]], multiplier: 0 });
  const off = patternWith({ schedule: [ruleOff], spikes: spikesWith() });
  const traffic = firedAt(off, START_MS);
  assert.ok(traffic.partsAt(START + 99).rate > 0);
  for (let slot = START + 100; slot < START + 100 + 18_000; slot += 11) {
    assert.ok(Object.is(traffic.partsAt(slot).rate, 0));
  }
  assert.ok(traffic.partsAt(START + 100 + 18_000).rate > 0);
  assert.equal(
    firedAt(patternWith({ base: 0 }), START_MS).partsAt(START).rate,
    0,
  );
  assert.equal(
    firedAt(patternWith({ max: 0 }), START_MS).partsAt(START).rate,
    0,
  );
});

Deno.test("partsAt() does not depend on what was asked before", () => {
  fc.assert(
    fc.property(
      anyPattern,
      anyLog,
      fc.array(anySlot, { minLength: 2, maxLength: 20 }),
      (pattern, events, slots) => {
        const one = trafficOf(pattern, events);
        const shuffled = slots.map((slot) => one.partsAt(slot));
        const sorted = trafficOf(pattern, events);
        const again = new Map(
          slots.toSorted((a, b) => a - b)
            .map((slot) => [slot, sorted.partsAt(slot)] as const),
        );
        slots.forEach((slot, i) =>
          assert.deepEqual(shuffled[i], again.get(slot))
        );
      },
    ),
    { seed: 98, numRuns: 150 },
  );
});

Deno.test("partsAt() ramps from each fire and from nothing else", () => {
  const traffic = trafficOf(patternWith({ rampUpMs: 10_000 }), [
    { slot: START, kind: "fire", value: 0, durationMs: 0 },
    { slot: START + 300, kind: "pause", value: 0, durationMs: 0 },
    { slot: START + 400, kind: "resume", value: 0, durationMs: 0 },
    { slot: START + 500, kind: "base", value: 50, durationMs: 0 },
    { slot: START + 600, kind: "fire", value: 0, durationMs: 0 },
  ]);
  const rampAt = (n: number) => traffic.partsAt(START + n).ramp;
  assert.equal(rampAt(0), 0.005);
  assert.equal(rampAt(50), 0.505);
  assert.equal(rampAt(99), 0.995);
  for (const n of [100, 299, 350, 400, 499, 599]) assert.equal(rampAt(n), 1);
  assert.equal(rampAt(600), 0.005);
});

Deno.test("partsAt() sends nothing while armed or paused", () => {
  const armed = new Traffic([patternWith()], new EventLog());
  assert.equal(armed.partsAt(START).rate, 0);
  assert.equal(armed.partsAt(START).gate, 0);
  const traffic = trafficOf(patternWith(), [
    { slot: START, kind: "fire", value: 0, durationMs: 0 },
    { slot: START + 5, kind: "pause", value: 0, durationMs: 0 },
    { slot: START + 9, kind: "resume", value: 0, durationMs: 0 },
  ]);
  const rates = [4, 5, 8, 9].map((n) => traffic.partsAt(START + n).rate);
  assert.deepEqual(rates, [100, 0, 0, 100]);
});

Deno.test("partsAt() takes the larger of a random and a manual spike", () => {
  const pattern = patternWith({ spikes: spikesWith({ lambda: 1 }) });
  const alone = firedAt(pattern, START_MS);
  const both = trafficOf(pattern, [
    { slot: START, kind: "fire", value: 0, durationMs: 0 },
    { slot: START + 10, kind: "spike", value: 2, durationMs: 3000 },
  ]);
  for (let n = 0; n < 60; n++) {
    const ms = n * 100 + 50 - 1000;
    const u = (ms - 1000) / 2000;
    const decay = (Math.exp(-3 * u) - Math.exp(-3)) / (1 - Math.exp(-3));
    const share = ms < 0 || ms >= 3000 ? 0 : ms < 1000 ? ms / 1000 : decay;
    const found = both.partsAt(START + n).spike;
    const expected = Math.max(1 + share, alone.partsAt(START + n).spike);
    assert.ok(Math.abs(found - expected) < 1e-9, String(n));
  }
});

Deno.test("Traffic goes over to another plan at its event", () => {
  const log = new EventLog();
  log.append({ slot: START, kind: "fire", value: 0, durationMs: 0 });
  const traffic = new Traffic([patternWith()], log);
  traffic.addPattern(1, patternWith({ base: 7 }));
  log.append({ slot: START + 5, kind: "plan", value: 1, durationMs: 0 });
  assert.equal(traffic.partsAt(START + 4).rate, 100);
  assert.equal(traffic.partsAt(START + 5).rate, 7);
});

Deno.test("Traffic.rateAt() is the rate of partsAt(), whatever the events say", () => {
  const start = 17_700_000_000;
  const events = new EventLog();
  const traffic = new Traffic([patternWith({ spikes: spikesWith() })], events);
  const kinds = ["fire", "pause", "resume", "level", "scale"] as const;
  kinds.forEach((kind, i) =>
    events.append({ slot: start + 10 * i, kind, value: 0, durationMs: 0 })
  );
  for (let slot = start - 5; slot < start + 60; slot++) {
    assert.equal(traffic.rateAt(slot), traffic.partsAt(slot).rate);
  }
  assert.equal(traffic.rateAt(start - 1), 0);
  assert.ok(traffic.rateAt(start) > 0);
});
