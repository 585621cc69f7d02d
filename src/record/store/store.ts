import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Plan } from "../../plan/mod.ts";
import { LAWS } from "../../stats/mod.ts";
import {
  Accumulator,
  type Interval,
  lawBinsOf,
  LawSums,
  seriesIn,
  storedOf,
  type StoredTotals,
} from "../interval/mod.ts";
import {
  below,
  floorTo,
  type Level,
  type Piece,
  shapeOfLevel,
} from "../ladder/mod.ts";
import { type DueInterval, Ladder } from "./ladder.ts";
import { RowReader } from "./row_reader.ts";
import { RowWriter } from "./row_writer.ts";
import { TIMELINE_SUMS } from "./schema.ts";

/** Longer intervals made at once at most; the rest comes with the next second. */
const MADE_AT_ONCE_MAX = 50;

/**
 * The intervals of a record: what a run tells once a second goes in, and longer
 * ones are made of it. The caller holds the transaction.
 */
export class Store {
  readonly rows: RowWriter;
  readonly reader: RowReader;
  readonly ladder: Ladder;
  readonly #isThere: StatementSync;
  readonly #sumTimeline: StatementSync;
  readonly #sumGenerator: StatementSync;

  constructor(db: DatabaseSync) {
    this.rows = new RowWriter(db);
    this.reader = new RowReader(db);
    this.ladder = new Ladder(db);
    this.#isThere = db.prepare(
      "SELECT 1 FROM generator WHERE level = ? AND t = ?",
    );
    this.#sumTimeline = db.prepare(SUM_TIMELINE);
    this.#sumGenerator = db.prepare(SUM_GENERATOR);
  }

  /** Tells which series a plan has; it may be told again. */
  describe({ targets }: Pick<Plan, "targets">): void {
    for (const { name, protocol, url, step } of targets) {
      const kind = step === undefined ? "target" : "step";
      this.rows.describe({ kind, name, protocol, ...(step && { step }) }, url);
    }
  }

  /** Takes an interval; what comes late is added to the longer ones, too. */
  add(interval: Interval): void {
    for (const [series] of seriesIn(interval.totals)) this.rows.know(series);
    this.ladder.reach(interval.t);
    for (const level of this.ladder.levelsAt(interval.t)) {
      this.#addAt(level, interval);
    }
    for (const row of interval.timeline) {
      this.ladder.reach(row.t);
      for (const level of this.ladder.levelsAt(row.t)) {
        this.rows.addTimeline(level, { ...row, t: floorTo(row.t, level) });
      }
    }
  }

  /**
   * Makes longer intervals that are over by an instant.
   *
   * @returns whether that is all of them
   */
  rollUp(t: number): boolean {
    for (let i = 0; i < MADE_AT_ONCE_MAX; i++) {
      const due = this.ladder.next(t);
      if (due === undefined) return true;
      this.#make(due);
      this.ladder.made(due);
    }
    return false;
  }

  /** Reads everything anew after a transaction that failed. */
  forget(): void {
    this.rows.forget();
    this.ladder.forget();
  }

  #addAt(level: Level, { t, totals, load, law = {} }: Interval): void {
    const place = { level, t: floorTo(t, level) };
    const shape = shapeOfLevel(level);
    const laws = new LawSums();
    for (const name of LAWS) laws.addPairs(name, law[name] ?? []);
    const more = storedOf(totals, shape, laws.stored(lawBinsOf(level)));
    const isThere = this.#isThere.get(level, place.t) !== undefined;
    const stored = isThere ? this.#together(place, more) : more;
    this.rows.replace(place, stored);
    const { digest } = totals;
    this.rows.addGenerator(level, { ...load, t: place.t, digest });
  }

  #together(
    { level, t }: { readonly level: Level; readonly t: number },
    more: StoredTotals,
  ): StoredTotals {
    const sum = new Accumulator();
    this.reader.addTo(sum, { level, from: t, to: t + level });
    sum.addStored(more);
    return storedSum(sum, level);
  }

  #make({ level, from }: DueInterval): void {
    const piece: Piece = { level: below(level)!, from, to: from + level };
    const sum = new Accumulator();
    this.reader.addTo(sum, piece);
    this.rows.replace({ level, t: from }, storedSum(sum, level));
    for (const statement of [this.#sumTimeline, this.#sumGenerator]) {
      statement.run(level, from, piece.level, piece.from, piece.to);
    }
  }
}

/** What was added up, in the rows of a level. */
export function storedSum(sum: Accumulator, level: Level): StoredTotals {
  const laws = sum.laws.stored(lawBinsOf(level));
  return storedOf(sum.totals(), shapeOfLevel(level), laws);
}

const SUM_TIMELINE = `INSERT OR REPLACE INTO timeline
  SELECT ?, ?, ${TIMELINE_SUMS.map((name) => `sum(${name})`).join(", ")}
  FROM timeline WHERE level = ? AND t >= ? AND t < ? HAVING count(*) > 0`;

// Beside max(t), columns are those of its row: as it was at the end.
const SUM_GENERATOR = `INSERT OR REPLACE INTO generator
  SELECT ?, ?, seconds, lo & 4294967295, hi & 4294967295, cpu, poll,
    rss, in_flight, waiting, workers
  FROM (SELECT max(t), sum(seconds) AS seconds, sum(digest_lo) AS lo,
      sum(digest_hi) AS hi, sum(cpu_ms) AS cpu, sum(poll_ms) AS poll,
      rss, in_flight, waiting, workers, count(*) AS n
    FROM generator WHERE level = ? AND t >= ? AND t < ?) WHERE n > 0`;
