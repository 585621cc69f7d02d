import { StampReader } from "../../access/mod.ts";
import { type BinnedCounts, BINS_MAX, TimeBins } from "../read/bins.ts";
import { type ExactStretch, InstantSample } from "../read/instants.ts";

/** What a file of counts, or of instants, contains. */
export interface CountsRead {
  readonly bins: BinnedCounts;
  readonly instants: readonly ExactStretch[];
  /** Infinity = there are counts only. */
  readonly tickUs: number;
  readonly rows: number;
  readonly refused: number;
}

/** A text that is not a table of counts. */
export class NoCounts extends Error {}

const TIME_REGEXP = /time|date|stamp|^ts$|^t$/i;
const COUNT_REGEXP = /^(?:count|requests|hits|value|values|n|total|events)$/i;
const RATE_REGEXP = /^(?:rps|rate|tps|qps|per_second|requests_per_second)$/i;
const ROWS_MAX = BINS_MAX;

/** Which columns of a table say what. */
interface TableColumns {
  readonly time: number;
  /** −1 = each row is one request. */
  readonly count: number;
  readonly isRate: boolean;
}

/**
 * Reads a table of counts by time: `time,count`, or `time,rps`; a table without
 * such a column has one request in each row.
 */
export class CsvCounts {
  readonly #stamps = new StampReader();
  readonly #encoder = new TextEncoder();
  #columns: TableColumns | null = null;
  readonly #points: (readonly [sec: number, value: number])[] = [];
  readonly #bins = new TimeBins();
  readonly #instants = new InstantSample();
  #rows = 0;
  #refused = 0;
  #tickUs = Infinity;

  /** Takes a line. */
  take(line: string): void {
    const cells = cellsOf(line);
    if (this.#columns === null) {
      this.#columns = columnsOf(cells, (text) => this.#us(text));
      if (Number.isNaN(this.#us(cells[this.#columns.time] ?? ""))) return;
    }
    const { time, count } = this.#columns;
    const us = this.#us(cells[time] ?? "");
    const value = count < 0 ? 1 : Number(cells[count] ?? NaN);
    if (Number.isNaN(us) || !(value >= 0)) {
      this.#refused++;
      return;
    }
    this.#rows++;
    if (count < 0) {
      this.#bins.add(us);
      this.#instants.add(us);
    } else if (this.#points.length < ROWS_MAX) {
      this.#points.push([us / 1e6, value]);
    } else this.#refused++;
  }

  /** @throws {NoCounts} when hardly a row could be read */
  end(): CountsRead {
    if (this.#rows < 2 || this.#refused > this.#rows) {
      throw new NoCounts(
        `${this.#refused} of ${
          this.#refused + this.#rows
        } rows have no time, or no count`,
      );
    }
    const { rows, refused } = { rows: this.#rows, refused: this.#refused };
    return this.#columns!.count < 0
      ? {
        bins: this.#bins.read(),
        instants: this.#instants.stretches(),
        tickUs: this.#tickUs,
        ...{ rows, refused },
      }
      : {
        bins: binsOf(this.#points, this.#columns!.isRate),
        ...{ instants: [], tickUs: Infinity, rows, refused },
      };
  }

  #us(text: string): number {
    const bytes = this.#encoder.encode(text.trim());
    const { us, tickUs } = this.#stamps.any(bytes, 0, bytes.length);
    if (!Number.isNaN(us) && tickUs < this.#tickUs) this.#tickUs = tickUs;
    return us;
  }
}

/**
 * Reads what Prometheus answers to a range query, as JSON: values are rates a
 * second, and series are added.
 *
 * @throws {NoCounts} when the text is not such an answer
 */
export function prometheusCounts(text: string): CountsRead {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new NoCounts(
      `it is not JSON: ${error instanceof Error ? error.message : ""}`,
    );
  }
  const result = fieldOf(fieldOf(body, "data"), "result");
  if (!Array.isArray(result)) {
    throw new NoCounts("it has no data.result, as a range query's answer has");
  }
  const sums = new Map<number, number>();
  let refused = 0;
  for (const series of result) {
    const values = fieldOf(series, "values");
    for (const pair of Array.isArray(values) ? values : []) {
      const sec = Number(Array.isArray(pair) ? pair[0] : NaN);
      const value = Number(Array.isArray(pair) ? pair[1] : NaN);
      if (!(value >= 0) || !(sec >= 0) || sums.size >= ROWS_MAX) refused++;
      else sums.set(sec, (sums.get(sec) ?? 0) + value);
    }
  }
  if (sums.size < 2) {
    throw new NoCounts(
      "it has fewer than two values: resultType must be matrix",
    );
  }
  const points = [...sums].sort(([a], [b]) => a - b);
  return {
    bins: binsOf(points, true),
    ...{ instants: [], tickUs: Infinity, rows: points.length, refused },
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null &&
      Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** Points that are evenly apart, but for holes, as bins. */
function binsOf(
  points: readonly (readonly [sec: number, value: number])[],
  isRate: boolean,
): BinnedCounts {
  const sorted = [...points].sort(([a], [b]) => a - b);
  const gaps = sorted.slice(1).map(([sec], i) => sec - sorted[i]![0])
    .filter((gap) => gap > 0).sort((a, b) => a - b);
  const binSec = gaps[Math.floor(gaps.length / 2)] ?? 1;
  const fromSec = sorted[0]![0];
  const last = Math.round((sorted.at(-1)![0] - fromSec) / binSec);
  if (last >= BINS_MAX) {
    throw new NoCounts(
      `it has ${binSec} s between rows and ${last} of them: at most ${BINS_MAX}`,
    );
  }
  const counts = new Float64Array(last + 1).fill(NaN);
  for (const [sec, value] of sorted) {
    const i = Math.round((sec - fromSec) / binSec);
    const count = isRate ? value * binSec : value;
    counts[i] = Number.isNaN(counts[i]!) ? count : counts[i]! + count;
  }
  return { fromSec, binSec, counts };
}

function columnsOf(
  cells: readonly string[],
  usOf: (text: string) => number,
): TableColumns {
  const at = cells.findIndex((cell) => !Number.isNaN(usOf(cell)));
  if (at >= 0) {
    const count = cells.findIndex((cell, i) =>
      i !== at && cell.trim() !== "" && Number(cell) >= 0
    );
    return { time: at, count, isRate: false };
  }
  const find = (regexp: RegExp) =>
    cells.findIndex((cell) => regexp.test(cell.trim()));
  const rate = find(RATE_REGEXP);
  return {
    time: Math.max(0, find(TIME_REGEXP)),
    count: rate >= 0 ? rate : find(COUNT_REGEXP),
    isRate: rate >= 0,
  };
}

/** The cells of a line of CSV; quotes hold one together. */
function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(/[,;\t]/);
  const cells: string[] = [];
  for (
    const [, quoted, plain] of line.matchAll(
      /(?:"((?:[^"]|"")*)"|([^,;\t]*))(?:[,;\t]|$)/g,
    )
  ) {
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
  }
  return cells;
}
