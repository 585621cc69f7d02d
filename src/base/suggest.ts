/** A longer word is not a typing error; the limit also bounds the work. */
const CHARS_MAX = 40;
/** One error in so many characters is still the same word. */
const CHARS_PER_ERROR = 3;

/** The known word that was most likely meant, if any is near enough. */
export function suggest(
  word: string,
  known: readonly string[],
): string | undefined {
  if (word.length > CHARS_MAX) return undefined;
  const allowed = Math.max(1, Math.floor(word.length / CHARS_PER_ERROR));
  const ranked = known
    .map((name) => ({ name, errors: distance(word.toLowerCase(), name) }))
    .filter(({ errors }) => errors <= allowed)
    .sort((a, b) => a.errors - b.errors);
  return ranked[0]?.name;
}

/**
 * Characters to insert, drop, replace or swap with their neighbour to turn one
 * word into another: the optimal string alignment distance.
 */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + cost);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] &&
        a[i - 2] === b[j - 1];
      if (isSwap) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}
