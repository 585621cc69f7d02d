import type { DatabaseSync } from "node:sqlite";
import type { Change } from "../../pattern/mod.ts";
import type { HeldPlan } from "../../plan/mod.ts";
import { SLOTS_PER_SEC } from "../../base/mod.ts";
import { addTotals, type LawCounts, type Totals } from "../../stats/mod.ts";
import {
  Accumulator,
  addLoads,
  addRows,
  type Load,
  type TimelineRow,
} from "../interval/mod.ts";
import {
  COLUMNS_MAX,
  extentOf,
  floorTo,
  type Level,
  levelFor,
  type Piece,
  piecesOf,
  type Rung,
  type TimeSpan,
} from "../ladder/mod.ts";
import type { SpikeRecovery } from "../../threshold/mod.ts";
import type { Ending, StoredSample } from "../meta.ts";
import {
  type AnswerRow,
  changesIn,
  countedToMs,
  endingIn,
  firstBefore,
  type Note,
  notesIn,
  openToRead,
  plansIn,
  readingOf,
  RowReader,
  rungsIn,
  type RunRow,
  runsIn,
  samplesIn,
  spikesIn,
  type StepRow,
  type WholeRow,
} from "../store/mod.ts";

/** What was measured in a span. */
export interface SpanMeasures {
  /** The span that it really is: where only long intervals are left, a wider one. */
  readonly span: TimeSpan;
  /** What was counted in it. */
  readonly totals: Totals;
  /** How kar itself was; null = nothing was written in it. */
  readonly load: Load | null;
  /** Gaps between sends, in as few bins as its coarsest interval has. */
  readonly law: LawCounts;
}

/** One column, with as many rows as there are intervals in it. */
export interface RecordColumn {
  /** Plan time at which it begins, in seconds since the epoch. */
  readonly t: number;
  readonly timeline: TimelineRow | null;
  readonly steps: readonly StepRow[];
  readonly answers: readonly AnswerRow[];
  readonly whole: readonly WholeRow[];
  readonly load: Load | null;
}

type Mutable<T> = {
  -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[]
    : T[Key];
};

function emptyColumn(t: number): Mutable<RecordColumn> {
  return { t, timeline: null, steps: [], answers: [], whole: [], load: null };
}

/** Reads a record, also while it is written. Each of its functions reads what is there now. */
export class RecordReader {
  readonly path: string;
  /** Its intervals, row by row. */
  readonly rows: RowReader;
  readonly #db: DatabaseSync;

  /**
   * @throws {KarError} `cannotStart` when it is not a record, or one of a newer
   * kar
   */
  constructor(path: string) {
    this.path = path;
    this.#db = openToRead(path);
    this.rows = readingOf(path, () => new RowReader(this.#db, path));
  }

  /** The processes that wrote it, the first one first. */
  runs(): RunRow[] {
    return readingOf(this.path, () => runsIn(this.#db));
  }

  /** Which intervals of each level are there. */
  rungs(): Rung[] {
    return readingOf(this.path, () => rungsIn(this.#db));
  }

  /** From its first second to its last; empty before the first. */
  extent(): TimeSpan {
    const { from, to } = extentOf(this.rungs());
    const begun = Math.floor((this.runs()[0]?.startMs ?? 0) / 1000);
    // Rungs begin with the day; after a leap back, there is more before the start.
    const first = readingOf(this.path, () => firstBefore(this.#db, begun));
    return { from: Math.max(from, Math.min(begun, first)), to };
  }

  /** What the last process knew at its end; null = it has not ended, or was killed. */
  ending(): Ending | null {
    return readingOf(this.path, () => endingIn(this.#db));
  }

  /** What was counted in a span, of as few intervals as make it up. */
  measures(span: Partial<TimeSpan> = {}): SpanMeasures {
    const pieces = this.#pieces(span);
    const sum = new Accumulator();
    let load: Load | null = null;
    for (const piece of pieces) {
      this.rows.addTo(sum, piece);
      for (const row of this.rows.generator(piece)) {
        load = load === null ? row : addLoads(load, row);
      }
    }
    const covered = pieces.length === 0
      ? { ...this.extent(), ...span }
      : { from: pieces[0]!.from, to: pieces.at(-1)!.to };
    const law = sum.laws.bins();
    return { span: covered, totals: sum.totals(), load, law };
  }

  /**
   * The timeline of a span in at most so many columns, each as long as
   * `level` says; those in which nothing was written are left out.
   */
  timeline(
    span: Partial<TimeSpan> = {},
    columns = COLUMNS_MAX,
  ): { readonly level: Level; readonly rows: readonly TimelineRow[] } {
    const { level, pieces } = this.#columns(span, columns);
    const rows = new Map<number, TimelineRow>();
    for (const piece of pieces) {
      for (const row of this.rows.timeline(piece)) {
        const t = floorTo(row.t, level);
        const known = rows.get(t);
        rows.set(t, known ? addRows(known, row) : { ...row, t });
      }
    }
    return { level, rows: [...rows.values()] };
  }

  /**
   * What each series did in each phase, in intervals of at most `level`
   * seconds, by rising time: for charts, and for callers that add up
   * themselves.
   */
  *steps(
    span: Partial<TimeSpan> = {},
    columns = COLUMNS_MAX,
  ): Generator<StepRow & { readonly level: Level }> {
    for (const piece of this.#columns(span, columns).pieces) {
      for (const row of this.rows.steps(piece)) {
        yield { ...row, level: piece.level };
      }
    }
  }

  /**
   * Everything of a span in columns of one length, by rising time; those in
   * which nothing was written are left out.
   */
  columns(
    span: Partial<TimeSpan> = {},
    most = COLUMNS_MAX,
  ): { readonly level: Level; readonly columns: readonly RecordColumn[] } {
    const level = this.levelOf(span, most);
    return { level, columns: this.columnsOf(level, span) };
  }

  /** The level of which a span has at most so many intervals. */
  levelOf(span: Partial<TimeSpan> = {}, most = COLUMNS_MAX): Level {
    return levelFor({ ...this.extent(), ...span }, this.rungs(), most);
  }

  /** Everything of a span in columns of a level, as `columns` has it. */
  columnsOf(level: Level, span: Partial<TimeSpan> = {}): RecordColumn[] {
    const kept = this.rungs().filter((rung) => rung.level <= level);
    const pieces = piecesOf({ ...this.extent(), ...span }, kept);
    const columns = new Map<number, Mutable<RecordColumn>>();
    const at = (t: number) => {
      const start = floorTo(t, level);
      const column = columns.get(start) ?? emptyColumn(start);
      columns.set(start, column);
      return column;
    };
    for (const piece of pieces) {
      for (const row of this.rows.timeline(piece)) {
        const column = at(row.t);
        const { timeline } = column;
        column.timeline = timeline === null ? row : addRows(timeline, row);
      }
      for (const row of this.rows.steps(piece)) at(row.t).steps.push(row);
      for (const row of this.rows.answers(piece)) {
        at(row.t).answers.push(row);
      }
      for (const row of this.rows.whole(piece)) at(row.t).whole.push(row);
      for (const row of this.rows.generator(piece)) {
        const column = at(row.t);
        column.load = column.load === null ? row : addLoads(column.load, row);
      }
    }
    return [...columns.values()].sort((a, b) => a.t - b.t);
  }

  /** Plan time up to which it was counted, milliseconds since the epoch; null = nothing was. */
  countedToMs(): number | null {
    return readingOf(this.path, () => countedToMs(this.#db));
  }

  /** The changes of the plan by operators and the breaker. */
  changes({ from, to }: TimeSpan = this.extent()): Change[] {
    return readingOf(
      this.path,
      () => changesIn(this.#db, from * SLOTS_PER_SEC, to * SLOTS_PER_SEC),
    );
  }

  /** The plans that came into force, as far as they are known, the first one first. */
  plans(): HeldPlan[] {
    return readingOf(this.path, () => plansIn(this.#db));
  }

  /** Spikes that began in a span of plan time, in milliseconds; null = an older kar kept no rows of them. */
  spikes(
    span: { readonly fromMs: number; readonly toMs: number },
  ): SpikeRecovery[] | null {
    return readingOf(this.path, () => spikesIn(this.#db, span));
  }

  /** Requests that were kept as examples. */
  samples(): StoredSample[] {
    return readingOf(this.path, () => samplesIn(this.#db));
  }

  /** The lines of the log. */
  notes(): Note[] {
    return readingOf(this.path, () => notesIn(this.#db));
  }

  /** What the first process continued, and what was counted since. */
  whole(): Totals {
    const before = this.runs()[0]?.before;
    const { totals } = this.measures();
    return before ? addTotals(before, totals) : totals;
  }

  close(): void {
    this.#db.close();
  }

  #pieces(span: Partial<TimeSpan>): Piece[] {
    const { from, to } = span;
    const whole = from === undefined || to === undefined
      ? { ...this.extent(), ...span }
      : { from, to };
    return piecesOf(whole, this.rungs());
  }

  /** Intervals of the level that fits, and shorter ones where it is not made yet. */
  #columns(
    span: Partial<TimeSpan>,
    columns: number,
  ): { readonly level: Level; readonly pieces: readonly Piece[] } {
    const rungs = this.rungs();
    const whole = { ...this.extent(), ...span };
    const level = levelFor(whole, rungs, columns);
    const kept = rungs.filter((rung) => rung.level <= level);
    return { level, pieces: piecesOf(whole, kept) };
  }
}
