/**
 * Largest distance between the gaps' distribution and 1 − e^(−rate·gap).
 *
 *   D = max |Fₙ(gap) − F(gap)|, rejected at one percent above 1.628/√n
 *
 * @param instantsMs rising, in milliseconds
 */
export function ksOfGaps(instantsMs: Float64Array, ratePerSec: number): number {
  const gaps = Float64Array.from(
    { length: instantsMs.length - 1 },
    (_, i) => instantsMs[i + 1]! - instantsMs[i]!,
  ).sort();
  let distance = 0;
  gaps.forEach((gap, i) => {
    const expected = -Math.expm1(-ratePerSec * gap / 1000);
    const above = (i + 1) / gaps.length - expected;
    distance = Math.max(distance, above, expected - i / gaps.length);
  });
  return distance;
}
