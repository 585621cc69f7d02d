import type { Statistic } from "../../threshold/mod.ts";

/** How long something took, or how long it was watched without ending. */
export interface WatchedTime {
  readonly ms: number;
  readonly isCensored: boolean;
}

/**
 * The time within which a share of all has ended, where some were watched for
 * shorter than they took (Kaplan, Meier 1958). What is not over when one stops
 * looking counts for as long as it was seen, so that it flatters nothing.
 *
 *   S(t) = Π (1 − ended at tᵢ / still watched at tᵢ)
 *
 * @param share within (0, 1]
 * @returns null when so many were not seen to end
 */
export function quantileOf(
  watched: readonly WatchedTime[],
  share: number,
): number | null {
  const times = watched.toSorted((a, b) =>
    a.ms - b.ms || Number(a.isCensored) - Number(b.isCensored)
  );
  let left = 1;
  for (const [i, { ms, isCensored }] of times.entries()) {
    if (isCensored) continue;
    left *= 1 - 1 / (times.length - i);
    if (1 - left >= share - 1e-12) return ms;
  }
  return null;
}

/** A statistic of times; null = it is not known, as a mean where one was not seen to end. */
export function statisticOf(
  watched: readonly WatchedTime[],
  statistic: Statistic,
): number | null {
  if (statistic.kind === "percentile") {
    return quantileOf(watched, statistic.share);
  }
  if (watched.length === 0 || watched.some((each) => each.isCensored)) {
    return null;
  }
  const times = watched.map(({ ms }) => ms);
  return statistic.kind === "max"
    ? Math.max(...times)
    : times.reduce((a, b) => a + b, 0) / times.length;
}
