import { coarser, lastOf, type Series } from "../fit/series.ts";

const SPAN_SEC_MAX = 14 * 86_400;
const PAIRS_MIN = 3600;
const Z_MIN = 6;
/**
 * Covariance of neighbouring seconds for an amplitude of 1: knots a second
 * apart, each uniform within ±1, with smoothstep between.
 */
const COVARIANCE_OF_ONE = 1 / 12;
/** A start is found to some seconds. */
const LEAD_SEC = 3;
const AMPLITUDE_MIN = 0.03;

/**
 * The amplitude of noise of kar's kind `spring`: neighbouring seconds vary
 * together, and those further apart do not. 0 = there is none, or it does not
 * show.
 */
export function fitSpring(
  given: Series,
  { rateAt, factorAt }: {
    readonly rateAt: (sec: number) => number;
    /** By how much spikes lift the rate. */
    readonly factorAt: (sec: number) => number;
  },
): number {
  if (given.binSec > 1) return 0;
  const { counts, isOk, fromSec, binSec } = coarser(
    lastOf(given, SPAN_SEC_MAX),
    1,
  );
  const sums = [0, 0, 0, 0];
  let [pairs, square] = [0, 0];
  const ratio = new Float64Array(counts.length);
  for (let i = 0; i < counts.length; i++) {
    const expected = rateAt(fromSec + i * binSec) * binSec;
    const value = isOk[i] === 0 || expected < 0.5
      ? NaN
      : counts[i]! / expected - 1;
    // Spikes are not noise.
    const sec = fromSec + i * binSec;
    const isSpike = factorAt(sec) > 1 || factorAt(sec + LEAD_SEC) > 1;
    ratio[i] = isSpike ? NaN : value;
  }
  for (let i = 0; i + 4 < ratio.length; i++) {
    const first = ratio[i]!;
    if (Number.isNaN(first + ratio[i + 1]! + ratio[i + 4]!)) continue;
    pairs++;
    square += first * first;
    sums[0]! += first * ratio[i + 1]!;
    sums[1]! += first * ratio[i + 4]!;
  }
  if (pairs < PAIRS_MIN) return 0;
  const covariance = (sums[0]! - sums[1]!) / pairs;
  const error = Math.SQRT2 * square / pairs / Math.sqrt(pairs);
  if (covariance < Z_MIN * error) return 0;
  const amplitude = Math.sqrt(covariance / COVARIANCE_OF_ONE);
  return amplitude < AMPLITUDE_MIN ? 0 : Math.min(1, amplitude);
}
