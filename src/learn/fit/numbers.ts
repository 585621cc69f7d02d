import { draw, type StreamKey, streamKey } from "../../base/mod.ts";

/** The median of some numbers, which are sorted for it; NaN of none. */
export function medianOf(values: Float64Array): number {
  return quantileOf(values.sort(), 0.5);
}

/** A quantile of sorted numbers, interpolated between them. */
function quantileOf(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return NaN;
  const at = share * (sorted.length - 1);
  const i = Math.floor(at);
  const low = sorted[i]!;
  return i + 1 < sorted.length ? low + (at - i) * (sorted[i + 1]! - low) : low;
}

/** The deviation that a normal law with these quantiles would have: what lies above 80 % is not looked at. */
export function robustDeviation(values: Float64Array): number {
  const sorted = sampled(values, 200_000).sort();
  const low = quantileOf(sorted, 0.1);
  const high = quantileOf(sorted, 0.8);
  return (high - low) / (1.281552 + 0.841621);
}

/** At most so many of them, evenly taken. */
function sampled(values: Float64Array, countMax: number): Float64Array {
  const step = Math.ceil(values.length / countMax);
  if (step <= 1) return values.slice();
  const taken = new Float64Array(Math.floor(values.length / step));
  for (let i = 0; i < taken.length; i++) taken[i] = values[i * step]!;
  return taken;
}

/** Sum of numbers. */
export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

/** Random numbers, the same each time. */
export class ManyDraws {
  readonly #key: StreamKey;
  #next = 0;

  constructor(seed = 98) {
    this.#key = streamKey(seed, 0x6c6e);
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return draw(this.#key.a, this.#key.b, this.#next++);
  }

  /** Normal with mean 0 and deviation 1. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    return radius * Math.cos(2 * Math.PI * this.unit());
  }

  /** A Poisson count. */
  poisson(mean: number): number {
    if (mean > 50) {
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    }
    let left = Math.exp(-mean);
    let sum = left;
    const u = this.unit();
    let count = 0;
    while (u > sum && count < 1000) {
      count++;
      left *= mean / count;
      sum += left;
    }
    return count;
  }
}

/** Options of a search for a minimum. */
export interface SearchOptions {
  readonly start: readonly number[];
  readonly step: number;
  readonly turns?: number;
}

/** A minimum of a function of some numbers (Nelder and Mead, 1965). */
export function minimum(
  f: (x: readonly number[]) => number,
  { start, step, turns = 200 }: SearchOptions,
): { readonly at: readonly number[]; readonly value: number } {
  const n = start.length;
  let points = Array.from({ length: n + 1 }, (_, i) => {
    const at = start.map((x, k) => k === i - 1 ? x + step : x);
    return { at, value: f(at) };
  });
  const from = (center: readonly number[], far: readonly number[], t: number) =>
    center.map((c, k) => c + t * (far[k]! - c));
  for (let turn = 0; turn < turns; turn++) {
    points.sort((a, b) => a.value - b.value);
    const worst = points[n]!;
    const center = start.map((_, k) =>
      sumOf(points.slice(0, n).map(({ at }) => at[k]!)) / n
    );
    const tried = (t: number) => {
      const at = from(center, worst.at, t);
      return { at, value: f(at) };
    };
    const mirrored = tried(-1);
    if (mirrored.value < points[0]!.value) {
      const further = tried(-2);
      points[n] = further.value < mirrored.value ? further : mirrored;
    } else if (mirrored.value < points[n - 1]!.value) points[n] = mirrored;
    else {
      const inner = tried(0.5);
      if (inner.value < worst.value) points[n] = inner;
      else {
        const best = points[0]!;
        points = points.map(({ at }, i) => {
          const near = i === 0 ? at : from(best.at, at, 0.5);
          return { at: near, value: i === 0 ? best.value : f(near) };
        });
      }
    }
  }
  points.sort((a, b) => a.value - b.value);
  return points[0]!;
}
