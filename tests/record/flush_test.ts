import assert from "node:assert/strict";
import { Flush } from "../../src/record/write/flush.ts";
import type { Measured } from "../../src/run/mod.ts";
import { NO_TOTALS } from "../../src/stats/mod.ts";
import { Chance } from "../fixtures/chance.ts";
import { planFixture } from "../fixtures/snapshot.ts";
import { momentFixture, NOON } from "./support.ts";

const LOOKS = 300;

/** What a run has measured at an instant after noon, in milliseconds. */
function measuredAt(ms: number): Measured {
  const nowMs = NOON * 1000 + ms;
  return {
    totals: NO_TOTALS,
    former: null,
    moment: { ...momentFixture(NOON), plan: planFixture(), nowMs },
    seconds: [],
    samples: [],
    changes: [],
    plans: [],
    law: {},
  };
}

/** The seconds of intervals between looks at some instants. */
function secondsOf(looksMs: readonly number[]): number[] {
  const flush = new Flush(measuredAt(0));
  return looksMs.map((ms) => flush.take(measuredAt(ms)).interval.t - NOON);
}

Deno.test("intervals of a second follow each other, however near to an edge their middles lie", () => {
  const chance = new Chance(17);
  const looks = Array.from(
    { length: LOOKS },
    (_, i) => 1500 + 1000 * i + chance.below(200) - 100,
  );
  const seconds = secondsOf(looks);
  // The first one is longer: it goes back to the start.
  assert.deepEqual(
    seconds.slice(1),
    Array.from({ length: LOOKS - 1 }, (_, i) => seconds[0]! + 1 + i),
  );
});

Deno.test("an interval lies in the second of its middle, give or take a quarter, after a pause and with slow looks too", () => {
  const chance = new Chance(18);
  let atMs = 0;
  const looks = Array.from({ length: LOOKS }, () => {
    const before = atMs;
    atMs += 700 + chance.below(chance.oneIn(20) ? 9000 : 900);
    return { atMs, middle: (before + atMs) / 2000 };
  });
  const seconds = secondsOf(looks.map(({ atMs }) => atMs));
  seconds.forEach((second, i) =>
    assert.ok(
      Math.abs(looks[i]!.middle - (second + 0.5)) <= 0.75,
      `${looks[i]!.middle} in ${second}`,
    )
  );
});
