/** Questions that are open at once: each has its own time to be answered, and 256 of them would share it. */
const BATCH_MAX = 16;

/** Asks for each of some parts, from 1, a few at once. */
export async function ofParts<T>(
  parts: number,
  ask: (part: number) => Promise<T>,
): Promise<T[]> {
  const all: T[] = [];
  for (let from = 1; from <= parts; from += BATCH_MAX) {
    const length = Math.min(BATCH_MAX, parts - from + 1);
    all.push(
      ...await Promise.all(Array.from({ length }, (_, i) => ask(from + i))),
    );
  }
  return all;
}
