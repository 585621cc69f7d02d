/** How long something took, or how long it was watched without having ended. */
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
