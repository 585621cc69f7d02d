import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Phase, PHASES } from "../../pattern/mod.ts";
import { PROTOCOL_NAMES } from "../../protocol/mod.ts";
import {
  type CodeTotals,
  type LawName,
  type Reason,
  type RunHistogram,
  TALLY,
} from "../../stats/mod.ts";
import type {
  Accumulator,
  Load,
  SeriesId,
  SeriesKind,
  StoredHistogram,
  StoredStep,
  TimelineRow,
} from "../interval/mod.ts";
import type { Piece } from "../ladder/mod.ts";
import { readingEach, readingOf } from "./damage.ts";
import { LAW_PREFIX } from "./schema.ts";
import { codesOf, inflated, putCounts } from "./row_text.ts";

type Row = Record<string, null | number | bigint | string | Uint8Array>;

/** How kar was in an interval, with the digest of its arrivals. */
export interface GeneratorRow extends Load {
  readonly t: number;
  readonly digest: readonly [lo: number, hi: number];
}

/** A step with its time. */
export interface StepRow extends StoredStep {
  readonly t: number;
}

/** How the answers of a series were counted by code in an interval. */
export interface AnswerRow {
  readonly t: number;
  readonly series: SeriesId;
  readonly codes: readonly CodeTotals[];
}

/** A histogram of all requests in an interval. */
export interface WholeRow {
  readonly t: number;
  readonly name: RunHistogram;
  readonly stored: StoredHistogram;
}

const SPAN = "level = ? AND t >= ? AND t < ?";

/** Reads the intervals of a record. */
export class RowReader {
  readonly #steps: StatementSync;
  readonly #answers: StatementSync;
  readonly #whole: StatementSync;
  readonly #laws: StatementSync;
  readonly #timeline: StatementSync;
  readonly #generator: StatementSync;

  readonly #path: string | null;

  /**
   * @param path of the record, for messages to a reader; null = the writer
   * itself reads
   */
  constructor(db: DatabaseSync, path: string | null = null) {
    this.#path = path;
    const of = (table: string) =>
      db.prepare(`SELECT * FROM ${table} WHERE ${SPAN} ORDER BY t`);
    const named = (table: string) =>
      db.prepare(
        `SELECT x.*, s.kind, s.name, s.journey, s.step, s.protocol
         FROM ${table} x
         JOIN series s USING (series) WHERE ${SPAN} ORDER BY t`,
      );
    this.#steps = named("step");
    this.#answers = named("answer");
    const whole = (kind: string) =>
      db.prepare(
        `SELECT * FROM whole WHERE ${SPAN} AND kind ${kind} 'law.%' ORDER BY t`,
      );
    this.#whole = whole("NOT LIKE");
    this.#laws = whole("LIKE");
    this.#timeline = of("timeline");
    this.#generator = of("generator");
  }

  /** Adds everything that was counted in a piece. */
  addTo(sum: Accumulator, piece: Piece): void {
    const add = () => this.#addTo(sum, piece);
    return this.#path === null ? add() : readingOf(this.#path, add);
  }

  #addTo(sum: Accumulator, piece: Piece): void {
    for (const step of this.steps(piece)) sum.addStep(step);
    for (const row of rowsOf(this.#answers, piece)) {
      sum.addAnswers({
        series: seriesOf(row),
        codes: codesOf(textOf(row.status), textOf(row.status_failed)),
        begun: row.begun as number,
        reasons: JSON.parse(textOf(row.reasons) ?? "[]") as Reason[],
      });
    }
    for (const { name, stored } of this.whole(piece)) {
      sum.addWhole(name, stored);
    }
    for (const row of rowsOf(this.#laws, piece)) {
      const name = textOf(row.kind)!.slice(LAW_PREFIX.length) as LawName;
      const body = inflated(row.cells as Uint8Array);
      sum.addLaw(name, { bits: row.bits as number, body });
    }
    for (const { digest } of this.generator(piece)) sum.addDigest(...digest);
  }

  /** What each series did in each phase. */
  steps(piece: Piece): Iterable<StepRow> {
    return this.#each(this.#steps, piece, (row) => ({
      t: row.t as number,
      series: seriesOf(row),
      phase: PHASES.indexOf(row.phase as Phase),
      // The first records had none.
      scenario: (row.scenario ?? "") as string,
      tally: tallyOf(row),
      response: histogramOf(row, "response"),
      service: histogramOf(row, "service"),
    }));
  }

  /** What each series was answered, by code. */
  answers(piece: Piece): Iterable<AnswerRow> {
    return this.#each(this.#answers, piece, (row) => ({
      t: row.t as number,
      series: seriesOf(row),
      codes: codesOf(textOf(row.status), textOf(row.status_failed)),
    }));
  }

  /** Histograms of all requests. */
  whole(piece: Piece): Iterable<WholeRow> {
    return this.#each(this.#whole, piece, (row) => ({
      t: row.t as number,
      name: row.kind as RunHistogram,
      stored: {
        bits: row.bits as number,
        body: inflated(row.cells as Uint8Array),
        sumMs: row.sum as number,
        minMs: row.min as number,
        maxMs: row.max as number,
      },
    }));
  }

  timeline(piece: Piece): Iterable<TimelineRow> {
    return this.#each(this.#timeline, piece, (row) => ({
      t: row.t as number,
      planned: row.planned as number,
      due: row.due as number,
      sent: row.sent as number,
      ok: row.ok as number,
      failed: row.failed as number,
      missed: row.missed as number,
      phases: PHASES.map((phase) => (row[phase] ?? 0) as number),
    }));
  }

  generator(piece: Piece): Iterable<GeneratorRow> {
    return this.#each(this.#generator, piece, (row) => ({
      t: row.t as number,
      digest: [row.digest_lo as number, row.digest_hi as number],
      seconds: row.seconds as number,
      cpuMs: row.cpu_ms as number,
      pollMs: row.poll_ms as number,
      rssBytes: row.rss as number,
      inFlight: row.in_flight as number,
      waiting: row.waiting as number,
      workers: row.workers as number,
    }));
  }

  #each<Result>(
    statement: StatementSync,
    piece: Piece,
    read: (row: Row) => Result,
  ): Iterable<Result> {
    const rows = () => mapped(rowsOf(statement, piece), read);
    return this.#path === null ? rows() : readingEach(this.#path, rows);
  }
}

function* mapped<Result>(
  rows: Iterable<Row>,
  read: (row: Row) => Result,
): Generator<Result> {
  for (const row of rows) yield read(row);
}

function rowsOf(
  statement: StatementSync,
  { level, from, to }: Piece,
): Iterable<Row> {
  return statement.iterate(level, from, to) as Iterable<Row>;
}

function textOf(value: Row[string] | undefined): string | null {
  return (value ?? null) as string | null;
}

function seriesOf(row: Row): SeriesId {
  const protocol = PROTOCOL_NAMES.find((name) => name === row.protocol);
  const journey = textOf(row.journey);
  return {
    kind: row.kind as SeriesKind,
    name: row.name as string,
    ...(journey !== null && { step: { journey, name: row.step as string } }),
    ...(protocol && { protocol }),
  };
}

function tallyOf(row: Row): number[] {
  const tally = new Array<number>(TALLY.width).fill(0);
  tally[TALLY.due] = row.due as number;
  tally[TALLY.sent] = row.sent as number;
  tally[TALLY.ok] = row.ok as number;
  putCounts(tally, "failed", textOf(row.failed));
  putCounts(tally, "missed", textOf(row.missed));
  return tally;
}

function histogramOf(
  row: Row,
  kind: "response" | "service",
): StoredHistogram | null {
  const blob = row[kind];
  if (!(blob instanceof Uint8Array)) return null;
  return {
    bits: row.bits as number,
    body: inflated(blob),
    sumMs: row[`${kind}_sum`] as number,
    minMs: row[`${kind}_min`] as number,
    maxMs: row[`${kind}_max`] as number,
  };
}
