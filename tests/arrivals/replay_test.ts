import assert from "node:assert/strict";
import {
  ArrivalSource,
  Digest,
  LANES,
  lanesOf,
  offsetMsOf,
  shareOf,
  targetOf,
  WHOLE,
} from "../../src/arrivals/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import {
  lengthUsOf,
  type ReplaySpec,
  type TraceReader,
} from "../../src/trace/mod.ts";
import {
  packed,
  poissonTrace,
  readerOf,
  specOf,
} from "../trace/memory_trace.ts";

const FIRED = 17_000_000_000;

function sourceOf(
  reader: TraceReader,
  spec: ReplaySpec,
  { lanes = lanesOf(WHOLE), rate = 20 }: {
    readonly lanes?: readonly number[];
    readonly rate?: number;
  } = {},
): ArrivalSource {
  const plan = {
    ...{ arrivals: "replay", replay: spec, pattern: { base: 20, seed: 1 } },
    targets: [],
  } as unknown as Plan;
  return new ArrivalSource({
    ...{ plan, lanes, traffic: { rateAt: () => rate } },
    replay: { reader, firedSlotAt: () => FIRED },
  });
}

/** All instants of a replay in microseconds since the fire, and its digest. */
function sent(
  reader: TraceReader,
  spec: ReplaySpec,
  options: Parameters<typeof sourceOf>[2] = {},
) {
  const source = sourceOf(reader, spec, options);
  const slots = Math.ceil(lengthUsOf(spec) / 1e5) + 20;
  const digest = new Digest();
  const us: number[] = [];
  const targets: number[] = [];
  for (let i = -5; i < slots; i++) {
    const list = source.slot(FIRED + i);
    digest.addSlot(FIRED + i, list.view(), list.length);
    for (let n = 0; n < list.length; n++) {
      us.push(i * 1e5 + offsetMsOf(list.at(n)) * 1000);
      targets.push(targetOf(list.at(n)));
    }
  }
  return { us, targets, digest };
}

const READER = readerOf(packed(poissonTrace(4000, 20)));
const MADE = (() => {
  const all = [...poissonTrace(4000, 20)];
  return all.map(({ us, form, part }) => ({ us: us - all[0]!.us, form, part }));
})();
const SPEC = specOf(READER);

Deno.test("a replay sends the instants of its trace, to a microsecond", () => {
  const { us, targets } = sent(READER, SPEC);
  assert.equal(us.length, MADE.length);
  us.forEach((at, i) =>
    assert.ok(Math.abs(at - MADE[i]!.us) <= 0.01, `${at} ${MADE[i]!.us}`)
  );
  assert.deepEqual(targets.toSorted(), MADE.map(({ form }) => form).toSorted());
});

Deno.test("1, 3 and 8 workers send one list, and any slot may be asked again", () => {
  const spec = { ...SPEC, rate: 2.5, speed: 1.7, loop: 2 };
  const whole = sent(READER, spec).digest.toString();
  for (const workers of [3, 8]) {
    const digest = new Digest();
    for (let w = 0; w < workers; w++) {
      const lanes = shareOf(lanesOf(WHOLE), w, workers);
      digest.add(sent(READER, spec, { lanes }).digest);
    }
    assert.equal(digest.toString(), whole, String(workers));
  }
  const [a, b] = [sourceOf(READER, spec), sourceOf(READER, spec)];
  const slots = Array.from({ length: 200 }, (_, i) => FIRED + i * 7);
  const forwards = slots.map((slot) => [...a.slot(slot).view()].join());
  const backwards = slots.toReversed().map((slot) =>
    [...b.slot(slot).view()].join()
  );
  assert.deepEqual(forwards, backwards.toReversed());
});

Deno.test("speed, loop and copies move whole traces", () => {
  const fast = sent(READER, { ...SPEC, speed: 2 }).us;
  fast.forEach((at, i) => assert.ok(Math.abs(at - MADE[i]!.us / 2) <= 0.01));
  const twice = sent(READER, { ...SPEC, loop: 2 }).us;
  const lengthUs = SPEC.spanUs + SPEC.gapUs;
  assert.equal(twice.length, 2 * MADE.length);
  assert.ok(Math.abs(twice[MADE.length]! - lengthUs) <= 0.01);
  const copies = sent(READER, { ...SPEC, rate: 3, shiftUs: 5e6 }).us;
  const wanted = [0, 5e6, 10e6].flatMap((by) => MADE.map(({ us }) => us + by))
    .sort((x, y) => x - y);
  assert.equal(copies.length, wanted.length);
  copies.forEach((at, i) => assert.ok(Math.abs(at - wanted[i]!) <= 0.01));
});

Deno.test("below one copy whole clients go, and what is left stays where it was", () => {
  const half = sent(READER, { ...SPEC, rate: 0.5 }).us;
  const wanted = MADE.filter(({ part }) => part < 128).map(({ us }) => us);
  assert.equal(half.length, wanted.length);
  half.forEach((at, i) => assert.ok(Math.abs(at - wanted[i]!) <= 0.01));
});

Deno.test("nothing is sent while nothing may be, and a share of it where a share may", () => {
  assert.equal(sent(READER, SPEC, { rate: 0 }).us.length, 0);
  const half = sent(READER, SPEC, { rate: 10 }).us.length / MADE.length;
  assert.ok(Math.abs(half - 0.5) < 0.05, String(half));
});

Deno.test("lanes have equal shares", () => {
  const source = sourceOf(READER, SPEC);
  const counts = new Float64Array(8);
  for (let i = 0; i < SPEC.spanUs / 1e5; i++) {
    const list = source.slot(FIRED + i);
    for (let n = 0; n < list.length; n++) {
      counts[(Math.floor(list.at(n) / 256) % LANES) % 8]!++;
    }
  }
  counts.forEach((count) => assert.ok(Math.abs(count - 500) < 60, `${counts}`));
});
