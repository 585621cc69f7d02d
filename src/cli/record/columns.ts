import {
  columnsOf,
  type IntervalSeries,
  type PageHead,
  type SeriesInterval,
  sizeFor,
} from "../../page/mod.ts";
import type { Level, RecordReader, TimeSpan } from "../../record/mod.ts";
import { factorsOf } from "./factors.ts";
import { intervalsOf } from "./intervals.ts";

/** What is counted so much later than it happened is not seen before the page is opened again. */
const LATE_SEC = 15;

/** How the columns of a span are cut. */
interface Cut {
  readonly level: Level;
  /** Intervals of a column. */
  readonly size: number;
  /** Where the first one begins, in seconds since the epoch. */
  readonly from: number;
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
  /** Up to where it was read. */
  #to = -Infinity;

  constructor(names: readonly string[], asked: Partial<TimeSpan> = {}) {
    this.#names = names;
    this.#asked = asked;
  }

  /** As it is now. */
  read(record: RecordReader): IntervalSeries {
    const span = withinOf(record.extent(), this.#asked);
    const toMs = Math.min(record.countedToMs() ?? Infinity, span.to * 1000);
    if (!(span.from < span.to)) {
      return { lengthMs: 1000, intervals: [], toMs: null };
    }
    const cut = cutOf(record, span);
    if (!isSame(cut, this.#cut)) this.#columns = [];
    this.#cut = cut;
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
      factorsAt: factorsOf(record),
    });
    const columns = columnsOf({ lengthMs, intervals, toMs }, size);
    this.#columns = [...this.#columns.slice(0, kept), ...columns.intervals];
    return { ...columns, intervals: this.#columns };
  }
}

function withinOf(there: TimeSpan, asked: Partial<TimeSpan>): TimeSpan {
  return {
    from: Math.max(there.from, asked.from ?? -Infinity),
    to: Math.min(there.to, asked.to ?? Infinity),
  };
}

function cutOf(record: RecordReader, { from, to }: TimeSpan): Cut {
  const level = record.levelOf({ from, to });
  const first = Math.floor(from / level) * level;
  return { level, size: sizeFor(Math.ceil((to - first) / level)), from: first };
}

function isSame(a: Cut, b: Cut | null): boolean {
  return b !== null && a.level === b.level && a.size === b.size &&
    a.from === b.from;
}
