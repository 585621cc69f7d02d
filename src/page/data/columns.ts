import { PHASES } from "../../pattern/mod.ts";
import { type Counts, SAMPLES_BEYOND } from "../../stats/mod.ts";
import { cellMidUs } from "../../stats/mod.ts";
import type { PageSeries, RunColumns } from "../contract.ts";
import { CellSum, PICTURE } from "../series/cells.ts";
import type { SeriesInterval, SeriesPart } from "../series/interval.ts";
import { HeatColumns } from "./heat.ts";

/** From this share of late requests on kar was too slow for a column to be trusted. */
const LATE_SHARE = 0.001;
/** As the report has it for the whole run. */
const SEND_LAG_LIMIT_MS = 10;

/**
 * The part of the samples below a percentile, of cells that were added up; null
 * where fewer than ten lie beyond, since it would be a guess.
 */
export function percentileOf(sum: CellSum, share: number): number | null {
  const total = sum.total;
  if (total * (1 - share) + 1e-9 < SAMPLES_BEYOND) return null;
  const rank = Math.max(1, Math.ceil(total * share - 1e-9));
  let upTo = 0;
  for (let cell = 0; cell < sum.counts.length; cell++) {
    upTo += sum.counts[cell]!;
    if (upTo >= rank) return rounded(cellMidUs(PICTURE, cell) / 1000);
  }
  return null;
}

/** Three significant digits: a picture shows no more. */
function rounded(ms: number): number {
  return Number(ms.toPrecision(3));
}

/** What there is once for the whole run, from the intervals of each column. */
export function runColumns(
  columns: readonly (readonly SeriesInterval[])[],
): RunColumns {
  const lag = inBlocks(columns.map(lagOf), 0.99).values;
  return {
    planned: columns.map((some) =>
      Number(sumOf(some, ({ planned }) => planned).toFixed(3))
    ),
    phase: columns.map(phaseOf),
    factors: factorsOf(columns),
    sendLagP99: lag,
    cpu: columns.map((some) => generatorOf(some, cpuOf)),
    rssMiB: columns.map((some) =>
      generatorOf(some, (all) =>
        Math.round(
          Math.max(...all.map(({ rssBytes }) => rssBytes)) / 2 ** 20,
        ))
    ),
    inFlight: columns.map((some) =>
      generatorOf(
        some,
        (all) => Math.max(...all.map(({ inFlight }) => inFlight)),
      )
    ),
    doubtful: columns.map((some, i) => Number(isDoubtful(some, lag[i]!))),
  };
}

type Known = NonNullable<SeriesInterval["generator"]>;

function generatorOf(
  some: readonly SeriesInterval[],
  read: (known: readonly Known[]) => number,
): number | null {
  const known = some.flatMap(({ generator }) => generator ?? []);
  return known.length === 0 ? null : read(known);
}

function cpuOf(all: readonly Known[]): number {
  const ofMs = all.reduce((sum, each) => sum + each.ofMs, 0);
  const cpuMs = all.reduce((sum, each) => sum + each.cpuMs, 0);
  return ofMs === 0 ? 0 : Number((cpuMs / ofMs).toFixed(3));
}

function lagOf(some: readonly SeriesInterval[]): CellSum {
  const sum = new CellSum();
  for (const { generator } of some) {
    if (generator !== null) sum.add(generator.sendLag);
  }
  return sum;
}

function isDoubtful(
  some: readonly SeriesInterval[],
  lagMs: number | null,
): boolean {
  const due = sumOf(some, ({ all }) => all.due);
  const missed = (why: string) =>
    sumOf(some, ({ all }) => all.missed[why] ?? 0);
  const own = sumOf(some, ({ all }) => all.failed.generator ?? 0);
  return (lagMs ?? 0) > SEND_LAG_LIMIT_MS || own > 0 ||
    missed("worker_lost") > 0 || missed("late") > due * LATE_SHARE;
}

function phaseOf(some: readonly SeriesInterval[]): number {
  const counts = PHASES.map((phase) =>
    some.filter((each) => each.phase === phase).length
  );
  return counts.indexOf(Math.max(...counts));
}

function factorsOf(
  columns: readonly (readonly SeriesInterval[])[],
): RunColumns["factors"] {
  const names = new Set(
    columns.flat().flatMap(({ factors }) => Object.keys(factors ?? {})),
  );
  const all: Record<string, (number | null)[]> = {};
  for (const name of names) {
    const values = columns.map((some) => meanOf(some, name));
    if (values.some((value) => value !== null && value !== 1)) {
      all[name] = values;
    }
  }
  return all;
}

function meanOf(some: readonly SeriesInterval[], name: string): number | null {
  const known = some.flatMap(({ factors }) => factors?.[name] ?? []);
  if (known.length === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return Number(mean.toPrecision(4));
}

/** The counts and times of one part of the traffic. */
export function seriesOf(
  columns: readonly (readonly SeriesInterval[])[],
  partOf: (interval: SeriesInterval) => SeriesPart | undefined,
): Omit<PageSeries, "target" | "share"> {
  const parts = columns.map((some) =>
    some.flatMap((interval) => partOf(interval) ?? [])
  );
  const sum = (key: "due" | "sent" | "ok") =>
    parts.map((some) => sumOf(some, (part) => part[key]));
  const heat = new HeatColumns();
  const cells = parts.map((some) => {
    const sum = new CellSum();
    for (const { response } of some) sum.add(response);
    heat.add(sum);
    return sum;
  });
  const p50 = inBlocks(cells, 0.5);
  const p90 = inBlocks(cells, 0.9);
  const p99 = inBlocks(cells, 0.99);
  return {
    due: sum("due"),
    sent: sum("sent"),
    ok: sum("ok"),
    failed: countsOf(parts, ({ failed }) => failed),
    missed: countsOf(parts, ({ missed }) => missed),
    p50: p50.values,
    p90: p90.values,
    p99: p99.values,
    shared: { p50: p50.size, p90: p90.size, p99: p99.size },
    heat: heat.finish(),
  };
}

/** Blocks for a percentile that single columns cannot bear have so many columns at most. */
const BLOCK_MAX = 64;

/**
 * A percentile by column or, where most columns have too few samples for it, by
 * whole blocks of columns, all of which then show the block's. A sliding window
 * would draw each spike longer than it was.
 */
function inBlocks(
  cells: readonly CellSum[],
  share: number,
): { readonly values: (number | null)[]; readonly size: number } {
  for (let size = 1; size <= BLOCK_MAX; size *= 2) {
    const blocks = blocksOf(cells, size);
    const known = blocks.map((block) => percentileOf(block, share));
    const used = blocks.filter(({ total }) => total > 0).length;
    const enough = known.filter((ms) => ms !== null).length * 2 >= used;
    if (enough || size === BLOCK_MAX) {
      return {
        values: cells.map((_, i) => known[Math.floor(i / size)]!),
        size,
      };
    }
  }
  return { values: cells.map(() => null), size: 1 };
}

function blocksOf(cells: readonly CellSum[], size: number): CellSum[] {
  if (size === 1) return [...cells];
  const blocks: CellSum[] = [];
  for (let i = 0; i < cells.length; i += size) {
    const sum = new CellSum();
    for (const each of cells.slice(i, i + size)) sum.addSum(each);
    blocks.push(sum);
  }
  return blocks;
}

function countsOf(
  columns: readonly (readonly SeriesPart[])[],
  read: (part: SeriesPart) => Counts<string>,
): Record<string, number[]> {
  const names = new Set(
    columns.flat().flatMap((part) => Object.keys(read(part))),
  );
  return Object.fromEntries(
    [...names].sort().map((name) => [
      name,
      columns.map((some) => sumOf(some, (part) => read(part)[name] ?? 0)),
    ]),
  );
}

function sumOf<Item>(
  some: readonly Item[],
  read: (item: Item) => number,
): number {
  return some.reduce((sum, item) => sum + read(item), 0);
}
