import {
  addCounts,
  DurationCells,
  journeySender,
  type SeriesInterval,
  type SeriesPart,
} from "../../page/data/mod.ts";
import { commonest } from "../../pattern/mod.ts";
import { codeName, FAILURE_KINDS } from "../../protocol/mod.ts";
import type {
  AnswerRow,
  RecordColumn,
  StepRow,
  TimelineRow,
} from "../../record/reader/mod.ts";
import {
  cellMap,
  decodeCells,
  pairsOf,
  shapeOfBits,
} from "../../stats/hdr/mod.ts";
import { type Counts, MISSED_REASONS, ROUGH, TALLY } from "../../stats/mod.ts";
import type { RecordedReasons } from "./factors.ts";

/** What intervals are made with. */
export interface IntervalShape {
  readonly lengthMs: number;
  /** In the order of `sendersIn`. */
  readonly names: readonly string[];
  readonly reasons: RecordedReasons;
}

/** Columns of a record as intervals without gaps, from the one that begins at `from` up to `to`, in seconds. */
export function intervalsOf(
  columns: readonly RecordColumn[],
  { from, to }: { readonly from: number; readonly to: number },
  shape: IntervalShape,
): SeriesInterval[] {
  const byTime = new Map(columns.map((column) => [column.t, column]));
  const all: SeriesInterval[] = [];
  for (let t = from; t < to; t += shape.lengthMs / 1000) {
    all.push(intervalOf(byTime.get(t) ?? nothingAt(t), shape));
  }
  return all;
}

function nothingAt(t: number): RecordColumn {
  return { t, timeline: null, steps: [], answers: [], whole: [], load: null };
}

function intervalOf(
  { t, timeline, steps, answers, whole, load }: RecordColumn,
  { lengthMs, names, reasons }: IntervalShape,
): SeriesInterval {
  const requests = steps.filter(({ series }) => series.kind !== "journey");
  const planned = timeline?.planned ?? 0;
  const why = reasons.at(t * 1000 + lengthMs / 2);
  const shareOf = reasons.hasOtherShares ? why?.shareOf : undefined;
  const targets = names.map((name) => ({
    ...partOf(
      steps.filter(({ series }) => senderOf(series) === name),
      answers.filter(({ series }) => senderOf(series) === name),
    ),
    ...(shareOf && { planned: planned * shareOf(name) }),
  }));
  const lags = whole.filter(({ name }) => name === "sendLag");
  return {
    startMs: t * 1000,
    lengthMs,
    planned,
    phase: timeline === null ? "baseline" : commonest(timeline.phases),
    all: {
      ...partOf(requests, answers),
      ...countsOf(timeline),
    },
    targets,
    factors: why?.factors ?? null,
    scenario: why?.scenario ?? null,
    generator: load === null ? null : {
      cpuMs: load.cpuMs,
      ofMs: load.seconds * 1000,
      rssBytes: load.rssBytes,
      inFlight: load.inFlight,
      sendLag: durationsOf(lags.map(({ stored }) => stored)),
    },
  };
}

function senderOf({ kind, name }: StepRow["series"]): string {
  return kind === "journey" ? journeySender(name) : name;
}

/** The timeline's seconds are exact, those of the series are a look apart. */
function countsOf(
  row: TimelineRow | null,
): Pick<SeriesPart, "due" | "sent" | "ok"> {
  const { due = 0, sent = 0, ok = 0 } = row ?? {};
  return { due, sent, ok };
}

function partOf(
  steps: readonly StepRow[],
  answers: readonly AnswerRow[],
): SeriesPart {
  const tally = new Array<number>(TALLY.width).fill(0);
  for (const step of steps) {
    step.tally.forEach((count, i) => tally[i]! += count);
  }
  return {
    due: tally[TALLY.due]!,
    sent: tally[TALLY.sent]!,
    ok: tally[TALLY.ok]!,
    failed: byCode(named(FAILURE_KINDS, tally, TALLY.failed), answers),
    missed: named(MISSED_REASONS, tally, TALLY.missed),
    response: durationsOf(steps.flatMap(({ response }) => response ?? [])),
  };
}

/** Failures by kind; an answer that says no by its code. */
function byCode(
  { status = 0, ...others }: Counts<string>,
  answers: readonly AnswerRow[],
): Counts<string> {
  const counts: Record<string, number> = {};
  let rest = status;
  for (const { series, codes } of answers) {
    for (const [code, , failed] of codes) {
      if (failed <= 0) continue;
      const name = `status ${codeName(code, series.protocol ?? "http")}`;
      counts[name] = (counts[name] ?? 0) + failed;
      rest -= failed;
    }
  }
  return addCounts(others, { ...counts, ...(rest > 0 && { status: rest }) });
}

function named(
  names: readonly string[],
  tally: readonly number[],
  at: number,
): Counts<string> {
  return Object.fromEntries(
    names.map((name, i) => [name, tally[at + i]!] as const)
      .filter(([, count]) => count > 0),
  );
}

/** Where histograms are added up: one at a time, and empty in between. */
const counts = new Float64Array(ROUGH.cells);

/** Histograms together, by the cells of a picture. */
function durationsOf(
  all: readonly { readonly bits: number; readonly body: Uint8Array }[],
): DurationCells {
  if (all.length === 0) return DurationCells.NONE;
  for (const { bits, body } of all) {
    decodeCells(body, counts, cellMap(shapeOfBits(bits), ROUGH));
  }
  const pairs = pairsOf(counts);
  counts.fill(0);
  return new DurationCells(pairs);
}
