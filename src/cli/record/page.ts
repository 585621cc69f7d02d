import { commonest } from "../../pattern/mod.ts";
import {
  type GeneratorLoad,
  pageData,
  type PageEvent,
  sendersIn,
  type SeriesInterval,
  type SeriesPart,
} from "../../page/mod.ts";
import { FAILURE_KINDS } from "../../protocol/mod.ts";
import {
  readingOf,
  type RecordColumn,
  recordHdrLog,
  type RecordReader,
  type StepRow,
  type TimelineRow,
  type TimeSpan,
} from "../../record/mod.ts";
import {
  cellMap,
  decodeCells,
  pairsOf,
  shapeOfBits,
} from "../../stats/hdr/mod.ts";
import {
  cellMidUs,
  type Counts,
  MISSED_REASONS,
  ROUGH,
  TALLY,
} from "../../stats/mod.ts";
import type { EndedPage } from "../page/formats.ts";
import { factorsOf } from "./factors.ts";

/** Events that a page shows: the last ones. */
const EVENTS_MAX = 1000;

/** The page of a run that was recorded, or of a span of it. */
export function recordPage(
  record: RecordReader,
  span: Partial<TimeSpan> | undefined,
): EndedPage {
  return {
    data: (snapshot) =>
      readingOf(record.path, () => {
        const names = sendersIn(snapshot).map(({ name }) => name);
        const shiftMs = snapshot.startMs - snapshot.begunMs;
        return pageData({
          snapshot,
          series: { intervals: () => intervalsOf(record, span, names) },
          events: eventsOf(record, shiftMs),
          ahead: null,
        });
      }),
    hdrLog: () => recordHdrLog(record, span),
  };
}

function eventsOf(record: RecordReader, shiftMs: number): PageEvent[] {
  return record.notes().slice(-EVENTS_MAX).map(({ atMs, level, text }) => ({
    t: atMs + shiftMs,
    level: level as PageEvent["level"],
    text,
  }));
}

/** Columns of one length, without gaps. */
function* intervalsOf(
  record: RecordReader,
  span: Partial<TimeSpan> | undefined,
  names: readonly string[],
): Generator<SeriesInterval> {
  const { level, columns } = record.columns(span);
  const byTime = new Map(columns.map((column) => [column.t, column]));
  const first = columns[0]?.t ?? 0;
  const last = columns.at(-1)?.t ?? -1;
  const factorsAt = factorsOf(record);
  for (let t = first; t <= last; t += level) {
    const column = byTime.get(t) ?? nothingAt(t);
    const lengthMs = level * 1000;
    yield {
      ...intervalOf(column, { lengthMs, names }),
      factors: factorsAt(t * 1000 + lengthMs / 2),
    };
  }
}

function nothingAt(t: number): RecordColumn {
  return { t, timeline: null, steps: [], whole: [], load: null };
}

function intervalOf(
  { t, timeline, steps, whole, load }: RecordColumn,
  { lengthMs, names }: {
    readonly lengthMs: number;
    readonly names: readonly string[];
  },
): Omit<SeriesInterval, "factors"> {
  const requests = steps.filter(({ series }) => series.kind !== "journey");
  const lag = new CellCounts();
  for (const { name, stored } of whole) {
    if (name === "sendLag") lag.add(stored);
  }
  return {
    startMs: t * 1000,
    lengthMs,
    planned: timeline?.planned ?? 0,
    phase: commonest(timeline?.phases ?? []),
    all: { ...partOf(requests), ...countsOf(timeline) },
    targets: names.map((name) =>
      partOf(requests.filter(({ series }) => series.name === name))
    ),
    generator: load === null ? null : {
      cpuMs: load.cpuMs,
      ofMs: load.seconds * 1000,
      rssBytes: load.rssBytes,
      inFlight: load.inFlight,
      sendLag: lag.cells(),
    } satisfies GeneratorLoad,
  };
}

/** The timeline's seconds are exact, those of the series are a look apart. */
function countsOf(
  row: TimelineRow | null,
): Pick<SeriesPart, "due" | "sent" | "ok"> {
  const { due = 0, sent = 0, ok = 0 } = row ?? {};
  return { due, sent, ok };
}

function partOf(steps: readonly StepRow[]): SeriesPart {
  const tally = new Array<number>(TALLY.width).fill(0);
  const response = new CellCounts();
  for (const step of steps) {
    step.tally.forEach((count, i) => tally[i]! += count);
    if (step.response !== null) response.add(step.response);
  }
  return {
    due: tally[TALLY.due]!,
    sent: tally[TALLY.sent]!,
    ok: tally[TALLY.ok]!,
    failed: named(FAILURE_KINDS, tally, TALLY.failed),
    missed: named(MISSED_REASONS, tally, TALLY.missed),
    response: response.cells(),
  };
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

/** Durations by the cells of a picture. */
class CellCounts {
  readonly #counts = new Float64Array(ROUGH.cells);

  add({ bits, body }: { readonly bits: number; readonly body: Uint8Array }) {
    decodeCells(body, this.#counts, cellMap(shapeOfBits(bits), ROUGH));
  }

  cells(): number[] {
    return pairsOf(this.#counts)
      .map((value, i) => i % 2 === 0 ? cellMidUs(ROUGH, value) : value);
  }
}
