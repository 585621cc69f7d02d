/** How many standard deviations the band is wide to each side: 99 of 100 columns lie in it. */
const Z = 2.576;

/**
 * The least and the most that a Poisson process of this mean comes to, in 99 of
 * 100 cases.
 *
 * Wilson and Hilferty's approximation of the chi-square quantile:
 *
 *   low  = n · (1 − 1/(9n) − z/(3√n))³
 *   high = m · (1 − 1/(9m) + z/(3√m))³,  m = n + 1
 */
export function poissonBand(mean: number): [low: number, high: number] {
  if (!(mean > 0)) return [0, 0];
  const cube = (n: number, z: number) =>
    n * Math.max(0, 1 - 1 / (9 * n) + z / (3 * Math.sqrt(n))) ** 3;
  return [cube(mean, -Z), cube(mean + 1, Z)];
}
