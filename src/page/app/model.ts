import type {
  PageColumns,
  PageData,
  PageSeries,
  PageTail,
} from "../contract.ts";
import { HIDDEN } from "./filter/scenario.ts";

/** What is shown now: data, the part of it that was asked for, and a window of time. */
export interface Shown {
  readonly data: PageData;
  /** Another run, laid over this one; null = none. */
  readonly other: PageData | null;
  readonly series: PageSeries;
  /** Seconds since the epoch, all or what was zoomed to. */
  readonly range: readonly [from: number, to: number];
  /** Where the run began, which the columns may not: milliseconds since the epoch. */
  readonly startMs: number;
}

/** The same run with the columns of a stretch of it. */
export function withColumns(data: PageData, columns: PageColumns): PageData {
  return { ...data, ...columns };
}

/** The column of another run at the same distance from its start as a column of this one. */
export function columnBeside(
  { data: { span }, startMs }: Shown,
  other: PageData,
  column: number,
): number {
  const sinceMs = span.fromMs - startMs + (column + 0.5) * span.stepMs;
  return Math.floor(sinceMs / other.span.stepMs);
}

/** Everything that there is to see of a run: what was, and what is coming. */
export function fullRange(data: PageData): [number, number] {
  const { span, forecast } = data;
  const end = forecast === null
    ? span.toMs
    : forecast.fromMs + forecast.rate.length * forecast.stepMs;
  const to = Math.max(end, span.fromMs + 1000);
  return [span.fromMs / 1000, to / 1000];
}

/** The series of a target, or of everything where there is no such target. */
export function seriesOf(data: PageData, target: string | null): PageSeries {
  return data.series.find((each) => each.target === target) ?? data.series[0]!;
}

/** How many columns there are. */
export function columnsIn(data: PageData): number {
  return data.run.planned.length;
}

/** The middle of each column, seconds since the epoch. */
export function middles({ span, run }: PageData): number[] {
  const { fromMs, toMs, stepMs } = span;
  return run.planned.map((_, i) => {
    const start = fromMs + i * stepMs;
    return (start + Math.max(start, Math.min(start + stepMs, toMs))) / 2000;
  });
}

/** Requests that were planned for a series, by column. */
export function plannedOf({ data: { run }, series }: Shown): readonly number[] {
  const { planned, share } = series;
  if (planned !== undefined) {
    return planned.map((n, i) => run.phase[i] === HIDDEN ? 0 : n);
  }
  return share === 1 ? run.planned : run.planned.map((n) => n * share);
}

/** A second is over before its counts are known. */
const SETTLED_MS = 1000;

/** For how many seconds each column has counted; null for the one that has only begun. */
export function lengths(data: PageData): (number | null)[] {
  const { span, run, report } = data;
  const { fromMs, toMs, stepMs } = span;
  const isOver = report.state === "stopped";
  const drain = drainFrom(data);
  return run.planned.map((_, i) => {
    if (run.phase[i] === HIDDEN) return null;
    if (i >= drain) return stepMs / 1000;
    const start = fromMs + i * stepMs;
    const length = Math.min(start + stepMs, toMs) - start;
    const least = isOver ? 1 : Math.min(stepMs, SETTLED_MS);
    return length < least ? null : length / 1000;
  });
}

/**
 * From this column on nothing was planned any more: what came then are the last
 * answers, and a rate of nothing would look like a fall.
 */
export function drainFrom({ run, series, report }: PageData): number {
  const isEnding = report.state === "stopped" || report.state === "draining";
  let from = run.planned.length;
  const { due } = series[0]!;
  while (
    isEnding && from > 1 && run.planned[from - 1] === 0 && due[from - 1] === 0
  ) {
    from--;
  }
  return from;
}

/** Counts as a rate; of a column that has only begun it is unknown. */
export function perSecond(
  counts: readonly number[],
  seconds: readonly (number | null)[],
): (number | null)[] {
  return counts.map((n, i) => {
    const sec = seconds[i] ?? null;
    return sec === null ? null : n / sec;
  });
}

/** Sums of counts by name, the largest first. */
export function totals(
  counts: Readonly<Record<string, readonly number[]>>,
): [name: string, count: number][] {
  return Object.entries(counts)
    .map(([name, list]): [string, number] => [
      name,
      list.reduce((sum, n) => sum + n, 0),
    ])
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
}

/** The data with what is new: columns from `tail.from` on, and all else as it stands now. */
export function withTail(data: PageData, tail: PageTail): PageData {
  const { from, events, run, series, ...rest } = tail;
  return {
    ...data,
    ...rest,
    events: [...data.events, ...events],
    run: spliced(data.run, run, from),
    series: series.map((part, i) => {
      const before = data.series[i];
      if (before === undefined) return part;
      const heat = {
        ...part.heat,
        cells: splicedCells(before.heat, part.heat, from),
      };
      return { ...spliced(before, part, from), heat };
    }),
  };
}

/** Lists, and lists by name, from a column on replaced by others. */
function spliced<Part extends object>(
  old: Part,
  now: Part,
  from: number,
): Part {
  const all: Record<string, unknown> = Object.fromEntries(
    Object.entries(now),
  );
  for (const [key, value] of Object.entries(now)) {
    const before = (old as Record<string, unknown>)[key];
    if (Array.isArray(value)) {
      const head = Array.isArray(before)
        ? before.slice(0, from)
        : new Array(from).fill(0);
      all[key] = [...head, ...value];
    } else if (isLists(value)) {
      all[key] = spliced(isLists(before) ? before : {}, value, from);
    }
  }
  return all as Part;
}

function isLists(value: unknown): value is Record<string, unknown[]> {
  return typeof value === "object" && value !== null &&
    Object.values(value).every(Array.isArray);
}

type Heat = PageSeries["heat"];

/** The sender begins anew where the rows have changed, so they are the same here. */
function splicedCells(old: Heat, now: Heat, from: number): string {
  const bytes = from * old.rows * 2;
  const head = atob(old.cells).slice(0, bytes);
  return btoa(head + atob(now.cells));
}
