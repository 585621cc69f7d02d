/**
 * The few statistics that tests of chance need, written out so that they
 * depend on nothing they test.
 *
 * @module
 */

/**
 * Largest distance between the samples' distribution and a given one:
 * Kolmogorov–Smirnov's D.
 */
export function ksDistance(
  samples: readonly number[],
  cdf: (x: number) => number = (x) => x,
): number {
  const sorted = Float64Array.from(samples).sort();
  let distance = 0;
  for (let i = 0; i < sorted.length; i++) {
    const expected = cdf(sorted[i]!);
    distance = Math.max(
      distance,
      expected - i / sorted.length,
      (i + 1) / sorted.length - expected,
    );
  }
  return distance;
}

/** The D that one in a hundred samples of this size passes (n > 35). */
export function ksLimit(n: number): number {
  return 1.63 / Math.sqrt(n);
}

/** Pearson's statistic: Σ (observed − expected)² / expected. */
export function chiSquare(
  observed: readonly number[],
  expected: readonly number[],
): number {
  return observed.reduce(
    (sum, n, i) => sum + (n - expected[i]!) ** 2 / expected[i]!,
    0,
  );
}

/**
 * Share of chi-square samples that lie above a value: the Wilson–Hilferty
 * approximation, good to a percent of the share for ten degrees and more.
 */
export function chiSquareTail(value: number, degrees: number): number {
  const spread = 2 / (9 * degrees);
  const z = (Math.cbrt(value / degrees) - (1 - spread)) / Math.sqrt(spread);
  return 1 - normalCdf(z);
}

/** Share of a standard normal distribution below z (Abramowitz & Stegun 26.2.17). */
export function normalCdf(z: number): number {
  if (z < 0) return 1 - normalCdf(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const tail = t * (0.31938153 + t * (-0.356563782 +
        t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - tail * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
}

/** Pearson's correlation of two lists of the same length. */
export function correlation(xs: readonly number[], ys: readonly number[]) {
  const mx = mean(xs);
  const my = mean(ys);
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < xs.length; i++) {
    xy += (xs[i]! - mx) * (ys[i]! - my);
    xx += (xs[i]! - mx) ** 2;
    yy += (ys[i]! - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

/** The arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The numbers 0 … n − 1. */
export function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** A moving generator of its own kind (xorshift32, Marsaglia 2003), for test data. */
export function testRandom(seed: number): () => number {
  let x = seed | 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}
