import { medianOf } from "./numbers.ts";

/** Quarter hours `[from, to)` with one level. */
export interface DayPiece {
  readonly from: number;
  readonly to: number;
  /** Mean of the logarithms. */
  readonly mean: number;
  /** Its standard error, from the means of the days. */
  readonly error: number;
}

/** How finely a day may be cut. */
export interface PartitionOptions {
  /** Of one quarter hour of one day. */
  readonly deviation: number;
  /** The penalty for one more number. */
  readonly penalty: number;
}

/** Residuals beyond so many deviations are cut to them: a holiday moves no edge. */
const CUT = 3;
/**
 * An edge also has to show by days: quarter hours of one day are not
 * independent. With few days it has to show more clearly.
 */
const tMin = (days: number) => 3 * (1 + 3 / Math.max(1, days - 1));
/** Quarter hours on either side of an edge that it is judged by. */
const BESIDE = 8;

/**
 * The partition of the day with the least Σ (residual / deviation)² + penalty ·
 * pieces, by dynamic programming over all edges; then edges go that differ less
 * than the days among themselves.
 *
 * @param days logarithms by quarter hour, NaN where nothing is known
 */
export function partition(
  days: readonly Float64Array[],
  { deviation, penalty }: PartitionOptions,
): {
  readonly steps: readonly DayPiece[];
  readonly score: number;
  readonly count: number;
} {
  const length = days[0]?.length ?? 0;
  const sums = new QuarterSums(days, deviation);
  if (length === 0 || sums.countIn(0, length) === 0) {
    return { steps: [], score: 0, count: 0 };
  }
  let edges = bestEdges(sums, length, penalty);
  if (days.length >= 3) edges = seenByDays(days, edges);
  const steps = edges.slice(1).map((to, i) =>
    pieceOf(days, sums, [edges[i]!, to])
  );
  const score = steps.reduce(
    (sum, { from, to }) => sum + sums.cost(from, to) + penalty,
    0,
  );
  return { steps, score, count: days.length };
}

/** Sums by quarter hour, so that the cost of any piece is a difference. */
class QuarterSums {
  readonly #count: Float64Array;
  readonly #sum: Float64Array;
  readonly #square: Float64Array;
  readonly #deviation: number;

  constructor(days: readonly Float64Array[], deviation: number) {
    const length = days[0]?.length ?? 0;
    this.#deviation = deviation;
    this.#count = new Float64Array(length + 1);
    this.#sum = new Float64Array(length + 1);
    this.#square = new Float64Array(length + 1);
    for (let q = 0; q < length; q++) {
      const values = days.map((day) => day[q]!).filter((y) => !Number.isNaN(y));
      const middle = medianOf(Float64Array.from(values));
      let [sum, square] = [0, 0];
      for (const value of values) {
        const y = Math.min(
          Math.max(value, middle - CUT * deviation),
          middle + CUT * deviation,
        );
        sum += y;
        square += y * y;
      }
      this.#count[q + 1] = this.#count[q]! + values.length;
      this.#sum[q + 1] = this.#sum[q]! + sum;
      this.#square[q + 1] = this.#square[q]! + square;
    }
  }

  countIn(from: number, to: number): number {
    return this.#count[to]! - this.#count[from]!;
  }

  mean(from: number, to: number): number {
    return (this.#sum[to]! - this.#sum[from]!) / this.countIn(from, to);
  }

  cost(from: number, to: number): number {
    const count = this.countIn(from, to);
    if (count === 0) return 0;
    const sum = this.#sum[to]! - this.#sum[from]!;
    const square = this.#square[to]! - this.#square[from]!;
    return Math.max(0, square - sum * sum / count) / this.#deviation ** 2;
  }
}

function bestEdges(
  sums: QuarterSums,
  length: number,
  penalty: number,
): number[] {
  const best = new Float64Array(length + 1).fill(Infinity);
  const before = new Int32Array(length + 1);
  best[0] = 0;
  for (let to = 1; to <= length; to++) {
    for (let from = 0; from < to; from++) {
      // Quarters of which nothing is known are part of a neighbour.
      if (sums.countIn(from, to) === 0) continue;
      const cost = best[from]! + sums.cost(from, to) + penalty;
      if (cost < best[to]!) {
        best[to] = cost;
        before[to] = from;
      }
    }
  }
  let last = length;
  while (last > 0 && best[last] === Infinity) last--;
  const edges = [length];
  for (let at = last; at > 0; at = before[at]!) {
    if (at !== last || last === length) edges.unshift(at);
    if (before[at] === 0) break;
  }
  edges.unshift(0);
  return [...new Set(edges)].sort((a, b) => a - b);
}

/** Takes out, weakest first, edges at which the days do not agree. */
function seenByDays(
  days: readonly Float64Array[],
  edges: readonly number[],
): number[] {
  let left = [...edges];
  while (left.length > 2) {
    let weakest = -1;
    let least = tMin(days.length);
    for (let i = 1; i < left.length - 1; i++) {
      const t = stepOf(days, [left[i - 1]!, left[i]!, left[i + 1]!]);
      if (t >= least) continue;
      least = t;
      weakest = i;
    }
    if (weakest < 0) return left;
    left = left.filter((_, i) => i !== weakest);
  }
  return left;
}

/** How many standard errors of the days an edge is high. */
function stepOf(
  days: readonly Float64Array[],
  [from, edge, to]: readonly [number, number, number],
): number {
  const apart = days.map((day) =>
    meanIn(day, edge, Math.min(to, edge + BESIDE)) -
    meanIn(day, Math.max(from, edge - BESIDE), edge)
  ).filter((value) => !Number.isNaN(value));
  if (apart.length < 3) return Infinity;
  const { mean, error } = withError(apart);
  return error === 0 ? Infinity : Math.abs(mean) / error;
}

function pieceOf(
  days: readonly Float64Array[],
  sums: QuarterSums,
  [from, to]: readonly [number, number],
): DayPiece {
  const means = days.map((day) => meanIn(day, from, to))
    .filter((mean) => !Number.isNaN(mean));
  const { error } = withError(means);
  return { from, to, mean: sums.mean(from, to), error };
}

function meanIn(day: Float64Array, from: number, to: number): number {
  let sum = 0;
  let count = 0;
  for (let q = from; q < to; q++) {
    if (Number.isNaN(day[q]!)) continue;
    sum += day[q]!;
    count++;
  }
  return count === 0 ? NaN : sum / count;
}

function withError(values: readonly number[]) {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / Math.max(1, n);
  const square = values.reduce((sum, y) => sum + (y - mean) ** 2, 0);
  const error = n < 2 ? 0 : Math.sqrt(square / (n - 1) / n);
  return { mean, error };
}
