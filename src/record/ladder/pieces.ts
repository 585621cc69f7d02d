import { floorTo, type Level, LEVELS } from "./levels.ts";

/** A stretch of plan time, `from` included and `to` not, in seconds since the epoch. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** The intervals of one level: every one that begins within it. */
export interface Rung extends TimeSpan {
  readonly level: Level;
}

/** A part of a span, and the level that it is read from. */
export interface Piece extends TimeSpan {
  readonly level: Level;
}

/** A picture has no more columns than that. */
export const COLUMNS_MAX = 4000;

/**
 * The fewest intervals that make up a span: long ones in its middle, short ones
 * at its edges.
 *
 *   span         ├──────────────────────────┤
 *   1 h             ████████████████████
 *   10 min       ███                    ██
 *   1 min                                 ██
 *
 * Where the finest level that is kept is too coarse for an edge, the span is
 * widened to its next one: nothing is split.
 *
 * @param rungs what is there, by rising level
 */
export function piecesOf(span: TimeSpan, rungs: readonly Rung[]): Piece[] {
  const pieces: { level: Level; from: number; to: number }[] = [];
  const there = extentOf(rungs);
  const to = Math.min(span.to, there.to);
  let at = Math.max(span.from, there.from);
  while (at < to) {
    const level = longestAt(at, to, rungs) ?? shortestAt(at, rungs);
    // Nothing was written here: the run stood still, or its oldest part is
    // gone.
    if (level === undefined) {
      at = nextAfter(at, rungs);
      continue;
    }
    const from = floorTo(at, level);
    const last = pieces.at(-1);
    if (last?.level === level && last.to === from) last.to += level;
    else pieces.push({ level, from, to: from + level });
    at = from + level;
  }
  return pieces;
}

/** From the first to the last that is there; empty when nothing is. */
export function extentOf(rungs: readonly Rung[]): TimeSpan {
  const filled = rungs.filter(({ from, to }) => from < to);
  return {
    from: Math.min(...filled.map(({ from }) => from), Infinity),
    to: Math.max(...filled.map(({ to }) => to), -Infinity),
  };
}

/** The longest interval that begins at an instant and ends within the span. */
function longestAt(
  at: number,
  to: number,
  rungs: readonly Rung[],
): Level | undefined {
  return rungs.findLast((rung) =>
    at % rung.level === 0 && at + rung.level <= to && holds(rung, at)
  )?.level;
}

/** The shortest interval that holds an instant. */
function shortestAt(at: number, rungs: readonly Rung[]): Level | undefined {
  return rungs.find((rung) => holds(rung, floorTo(at, rung.level)))?.level;
}

function holds({ from, to, level }: Rung, start: number): boolean {
  return start >= from && start + level <= to;
}

function nextAfter(at: number, rungs: readonly Rung[]): number {
  return Math.min(
    ...rungs.map(({ from }) => from).filter((from) => from > at),
    Infinity,
  );
}

/** The finest level that is kept for a whole span and draws it in at most so many columns. */
export function levelFor(
  span: TimeSpan,
  rungs: readonly Rung[],
  columns = COLUMNS_MAX,
): Level {
  const fit = rungs.find(({ level, from }) =>
    (span.to - span.from) / level <= columns &&
    from <= floorTo(span.from, level)
  );
  return fit?.level ?? LEVELS.at(-1)!;
}
