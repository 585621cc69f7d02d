import { COARSE, type Geometry, ROUGH } from "../../stats/mod.ts";

/** Lengths of the intervals that are kept, in seconds, each a multiple of the one before. */
export const LEVELS = [1, 10, 60, 600, 3600, 86_400] as const;

/** One of `LEVELS`. */
export type Level = typeof LEVELS[number];

const HOUR = 3600;
const DAY = 24 * HOUR;

/** How long intervals of a level are kept, in seconds: the finer, the shorter. */
export const KEPT_SEC: Readonly<Record<Level, number>> = {
  1: HOUR,
  10: DAY,
  60: 14 * DAY,
  600: 90 * DAY,
  3600: Infinity,
  86_400: Infinity,
};

/** Gaps between sends are kept for so long by levels up to an hour, and by the day for ever. */
export const LAW_KEPT_SEC = 2 * DAY;

/** How finely a level tells durations apart. Above 1 KB a row would take a page of its own. */
export function shapeOfLevel(level: Level): Geometry {
  return level <= 10 ? COARSE : ROUGH;
}

/** The next longer level; undefined for the longest. */
export function above(level: Level): Level | undefined {
  return LEVELS[LEVELS.indexOf(level) + 1];
}

/** The next shorter level; undefined for the shortest. */
export function below(level: Level): Level | undefined {
  return LEVELS[LEVELS.indexOf(level) - 1];
}

/** Where the interval of a level that holds an instant begins. */
export function floorTo(t: number, level: Level): number {
  return Math.floor(t / level) * level;
}
