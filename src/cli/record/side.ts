import type { CompareBlock, CompareSide } from "../../compare/mod.ts";
import { COMPARE_MEASURES } from "../../compare/mod.ts";
import { KarError, messageOf } from "../../base/mod.ts";
import { PHASES } from "../../pattern/mod.ts";
import {
  readingOf,
  type RecordColumn,
  RecordReader,
} from "../../record/mod.ts";
import {
  cellMap,
  decodeCells,
  type Pairs,
  pairsOf,
  shapeOfBits,
} from "../../stats/hdr/mod.ts";
import { COARSE, MISSED_REASONS, TALLY } from "../../stats/mod.ts";
import type { System } from "../system.ts";
import { findRecord } from "./find.ts";

/** Stretches into which a run is cut: enough to tell how much it varies. */
const BLOCKS_MAX = 60;
/** A report is far smaller. */
const REPORT_BYTES_MAX = 64 * 1024 * 1024;
const RAMP = PHASES.indexOf("ramp");

/**
 * One run to compare: a record, or the report of one as JSON.
 *
 * @throws {KarError} when it is neither
 */
export async function readSide(
  system: System,
  word: string,
): Promise<CompareSide> {
  const path = await findRecord(system, word);
  return await isReport(path)
    ? reportSide(word, await readReport(path))
    : recordSide(word, path);
}

function recordSide(name: string, path: string): CompareSide {
  const record = new RecordReader(path);
  try {
    return readingOf(path, () => sideOf(name, record));
  } finally {
    record.close();
  }
}

function sideOf(name: string, record: RecordReader): CompareSide {
  const run = record.runs().at(-1);
  const { columns } = record.columns();
  if (run === undefined || columns.length === 0) {
    throw new KarError("usage", `The record ${record.path} holds nothing yet`);
  }
  const { plan, startMs } = run;
  const { planId, pattern: { seed } } = plan;
  const blocks = blocksOf(columns);
  return { name, planId, seed, startMs, blocks, figures: {} };
}

/** Stretches of one length; the ramp is no part of what is compared. */
function blocksOf(columns: readonly RecordColumn[]): CompareBlock[] {
  const each = Math.ceil(columns.length / BLOCKS_MAX);
  const blocks: CompareBlock[] = [];
  for (let i = 0; i < columns.length; i += each) {
    const block = blockOf(columns.slice(i, i + each));
    if (block.due > 0) blocks.push(block);
  }
  return blocks;
}

function blockOf(columns: readonly RecordColumn[]): CompareBlock {
  const steps = columns.flatMap(({ steps }) => steps).filter((
    { series, phase },
  ) => series.kind !== "journey" && phase !== RAMP);
  const lags = columns.flatMap(({ whole }) => whole)
    .filter(({ name }) => name === "sendLag").map(({ stored }) => stored);
  const count = (cell: number) =>
    steps.reduce((sum, { tally }) => sum + tally[cell]!, 0);
  const sent = count(TALLY.sent);
  const ok = count(TALLY.ok);
  const missed = MISSED_REASONS.reduce(
    (sum, _, i) => sum + count(TALLY.missed + i),
    0,
  );
  const failed = steps.reduce(
    (sum, { tally }) =>
      sum + tally.slice(TALLY.failed, TALLY.width).reduce((a, b) => a + b),
    0,
  );
  return {
    due: count(TALLY.due),
    sent,
    ok,
    failed,
    missed,
    response: merged(steps.map(({ response }) => response)),
    service: merged(steps.map(({ service }) => service)),
    lag: merged(lags),
  };
}

function merged(
  histograms:
    readonly ({ readonly bits: number; readonly body: Uint8Array } | null)[],
): Pairs {
  const counts = new Float64Array(COARSE.cells);
  for (const histogram of histograms) {
    if (histogram === null) continue;
    const { bits, body } = histogram;
    decodeCells(body, counts, cellMap(shapeOfBits(bits), COARSE));
  }
  return pairsOf(counts);
}

/** What of a report in JSON is compared. */
interface ReadReport {
  readonly planId: string;
  readonly seed: number;
  readonly start: string;
  readonly due: number;
  readonly completed: number;
  readonly ok: number;
  readonly missed: Readonly<Record<string, number>>;
  readonly latency: Readonly<
    Record<
      "response" | "service" | "sendLag",
      Readonly<Record<string, number | null>>
    >
  >;
}

function reportSide(name: string, report: ReadReport): CompareSide {
  const { planId, seed, start, due, completed, ok, latency } = report;
  const missed = Object.values(report.missed).reduce((sum, n) => sum + n, 0);
  const share = (n: number, of: number) => of === 0 ? null : n / of;
  const times = { ...latency, lag: latency.sendLag };
  const figures = COMPARE_MEASURES.map(({ name }) => {
    const [kind, stat] = name.split(".");
    if (stat === undefined) {
      return [
        name,
        kind === "errors"
          ? share(completed - ok, completed)
          : share(missed, due),
      ] as const;
    }
    const key = `${stat.replace(".", "")}Ms`;
    return [name, times[kind as "response"][key] ?? null] as const;
  });
  return {
    name,
    planId,
    seed,
    startMs: Date.parse(start),
    blocks: [],
    figures: Object.fromEntries(figures),
  };
}

async function isReport(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  const first = new Uint8Array(1);
  await file.read(first);
  return first[0] === "{".charCodeAt(0);
}

async function readReport(path: string): Promise<ReadReport> {
  try {
    const { size } = await Deno.stat(path);
    if (size > REPORT_BYTES_MAX) throw new Error("it is too large");
    const report = JSON.parse(await Deno.readTextFile(path));
    if (report.version !== 1 || typeof report.latency?.response !== "object") {
      throw new Error("it is not a report of kar");
    }
    return report;
  } catch (error) {
    throw new KarError(
      "usage",
      `Cannot compare ${path}: ${
        messageOf(error)
      }; name a record, or a report written with --out json=FILE`,
    );
  }
}
