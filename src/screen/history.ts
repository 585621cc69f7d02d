/** What was sent in the last seconds, as far as it was recorded. */
export interface History {
  /** Second of the run that follows the last one here. */
  readonly endSec: number;
  /** Requests per second, oldest first; null = not recorded. */
  readonly rates: readonly (number | null)[];
}

/** Before anything was sent. */
export const NO_HISTORY: History = { endSec: 0, rates: [] };

/** Seconds that are remembered: more columns than that no terminal has. */
const HISTORY_SEC = 600;

/**
 * The history with one more second. Seconds that were not looked at stay
 * unknown; when the run's time went back, what was known lies ahead and goes.
 */
export function withSecond(
  { endSec, rates }: History,
  second: number,
  rate: number,
): History {
  if (second === endSec - 1) return { endSec, rates };
  const known = second < endSec ? [] : rates;
  const unknown = known.length === 0 ? 0 : second - endSec;
  const gap = new Array<null>(Math.min(unknown, HISTORY_SEC)).fill(null);
  return {
    endSec: second + 1,
    rates: [...known, ...gap, rate].slice(-HISTORY_SEC),
  };
}

/** The rate of a second of the run; null = not known. */
export function rateIn({ endSec, rates }: History, second: number) {
  return rates[rates.length - endSec + second] ?? null;
}
