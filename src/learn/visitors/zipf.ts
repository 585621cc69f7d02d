/** Ranks to which the law is fitted: the order of rarer ids is chance. */
const RANKS = 64;
const REQUESTS_MIN = 500;

/** How often each of some things is asked for. */
export interface ZipfFit {
  readonly skew: number;
  /** Different things, about. */
  readonly things: number;
}

/**
 * The exponent of a Zipf law, by maximum likelihood on the most frequent 64:
 *
 *   p(k) ∝ k^(−s),  given that it is one of them
 *
 * @param counts of the things seen first, in any order
 * @returns null where there is too little to tell
 */
export function fitZipf(
  counts: readonly number[],
  things: number,
): ZipfFit | null {
  const top = [...counts].sort((a, b) => b - a).slice(0, RANKS);
  const total = top.reduce((a, b) => a + b, 0);
  if (top.length < 8 || total < REQUESTS_MIN) return null;
  const weighted = top.reduce(
    (sum, count, i) => sum + count * Math.log(i + 1),
    0,
  );
  const scoreAt = (skew: number) => {
    let [sum, logs] = [0, 0];
    for (let k = 1; k <= top.length; k++) {
      const share = k ** -skew;
      sum += share;
      logs += share * Math.log(k);
    }
    // The slope of the likelihood.
    return total * logs / sum - weighted;
  };
  let [low, high] = [0, 4];
  if (scoreAt(0) <= 0) return { skew: 0, things };
  for (let turn = 0; turn < 50; turn++) {
    const middle = (low + high) / 2;
    if (scoreAt(middle) > 0) low = middle;
    else high = middle;
  }
  return { skew: (low + high) / 2, things };
}
