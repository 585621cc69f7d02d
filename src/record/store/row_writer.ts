import type { DatabaseSync, StatementSync } from "node:sqlite";
import { PHASES } from "../../pattern/mod.ts";
import { TALLY } from "../../stats/mod.ts";
import type {
  SeriesId,
  StoredAnswers,
  StoredHistogram,
  StoredStep,
  StoredTotals,
  TimelineRow,
} from "../interval/mod.ts";
import type { GeneratorRow } from "./row_reader.ts";
import { codesText, countsText, deflated } from "./row_text.ts";
import { LADDER_TABLES, LAW_PREFIX, TIMELINE_SUMS } from "./schema.ts";

/** Where an interval lies. */
export interface IntervalPlace {
  readonly level: number;
  readonly t: number;
}

/** Tables of which a row cannot be added to in SQL. */
const HISTOGRAM_TABLES = LADDER_TABLES.filter((table) =>
  table !== "timeline" && table !== "generator"
);

/** Writes the intervals of a record. The caller holds the transaction. */
export class RowWriter {
  readonly #step: StatementSync;
  readonly #answer: StatementSync;
  readonly #whole: StatementSync;
  readonly #timeline: StatementSync;
  readonly #generator: StatementSync;
  readonly #removals: readonly StatementSync[];
  readonly #newSeries: StatementSync;
  readonly #series = new Map<string, number>();
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#step = db.prepare(insert("step", 19));
    this.#answer = db.prepare(insert("answer", 7));
    this.#whole = db.prepare(insert("whole", 8));
    this.#timeline = db.prepare(
      `${insert("timeline", 2 + TIMELINE_SUMS.length)}
       ON CONFLICT DO UPDATE SET ${TIMELINE_SUMS.map(added).join(", ")}`,
    );
    this.#generator = db.prepare(
      `${insert("generator", 11)} ON CONFLICT DO UPDATE SET
       digest_lo = (digest_lo + excluded.digest_lo) & 4294967295,
       digest_hi = (digest_hi + excluded.digest_hi) & 4294967295,
       ${["seconds", "cpu_ms", "poll_ms"].map(added).join(", ")},
       ${["rss", "in_flight", "waiting", "workers"].map(taken).join(", ")}`,
    );
    this.#removals = HISTOGRAM_TABLES.map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE level = ? AND t = ?`)
    );
    this.#newSeries = db.prepare(
      `INSERT INTO series (kind, name, journey, step, protocol, url)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET protocol = ifnull(excluded.protocol, protocol),
         url = ifnull(excluded.url, url)`,
    );
    this.forget();
  }

  /** Reads the numbers of the series anew: a transaction that failed may have given some. */
  forget(): void {
    this.#series.clear();
    const known = this.#db.prepare("SELECT series, kind, name FROM series");
    for (const { series, kind, name } of known.all()) {
      this.#series.set(`${kind} ${name}`, series as number);
    }
  }

  /** Tells what a series is; it may be told again. */
  describe({ kind, name, step, protocol }: SeriesId, url?: string): void {
    const ofStep = [step?.journey ?? null, step?.name ?? null];
    const about = [protocol ?? null, url ?? null];
    this.#newSeries.run(kind, name, ...ofStep, ...about);
    this.forget();
  }

  /** Makes sure that a series has a number. */
  know(series: SeriesId): void {
    if (!this.#series.has(keyOf(series))) this.describe(series);
  }

  /** Puts histograms and counts in the place of those that are there. */
  replace(
    { level, t }: IntervalPlace,
    { steps, answers, whole, laws }: StoredTotals,
  ): void {
    for (const removal of this.#removals) removal.run(level, t);
    for (const step of steps) this.#putStep({ level, t }, step);
    for (const answer of answers) this.#putAnswer({ level, t }, answer);
    for (const [kind, { bits, body, sumMs, minMs, maxMs }] of whole) {
      const cells = deflated(body);
      this.#whole.run(level, t, kind, bits, cells, sumMs, minMs, maxMs);
    }
    for (const [name, { bits, body }] of laws) {
      const kind = LAW_PREFIX + name;
      this.#whole.run(level, t, kind, bits, deflated(body), 0, 0, 0);
    }
  }

  /** Adds to a row of the timeline. */
  addTimeline(level: number, row: TimelineRow): void {
    const { t, planned, due, sent, ok, failed, missed, phases } = row;
    const counts = [planned, due, sent, ok, failed, missed];
    this.#timeline.run(level, t, ...counts, ...phases);
  }

  /** Adds to how kar was. */
  addGenerator(level: number, row: GeneratorRow): void {
    this.#generator.run(
      level,
      row.t,
      row.seconds,
      ...row.digest,
      row.cpuMs,
      row.pollMs,
      Math.round(row.rssBytes),
      row.inFlight,
      row.waiting,
      row.workers,
    );
  }

  #putStep({ level, t }: IntervalPlace, step: StoredStep): void {
    const { series, phase, scenario, tally, response, service } = step;
    this.#step.run(
      level,
      t,
      this.#numberOf(series),
      PHASES[phase]!,
      scenario,
      tally[TALLY.due]!,
      tally[TALLY.sent]!,
      tally[TALLY.ok]!,
      countsText(tally, "failed"),
      countsText(tally, "missed"),
      (response ?? service)?.bits ?? 0,
      ...columnsOf(response),
      ...columnsOf(service),
    );
  }

  #putAnswer({ level, t }: IntervalPlace, answer: StoredAnswers): void {
    const { series, codes, begun = 0, reasons = [] } = answer;
    const text = reasons.length === 0 ? null : JSON.stringify(reasons);
    const number = this.#numberOf(series);
    this.#answer.run(level, t, number, ...codesText(codes), begun, text);
  }

  #numberOf(series: SeriesId): number {
    return this.#series.get(keyOf(series))!;
  }
}

function keyOf({ kind, name }: SeriesId): string {
  return `${kind} ${name}`;
}

function columnsOf(histogram: StoredHistogram | null) {
  if (histogram === null) return [null, null, null, null];
  const { body, sumMs, minMs, maxMs } = histogram;
  return [deflated(body), sumMs, minMs, maxMs];
}

function insert(table: string, columns: number): string {
  const places = Array.from({ length: columns }, () => "?").join(", ");
  return `INSERT INTO ${table} VALUES (${places})`;
}

function added(column: string): string {
  return `${column} = ${column} + excluded.${column}`;
}

function taken(column: string): string {
  return `${column} = excluded.${column}`;
}
