/** Columns of a page at most, however long the run was. */
export const COLUMNS_MAX = 1000;

const SECOND_MS = 1000;

/** The length of a column that shows a span in at most `COLUMNS_MAX`: 1, 2, 4, … seconds. */
export function stepFor(spanMs: number): number {
  let stepMs = SECOND_MS;
  while (spanMs / stepMs > COLUMNS_MAX) stepMs *= 2;
  return stepMs;
}
