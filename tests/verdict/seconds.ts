/**
 * Seconds of runs that never were, and thresholds to hold them against.
 *
 * @module
 */
import fc from "fast-check";
import type { Phase } from "../../src/pattern/mod.ts";
import {
  cellMidUs,
  cellOf,
  COARSE,
  type DurationGrowth,
  FINE,
  type Geometry,
  type SeriesGrowth,
} from "../../src/stats/mod.ts";
import { parseThreshold, type Threshold } from "../../src/threshold/mod.ts";
import type { JudgedSecond } from "../../src/verdict/mod.ts";

export const TARGETS = ["api", "web"] as const;
/** The same as a plan has them. */
export const SERIES = TARGETS.map((name) => ({ name }));

/** A threshold that can be read. */
export function threshold(text: string): Threshold {
  const result = parseThreshold(text);
  if (result.kind === "wrong") throw new Error(`${text}: ${result.message}`);
  return result.threshold;
}

/** Durations as a reader of counters tells them. */
export function durations(
  ms: readonly number[],
  shape: Geometry = COARSE,
): DurationGrowth {
  const cells = ms.map((each) => cellOf(shape, each * 1000));
  const mids = cells.map((cell) => cellMidUs(shape, cell) / 1000);
  return {
    shape,
    cells: cells.flatMap((cell) => [cell, 1]),
    sumMs: ms.reduce((a, b) => a + b, 0),
    minMs: Math.min(Infinity, ...mids),
    maxMs: Math.max(0, ...mids),
  };
}

/** One part of a second: everything went well unless told otherwise. */
export function part(change: Partial<SeriesGrowth> = {}): SeriesGrowth {
  const { response = durations([]) } = change;
  const count = response.cells.length / 2;
  return {
    target: 0,
    phase: "baseline",
    scenario: -1,
    sent: count,
    missed: 0,
    late: 0,
    workerLost: 0,
    completed: count,
    failed: 0,
    generator: 0,
    service: response,
    ...change,
    response,
  };
}

/** A second with these parts, which ends at `atMs`. */
export function second(
  atMs: number,
  parts: readonly SeriesGrowth[],
  change: Partial<JudgedSecond> = {},
): JudgedSecond {
  return {
    atMs,
    seconds: 1,
    phase: "baseline",
    scenario: null,
    scenarios: [],
    spike: 1,
    proofs: { law: "not_yet", counts: "not_yet", lag: "not_yet" },
    parts,
    codes: [],
    sendLag: durations([], FINE),
    connect: durations([]),
    firstByte: durations([]),
    ...change,
  };
}

const PHASES_DRAWN: readonly Phase[] = ["baseline", "ramp", "spike"];

/** A part with some requests, some of them failed, missed or late. */
const partDrawn = fc.record({
  target: fc.integer({ min: 0, max: TARGETS.length - 1 }),
  phase: fc.constantFrom(...PHASES_DRAWN),
  ms: fc.array(fc.double({ min: 0.1, max: 900, noNaN: true }), {
    maxLength: 40,
  }),
  failed: fc.integer({ min: 0, max: 5 }),
  missed: fc.integer({ min: 0, max: 3 }),
  late: fc.boolean(),
}).map(({ ms, failed, missed, late, ...rest }) =>
  part({
    ...rest,
    response: durations(ms),
    completed: ms.length + failed,
    sent: ms.length + failed,
    failed,
    missed,
    late: late ? missed : 0,
  })
);

/** The seconds of a run, one after the other. */
export const secondsDrawn: fc.Arbitrary<JudgedSecond[]> = fc.array(
  fc.record({
    parts: fc.array(partDrawn, { maxLength: 4 }),
    phase: fc.constantFrom(...PHASES_DRAWN),
    lag: fc.array(fc.double({ min: 0, max: 5, noNaN: true }), {
      maxLength: 20,
    }),
    codes: fc.array(
      fc.tuple(
        fc.constantFrom(200, 404, 429, 500, 503),
        fc.integer({ min: 1, max: 9 }),
      ),
      { maxLength: 3 },
    ),
  }),
  { minLength: 1, maxLength: 30 },
).map((all) =>
  all.map(({ parts, phase, lag, codes }, i) =>
    second(i * 1000 + 1000, parts, {
      phase,
      sendLag: durations(lag, FINE),
      codes: [{
        target: i % TARGETS.length,
        codes: codes.map(([code, n]) => [code, n, code >= 400 ? n : 0]),
      }],
    })
  )
);
