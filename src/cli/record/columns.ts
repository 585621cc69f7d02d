import {
  columnsOf,
  type IntervalSeries,
  type PageHead,
  type SeriesInterval,
  sizeFor,
} from "../../page/data/mod.ts";
import type { Level, RecordReader, TimeSpan } from "../../record/reader/mod.ts";
import { reasonsIn, type RecordedReasons } from "./factors.ts";
import { intervalsOf } from "./intervals.ts";

/** What is counted so much later than it happened is not seen before the page is opened again. */
const LATE_SEC = 15;

/** Intervals of the whole, of which columns are made; of a stretch fewer, since somebody waits for it. */
const INTERVALS_MAX = { whole: 4000, stretch: 2000 } as const;

/** How old columns may be, as a share of their length. */
const AGE_SHARE = 0.1;

/** How the columns of a span are cut. */
interface Cut {
  readonly level: Level;
  /** Intervals of a column. */
  readonly size: number;
  /** Where the first one begins, in seconds since the epoch. */
  readonly from: number;
}

/** What was put together of so many plans and changes. */
interface KnownReasons {
  readonly plans: number;
  readonly changes: number;
  readonly known: RecordedReasons;
}

/** From where a page begins: what was counted before its run began is nobody's. */
export function sinceStart({ reach }: PageHead): Partial<TimeSpan> {
  return { from: Math.floor(reach.fromMs / 1000) };
}

/** The columns of a span of a record. @param names in the order of `sendersIn` */
export function spanColumns(
  record: RecordReader,
  names: readonly string[],
  span: Partial<TimeSpan> = {},
): IntervalSeries {
  return new RecordColumns(names, span).read(record);
}

/**
 * The columns of a record that grows: what was read is kept, and only the last
 * ones are read again, so that a look costs the same after a year.
 */
export class RecordColumns {
  readonly #names: readonly string[];
  readonly #asked: Partial<TimeSpan>;
  #cut: Cut | null = null;
  #columns: SeriesInterval[] = [];
  #last: IntervalSeries | null = null;
  #reasons: KnownReasons | null = null;
  /** Up to where it was read. */
  #to = -Infinity;

  constructor(names: readonly string[], asked: Partial<TimeSpan> = {}) {
    this.#names = names;
    this.#asked = asked;
  }

  /**
   * As it is now; while the run goes on, as it was a small part of a column
   * ago: nobody sees an hour grow by a second.
   */
  read(record: RecordReader, isOver = true): IntervalSeries {
    const countedMs = record.countedToMs() ?? Infinity;
    const last = this.#last;
    const isYoung = last?.toMs !== null && last !== null &&
      countedMs >= last.toMs &&
      countedMs - last.toMs < last.lengthMs * AGE_SHARE;
    if (isYoung && !isOver) return last;
    this.#last = this.#read(record, countedMs);
    return this.#last;
  }

  #read(record: RecordReader, countedMs: number): IntervalSeries {
    const span = withinOf(record.extent(), this.#asked);
    const toMs = Math.min(countedMs, span.to * 1000);
    if (!(span.from < span.to)) {
      return { lengthMs: 1000, intervals: [], toMs: null };
    }
    const most =
      INTERVALS_MAX[this.#asked.to === undefined ? "whole" : "stretch"];
    const cut = cutOf(record, span, most);
    if (!isSame(cut, this.#cut)) this.#columns = [];
    this.#cut = cut;
    const reasons = this.#reasonsIn(record);
    const { level, size, from } = cut;
    const step = level * size;
    const settled = Math.max(from, this.#to - LATE_SEC);
    const kept = Math.min(
      this.#columns.length,
      Math.floor((settled - from) / step),
    );
    this.#to = span.to;
    const fresh = { from: from + kept * step, to: span.to };
    const lengthMs = level * 1000;
    const intervals = intervalsOf(record.columnsOf(level, fresh), fresh, {
      lengthMs,
      names: this.#names,
      reasons,
    });
    const columns = columnsOf({ lengthMs, intervals, toMs }, size);
    this.#columns = [...this.#columns.slice(0, kept), ...columns.intervals];
    return { ...columns, intervals: this.#columns };
  }

  /** Plans and changes are put together again where there is another one; with another plan, all columns are read again. */
  #reasonsIn(record: RecordReader): RecordedReasons {
    const changes = record.changes().length;
    const plans = record.plans().length;
    const before = this.#reasons;
    if (before?.plans !== plans) this.#columns = [];
    if (before?.plans !== plans || before.changes !== changes) {
      this.#reasons = { plans, changes, known: reasonsIn(record) };
    }
    return this.#reasons!.known;
  }
}

function withinOf(there: TimeSpan, asked: Partial<TimeSpan>): TimeSpan {
  return {
    from: Math.max(there.from, asked.from ?? -Infinity),
    to: Math.min(there.to, asked.to ?? Infinity),
  };
}

function cutOf(
  record: RecordReader,
  { from, to }: TimeSpan,
  most: number,
): Cut {
  const level = record.levelOf({ from, to }, most);
  const first = Math.floor(from / level) * level;
  return { level, size: sizeFor(Math.ceil((to - first) / level)), from: first };
}

function isSame(a: Cut, b: Cut | null): boolean {
  return b !== null && a.level === b.level && a.size === b.size &&
    a.from === b.from;
}
