import { unit } from "../base/mod.ts";
import { COMPARE_MEASURES, type CompareMeasure } from "./measures.ts";
import { BlockSums } from "./sums.ts";
import type {
  CompareBlock,
  ComparedMeasure,
  CompareSide,
  CompareWord,
  Comparison,
} from "./types.ts";

/** Draws of the blocks from which it is told how much a measure varies. */
const RESAMPLES = 200;
/** Blocks below which nobody can tell how much it varies. */
const BLOCKS_MIN = 5;
/** A change that may be larger than this and was not seen says nothing. */
const WIDEST = 0.5;
const SEED = 98;
/**
 * Two-sided quantile of the normal distribution. A comparison has a dozen
 * measures, and one false alarm in twenty comparisons is what is accepted:
 * measured over simulated pairs of runs.
 */
const Z = 2.97;

/**
 * Compares two runs measure by measure. How much a measure varies is told from
 * stretches of the runs and not from single requests, which come in bursts: the
 * stretches are drawn again and again (a block bootstrap), and the interval is
 * as wide as the measure varies from draw to draw, by Student's t. Where both
 * runs had the same traffic, the same stretches are drawn of both.
 */
export function compareRuns(a: CompareSide, b: CompareSide): Comparison {
  const differences = differencesOf(a, b);
  const isPaired = differences.length === 0;
  const length = Math.min(a.blocks.length, b.blocks.length);
  const [left, right] = isPaired
    ? [a.blocks.slice(0, length), b.blocks.slice(0, length)]
    : [a.blocks, b.blocks];
  const draws = left.length >= BLOCKS_MIN && right.length >= BLOCKS_MIN
    ? drawsOf(left, right, isPaired)
    : null;
  const [wholeA, wholeB] = [wholeOf(left), wholeOf(right)];
  return {
    a: a.name,
    b: b.name,
    isPaired,
    differences,
    measures: COMPARE_MEASURES.map((measure, i) => {
      const valueA = wholeA === null
        ? a.figures[measure.name]
        : measure.of(wholeA);
      const valueB = wholeB === null
        ? b.figures[measure.name]
        : measure.of(wholeB);
      return comparedOf(measure, [valueA ?? null, valueB ?? null], {
        changes: draws?.[i] ?? null,
        degrees: Math.min(left.length, right.length) - 1,
      });
    }),
  };
}

function differencesOf(a: CompareSide, b: CompareSide): string[] {
  const lines: string[] = [];
  if (a.planId !== b.planId) {
    lines.push(`the plans differ: ${a.planId} and ${b.planId}`);
  }
  if (a.seed !== b.seed) {
    lines.push(`the seeds differ: ${a.seed} and ${b.seed}`);
  }
  if (lines.length === 0 && a.startMs !== b.startMs) {
    lines.push(
      "they sent different stretches of the plan: run both with the same --start to compare them second by second",
    );
  }
  if (a.blocks.length === 0 || b.blocks.length === 0) {
    lines.push(
      "a JSON report has no distributions: compare records to learn whether a change is more than chance",
    );
  }
  return lines;
}

function wholeOf(blocks: readonly CompareBlock[]): BlockSums | null {
  if (blocks.length === 0) return null;
  const sums = new BlockSums();
  for (const block of blocks) sums.add(block);
  return sums;
}

/** For each measure its change in each of the draws. */
function drawsOf(
  a: readonly CompareBlock[],
  b: readonly CompareBlock[],
  isPaired: boolean,
): number[][] {
  const changes = COMPARE_MEASURES.map((): number[] => []);
  const [left, right] = [new BlockSums(), new BlockSums()];
  for (let n = 0; n < RESAMPLES; n++) {
    drawn(left.clear(), a, 2 * n);
    drawn(right.clear(), b, isPaired ? 2 * n : 2 * n + 1);
    COMPARE_MEASURES.forEach((measure, i) => {
      const change = changeOf(measure, measure.of(left), measure.of(right));
      if (change !== null) changes[i]!.push(change);
    });
  }
  return changes;
}

/** Adds as many blocks as there are, drawn with repetition. */
function drawn(
  sums: BlockSums,
  blocks: readonly CompareBlock[],
  stream: number,
): void {
  const times = new Uint32Array(blocks.length);
  for (let i = 0; i < blocks.length; i++) {
    times[Math.floor(unit(SEED, stream, i) * blocks.length)]!++;
  }
  blocks.forEach((block, i) => sums.add(block, times[i]));
}

/** Of durations the logarithm of their ratio, of shares their difference. */
function changeOf(
  { unit }: CompareMeasure,
  a: number | null,
  b: number | null,
): number | null {
  if (a === null || b === null) return null;
  if (unit === "share") return b - a;
  return a > 0 && b > 0 ? Math.log(b / a) : null;
}

function comparedOf(
  measure: CompareMeasure,
  [a, b]: readonly [number | null, number | null],
  { changes, degrees }: {
    readonly changes: readonly number[] | null;
    readonly degrees: number;
  },
): ComparedMeasure {
  const { name, unit } = measure;
  const change = changeOf(measure, a, b);
  const shown = (value: number) => unit === "ms" ? Math.expm1(value) : value;
  const isKnown = changes !== null && changes.length === RESAMPLES;
  if (change === null || !isKnown) {
    const known = change === null ? null : shown(change);
    const none = { low: null, high: null, word: "cannot tell" as const };
    return { measure: name, unit, a, b, change: known, ...none };
  }
  const half = studentT(degrees) * deviation(changes);
  return {
    measure: name,
    unit,
    a,
    b,
    change: shown(change),
    low: shown(change - half),
    high: shown(change + half),
    word: wordFor(change, half),
  };
}

function wordFor(change: number, half: number): CompareWord {
  if (change > half) return "worse";
  if (change < -half) return "better";
  return half > WIDEST ? "cannot tell" : "no difference seen";
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Student's t for the normal `Z`, by its expansion (Abramowitz & Stegun 26.7.5). */
function studentT(degrees: number): number {
  const z = Z;
  return z + (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3);
}
