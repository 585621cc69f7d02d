import type { NoiseFloor } from "./types.ts";

/** A thread that does nothing but look at the clock sees no gap as long as this. */
export const STILL_MS = 0.2;

/** What looks at the clock came to. */
export interface ClockLooks {
  readonly lookedMs: number;
  /** Gaps between two looks of `STILL_MS` or more. */
  readonly gapsMs: readonly number[];
  /** How late each timer was. */
  readonly timersMs: readonly number[];
  readonly stealShare: number | null;
}

/** The noise of a machine, from looks at its clock. */
export function noiseOf(
  { lookedMs, gapsMs, timersMs, stealShare }: ClockLooks,
): NoiseFloor {
  const still = gapsMs.reduce((sum, ms) => sum + ms, 0);
  const sorted = [...timersMs].sort((a, b) => a - b);
  return {
    lookedMs,
    longestMs: gapsMs.reduce((most, ms) => Math.max(most, ms), 0),
    stillShare: lookedMs === 0 ? 0 : Math.min(1, still / lookedMs),
    timerP50Ms: sorted[Math.floor(sorted.length / 2)] ?? 0,
    timerMaxMs: sorted.at(-1) ?? 0,
    stealShare,
  };
}

/** Percentiles that people ask for. */
const PERCENTILES = [50, 90, 95, 99, 99.9, 99.99];
/** A percentile needs so many requests beyond it. */
const BEYOND = 10;
const MINUTE_SEC = 60;

/**
 * The highest percentile that says something of the target and not of the
 * machine: requests that fall into a time in which it stands still are late by
 * that, and they are that share of all. It needs ten requests beyond it, too,
 * in a minute.
 */
export function trustedPercentile(
  { stillShare }: NoiseFloor,
  ratePerSec: number,
): number | null {
  const samples = ratePerSec * MINUTE_SEC;
  return PERCENTILES.findLast((percentile) => {
    const beyond = 1 - percentile / 100;
    return beyond > stillShare && samples * beyond >= BEYOND - 1e-9;
  }) ?? null;
}
