import {
  Accumulator,
  addLoads,
  addRows,
  type Load,
  seriesIn,
  type TimelineRow,
} from "../interval/mod.ts";
import {
  floorTo,
  type Level,
  LEVELS,
  piecesOf,
  type Rung,
  type TimeSpan,
} from "../ladder/mod.ts";
import type { RecordReader } from "../read/mod.ts";
import {
  type GeneratorRow,
  type RowReader,
  type Store,
  storedSum,
} from "../store/mod.ts";

/** A record whose intervals are merged with those of others. */
export interface RowSource {
  readonly rows: RowReader;
  readonly rungs: readonly Rung[];
  /** What was written. */
  readonly extent: TimeSpan;
}

/** The intervals of a record. */
export function sourceOf(record: RecordReader): RowSource {
  return { rows: record.rows, rungs: record.rungs(), extent: record.extent() };
}

/**
 * The intervals that several records have together, of each level. A level
 * begins where it is whole in all of them, and ends where the last one does: in
 * a record that ended earlier, it is made of shorter ones.
 */
function rungsOf(sources: readonly RowSource[]): Rung[] {
  return LEVELS.map((level) => {
    const rungs = sources.map(({ rungs }) => rungOf(rungs, level));
    const begins = sources.map(({ rungs }) => rungOf(rungs, LONGEST).from);
    // An interval that begins with its record leaves out nothing before that.
    const cut = rungs.map(({ from }) => from)
      .filter((from, i) => from > begins[i]!);
    return {
      level,
      from: Math.max(Math.min(...begins), ...cut),
      to: Math.max(...rungs.map(({ to }) => to)),
    };
  });
}

const LONGEST = LEVELS.at(-1)!;

function rungOf(rungs: readonly Rung[], level: Level): Rung {
  return rungs.find((rung) => rung.level === level)!;
}

/**
 * Adds the intervals of several records, one interval at a time, into one that
 * is empty. `done` is called after each, to end a transaction now and then.
 */
export function mergeRows(
  sources: readonly RowSource[],
  store: Store,
  done: () => void,
): void {
  const rungs = rungsOf(sources);
  const begin = Math.min(...sources.map(({ extent }) => extent.from));
  for (const { level, from, to } of rungs) {
    for (let t = Math.max(from, floorTo(begin, level)); t < to; t += level) {
      mergeInterval(sources, store, { level, t });
      done();
    }
  }
  store.ladder.restore(rungs);
}

function mergeInterval(
  sources: readonly RowSource[],
  { rows }: Store,
  place: { readonly level: Level; readonly t: number },
): void {
  const { level, t } = place;
  const sum = new Accumulator();
  let timeline: TimelineRow | null = null;
  let generator: GeneratorRow | null = null;
  for (const source of sources) {
    const one = readInterval(source, { from: t, to: t + level }, sum);
    if (one.timeline) timeline = beside(timeline, { ...one.timeline, t });
    if (one.load) generator = besideLoad(generator, { ...one.load, t });
  }
  if (timeline !== null) rows.addTimeline(level, timeline);
  if (generator === null) return;
  const totals = sum.totals();
  for (const [series] of seriesIn(totals)) rows.know(series);
  rows.replace(place, storedSum(sum, level));
  rows.addGenerator(level, { ...generator, digest: totals.digest });
}

/** Adds an interval of one record; its own rows follow one another. */
function readInterval(
  { rows, rungs }: RowSource,
  span: TimeSpan,
  sum: Accumulator,
): {
  readonly timeline: TimelineRow | null;
  readonly load: GeneratorRow | null;
} {
  let timeline: TimelineRow | null = null;
  let load: GeneratorRow | null = null;
  for (const piece of piecesOf(span, rungs)) {
    rows.addTo(sum, piece);
    for (const row of rows.timeline(piece)) {
      timeline = timeline === null ? row : addRows(timeline, row);
    }
    for (const row of rows.generator(piece)) {
      load = load === null ? row : { ...row, ...addLoads(load, row) };
    }
  }
  return { timeline, load };
}

/** Two parts of one interval: counts add up, slots are the same ones. */
function beside(a: TimelineRow | null, b: TimelineRow): TimelineRow {
  if (a === null) return b;
  const phases = a.phases.map((slots, i) => Math.max(slots, b.phases[i] ?? 0));
  return { ...addRows(a, b), phases };
}

/** Two machines in one interval: they cost together what each of them did, in the same time. */
function besideLoad(a: GeneratorRow | null, b: GeneratorRow): GeneratorRow {
  if (a === null) return b;
  const sum = (of: (load: Load) => number) => of(a) + of(b);
  return {
    ...a,
    seconds: Math.max(a.seconds, b.seconds),
    cpuMs: sum(({ cpuMs }) => cpuMs),
    pollMs: sum(({ pollMs }) => pollMs),
    rssBytes: sum(({ rssBytes }) => rssBytes),
    inFlight: sum(({ inFlight }) => inFlight),
    waiting: sum(({ waiting }) => waiting),
    workers: sum(({ workers }) => workers),
  };
}
