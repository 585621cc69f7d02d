import { PHASES } from "../../pattern/mod.ts";
import { addCounts, DurationCells } from "../series/duration_cells.ts";
import type {
  GeneratorLoad,
  IntervalSeries,
  SeriesInterval,
  SeriesPart,
} from "../series/interval.ts";
import { COLUMNS_MAX } from "./step.ts";

/**
 * Intervals as columns, of which there are `COLUMNS_MAX` at most: each is one
 * interval, or two, four, eight of them.
 */
export function columnsOf(
  { lengthMs, intervals, toMs }: IntervalSeries,
  size = sizeFor(intervals.length),
): IntervalSeries {
  const columns: SeriesInterval[] = [];
  for (let i = 0; i < intervals.length; i += size) {
    columns.push(joined(intervals.slice(i, i + size)));
  }
  return { lengthMs: size * lengthMs, intervals: columns, toMs };
}

/** How many intervals a column has where there are so many. */
export function sizeFor(intervals: number): number {
  let size = 1;
  while (intervals / size > COLUMNS_MAX) size *= 2;
  return size;
}

/** Intervals that follow each other, as one. */
export function joined(some: readonly SeriesInterval[]): SeriesInterval {
  const [first] = some;
  if (some.length === 1) return { ...first!, factors: factorsOf(some) };
  return {
    startMs: first!.startMs,
    lengthMs: sumOf(some, ({ lengthMs }) => lengthMs),
    planned: sumOf(some, ({ planned }) => planned),
    phase: phaseOf(some),
    scenario: scenarioOf(some),
    all: partOf(some.map(({ all }) => all)),
    targets: first!.targets.map((_, i) =>
      partOf(some.map(({ targets }) => targets[i]!))
    ),
    factors: factorsOf(some),
    generator: loadOf(some.flatMap(({ generator }) => generator ?? [])),
  };
}

function phaseOf(some: readonly SeriesInterval[]): SeriesInterval["phase"] {
  const counts = PHASES.map((phase) =>
    some.filter((each) => each.phase === phase).length
  );
  return PHASES[counts.indexOf(Math.max(...counts))]!;
}

/** The one that most of them had. */
function scenarioOf(some: readonly SeriesInterval[]): string | null {
  const counts = new Map<string | null, number>();
  for (const { scenario = null } of some) {
    counts.set(scenario, (counts.get(scenario) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)![0];
}

function partOf(parts: readonly SeriesPart[]): SeriesPart {
  const isPlanned = parts.some(({ planned }) => planned !== undefined);
  return {
    ...(isPlanned && { planned: sumOf(parts, ({ planned = 0 }) => planned) }),
    due: sumOf(parts, ({ due }) => due),
    sent: sumOf(parts, ({ sent }) => sent),
    ok: sumOf(parts, ({ ok }) => ok),
    failed: parts.map(({ failed }) => failed).reduce(addCounts),
    missed: parts.map(({ missed }) => missed).reduce(addCounts),
    response: DurationCells.sum(parts.map(({ response }) => response)),
  };
}

/** The mean of each, four significant digits: a picture shows no more. */
function factorsOf(
  some: readonly SeriesInterval[],
): SeriesInterval["factors"] {
  const known = some.map(({ factors }) => factors)
    .filter((factors) => factors !== null);
  if (known.length === 0) return null;
  const names = new Set(known.flatMap((factors) => Object.keys(factors)));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = known.flatMap((factors) => factors[name] ?? []);
      const mean = sumOf(values, (value) => value) / values.length;
      return [name, Number(mean.toPrecision(4))];
    }),
  );
}

function loadOf(all: readonly GeneratorLoad[]): GeneratorLoad | null {
  if (all.length === 0) return null;
  return {
    cpuMs: sumOf(all, ({ cpuMs }) => cpuMs),
    ofMs: sumOf(all, ({ ofMs }) => ofMs),
    rssBytes: Math.max(...all.map(({ rssBytes }) => rssBytes)),
    inFlight: Math.max(...all.map(({ inFlight }) => inFlight)),
    sendLag: DurationCells.sum(all.map(({ sendLag }) => sendLag)),
  };
}

function sumOf<Item>(
  some: readonly Item[],
  read: (item: Item) => number,
): number {
  return some.reduce((sum, item) => sum + read(item), 0);
}
