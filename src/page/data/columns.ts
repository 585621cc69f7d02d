import { PHASES } from "../../pattern/mod.ts";
import type { Counts } from "../../stats/mod.ts";
import type { PageSeries, RunColumns } from "../contract.ts";
import { DurationCells, isBorne } from "../series/duration_cells.ts";
import type {
  GeneratorLoad,
  SeriesInterval,
  SeriesPart,
} from "../series/interval.ts";
import { heatOf } from "./heat.ts";

/** From this share of late requests on kar was too slow for a column to be trusted. */
const LATE_SHARE = 0.001;
/** As the report has it for the whole run. */
const SEND_LAG_LIMIT_MS = 10;

/** What there is once for the whole run, by column. */
export function runColumns(
  columns: readonly SeriesInterval[],
  scenarios: readonly string[] = [],
): RunColumns {
  const lags = columns.map(({ generator }) =>
    generator?.sendLag ?? DurationCells.NONE
  );
  const lag = inBlocks(lags, 0.99).values;
  const loads = <T>(read: (load: GeneratorLoad) => T) =>
    columns.map(({ generator }) => generator && read(generator));
  return {
    planned: columns.map(({ planned }) => Number(planned.toFixed(3))),
    phase: columns.map(({ phase }) => PHASES.indexOf(phase)),
    ...(scenarios.length > 0 && {
      scenario: columns.map(({ scenario }) =>
        scenarios.indexOf(scenario ?? "")
      ),
    }),
    factors: factorsOf(columns),
    sendLagP99: lag,
    cpu: loads(({ cpuMs, ofMs }) =>
      ofMs === 0 ? 0 : Number((cpuMs / ofMs).toFixed(3))
    ),
    rssMiB: loads(({ rssBytes }) => Math.round(rssBytes / 2 ** 20)),
    inFlight: loads(({ inFlight }) => inFlight),
    doubtful: columns.map(({ all }, i) => Number(isDoubtful(all, lag[i]!))),
  };
}

function isDoubtful(
  { due, missed, failed }: SeriesPart,
  lagMs: number | null,
): boolean {
  const { worker_lost = 0, late = 0 } = missed;
  return (lagMs ?? 0) > SEND_LAG_LIMIT_MS || (failed.generator ?? 0) > 0 ||
    worker_lost > 0 || late > due * LATE_SHARE;
}

/** By name; one that never moved is left out. */
function factorsOf(columns: readonly SeriesInterval[]): RunColumns["factors"] {
  const names = new Set(
    columns.flatMap(({ factors }) => Object.keys(factors ?? {})),
  );
  const all: Record<string, (number | null)[]> = {};
  for (const name of names) {
    const values = columns.map(({ factors }) => factors?.[name] ?? null);
    if (values.some((value) => value !== null && value !== 1)) {
      all[name] = values;
    }
  }
  return all;
}

/** The counts and times of one part of the traffic. */
export function seriesOf(
  parts: readonly SeriesPart[],
): Omit<PageSeries, "target" | "share"> {
  const cells = parts.map(({ response }) => response);
  const p50 = inBlocks(cells, 0.5);
  const p90 = inBlocks(cells, 0.9);
  const p99 = inBlocks(cells, 0.99);
  const isPlanned = parts.some(({ planned }) => planned !== undefined);
  return {
    ...(isPlanned && {
      planned: parts.map(({ planned = 0 }) => Number(planned.toFixed(3))),
    }),
    due: parts.map(({ due }) => due),
    sent: parts.map(({ sent }) => sent),
    ok: parts.map(({ ok }) => ok),
    failed: countsOf(parts.map(({ failed }) => failed)),
    missed: countsOf(parts.map(({ missed }) => missed)),
    p50: p50.values,
    p90: p90.values,
    p99: p99.values,
    shared: { p50: p50.size, p90: p90.size, p99: p99.size },
    heat: heatOf(cells),
  };
}

/**
 * The most columns of a block for a percentile that single columns do not have
 * enough samples for.
 */
const BLOCK_MAX = 64;

/**
 * A percentile by column or, where most columns have too few samples for it, by
 * whole blocks of columns, all of which then show the block's. A sliding window
 * would draw each spike longer than it was.
 */
function inBlocks(
  cells: readonly DurationCells[],
  share: number,
): { readonly values: (number | null)[]; readonly size: number } {
  let size = 1;
  while (size < BLOCK_MAX && !areBorne(cells, share, size)) size *= 2;
  const known: (number | null)[] = [];
  for (let i = 0; i < cells.length; i += size) {
    known.push(blockOf(cells, i, size).percentile(share));
  }
  return { values: cells.map((_, i) => known[Math.floor(i / size)]!), size };
}

/** Whether half of the blocks that hold anything bear a percentile. */
function areBorne(
  cells: readonly DurationCells[],
  share: number,
  size: number,
): boolean {
  let used = 0;
  let borne = 0;
  for (let i = 0; i < cells.length; i += size) {
    let total = 0;
    for (let k = i; k < Math.min(i + size, cells.length); k++) {
      total += cells[k]!.total;
    }
    if (total > 0) used++;
    if (isBorne(total, share)) borne++;
  }
  return borne * 2 >= used;
}

/** The result of a block when it was last asked for, by its first column. */
interface KnownBlock {
  readonly size: number;
  readonly last: DurationCells;
  readonly sum: DurationCells;
}
const blocks = new WeakMap<DurationCells, KnownBlock[]>();

/**
 * Columns added up. A page that grows asks for the same ones each second: a
 * block whose first and last column are the very same is the same.
 */
function blockOf(
  cells: readonly DurationCells[],
  from: number,
  size: number,
): DurationCells {
  if (size === 1) return cells[from]!;
  const block = cells.slice(from, from + size);
  const [first, last] = [block[0]!, block.at(-1)!];
  if (first === DurationCells.NONE) return DurationCells.sum(block);
  const known = blocks.get(first) ?? [];
  const same = known.find((each) => each.size === block.length);
  if (same?.last === last && last !== DurationCells.NONE) return same.sum;
  const sum = DurationCells.sum(block);
  const others = known.filter((each) => each.size !== block.length);
  blocks.set(first, [...others, { size: block.length, last, sum }]);
  return sum;
}

function countsOf(
  columns: readonly Counts<string>[],
): Record<string, number[]> {
  const names = new Set(columns.flatMap((counts) => Object.keys(counts)));
  return Object.fromEntries(
    [...names].sort().map((name) => [
      name,
      columns.map((counts) => counts[name] ?? 0),
    ]),
  );
}
