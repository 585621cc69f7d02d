/** The documented law of bursts, of arrivals made as a run makes them. */
import assert from "node:assert/strict";
import { ArrivalSource, offsetMsOf } from "../../src/arrivals/mod.ts";
import type { BurstSpec } from "../../src/pattern/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { firedAt, patternWith } from "../pattern/support.ts";

/** Aligned to a cell of 409.6 s. */
const START = 4_300_000 * 4096;
const CELL_MS = 409_600;

/** Means of N and of N² in stretches of τ = 409.6 s / 2^j. */
function momentsOf(
  { burst, rate, cells, seed }: {
    readonly burst: BurstSpec;
    readonly rate: number;
    readonly cells: number;
    readonly seed: number;
  },
  octaves: readonly number[],
): { readonly mean: number; readonly square: number }[] {
  const lanes = Array.from({ length: 16 }, (_, lane) => lane);
  // Sixteen lanes of a traffic sixteen times as high: the same process, sooner made.
  const pattern = patternWith({ base: 16 * rate, seed, burst });
  const plan = { pattern, arrivals: "poisson", targets: [{ weight: 1 }] };
  const traffic = firedAt(pattern, START * 100);
  const source = new ArrivalSource({
    ...{ plan: plan as unknown as Plan, lanes },
    traffic,
  });
  const counts = octaves.map((octave) => new Uint32Array(2 ** octave));
  const sums = octaves.map(() => ({ mean: 0, square: 0 }));
  for (let cell = 0; cell < cells; cell++) {
    counts.forEach((each) => each.fill(0));
    for (let i = 0; i < 4096; i++) {
      const list = source.slot(START + cell * 4096 + i);
      for (let k = 0; k < list.length; k++) {
        const at = (i * 100 + offsetMsOf(list.at(k))) / CELL_MS;
        for (const each of counts) each[Math.floor(at * each.length)]!++;
      }
    }
    counts.forEach((each, o) => {
      for (const count of each) {
        sums[o]!.mean += count / each.length / cells;
        sums[o]!.square += count * count / each.length / cells;
      }
    });
  }
  return sums;
}

function idc(burst: BurstSpec, rate: number, octave: number): number {
  const { slow, mid, fast } = burst;
  const shares = [
    ...Array(6).fill(slow),
    ...Array(5).fill(mid),
    ...Array(6).fill(fast),
  ];
  let product = 1;
  for (const b of shares.slice(0, octave)) {
    product *= 2 * (b * b + (1 - b) ** 2);
  }
  return 1 + rate * (CELL_MS / 1000 / 2 ** octave) * (product - 1);
}

/**
 * 12.5 ms, 0.1, 0.8 and 6.4 s. A cell's shares are the same ones in each cell,
 * in another order, so its Σ share² has no chance in it: what is between the
 * counts and the formula is the chance of the arrivals alone.
 */
const OCTAVES = [15, 12, 9, 6];

for (
  const { burst, rate, cells } of [
    { burst: { slow: 0.6, mid: 0.62, fast: 0.7 }, rate: 10, cells: 400 },
    { burst: { slow: 0.53, mid: 0.53, fast: 0.53 }, rate: 50, cells: 200 },
    { burst: { slow: 0.5, mid: 0.5, fast: 0.85 }, rate: 10, cells: 100 },
    // As the trace of code has it.
    { burst: { slow: 0.75, mid: 0.65, fast: 0.8 }, rate: 5, cells: 400 },
  ]
) {
  Deno.test(`bursts of ${burst.slow}, ${burst.mid}, ${burst.fast} have the index of dispersion of the formula`, () => {
    const sums = momentsOf({ burst, rate, cells, seed: 98 }, OCTAVES);
    sums.forEach(({ mean, square }, i) => {
      assert.ok(
        Math.abs(mean / (rate * CELL_MS / 1000 / 2 ** OCTAVES[i]!) - 1) < 0.01,
      );
      const found = (square - mean * mean) / mean;
      const wanted = idc(burst, rate, OCTAVES[i]!);
      assert.ok(
        Math.abs(found / wanted - 1) < 0.03,
        `octave ${OCTAVES[i]}: ${found}, not ${wanted}`,
      );
    });
  });
}
