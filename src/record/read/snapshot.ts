import { isoTime, KarError, slotOf, SLOTS_PER_SEC } from "../../base/mod.ts";
import { mergedParts, type TraceOf } from "../../merge/mod.ts";
import { commonest } from "../../pattern/mod.ts";
import {
  heldIndex,
  journeySeries,
  type Plan,
  RUN_JOURNEYS_MAX,
  RUN_TARGETS_MAX,
  seriesNames,
} from "../../plan/mod.ts";
import { composeSnapshot, type Moment } from "../../run/mod.ts";
import {
  FINE,
  Histogram,
  Layout,
  Reading,
  reasonsOf,
  regionOf,
  type RequestSample,
  type Snapshot,
  type Step,
  STEPS_MAX,
  subtractTotals,
  Sums,
  type Totals,
  withCountedReasons,
} from "../../stats/mod.ts";
import type { Load, TimelineRow } from "../interval/mod.ts";
import type { TimeSpan } from "../ladder/mod.ts";
import type { StoredMoment } from "../meta.ts";
import { readingOf, type RunRow } from "../store/mod.ts";
import { judgedPart } from "./part.ts";
import type { RecordReader, SpanMeasures } from "../reader/mod.ts";

/** The sources of a snapshot. */
interface Parts {
  readonly run: RunRow;
  readonly moment: StoredMoment;
  readonly totals: Totals;
  /** What another process had counted of it. */
  readonly before: Totals | null;
  readonly steps: readonly Step[];
  readonly stepMs: number;
  readonly samples: readonly RequestSample[];
}

/**
 * The snapshot that a report is made of: of a run that has ended, the same as
 * its own; of a span, and of a run that was killed, what its intervals come to.
 *
 * @param trace needed for a span of a merged replay that lacks something
 * @throws {KarError} `usage` for a span in which nothing was written,
 *   `cannotStart` for a record that is damaged
 */
export function snapshotOf(
  record: RecordReader,
  span: Partial<TimeSpan> | undefined,
  trace?: TraceOf,
): Snapshot {
  return readingOf(record.path, () => snapshotIn(record, span, trace));
}

function snapshotIn(
  record: RecordReader,
  span: Partial<TimeSpan> | undefined,
  trace: TraceOf | undefined,
): Snapshot {
  const run = record.runs().at(-1);
  const { moment } = run ?? {};
  if (run === undefined || !moment) throw nothingIn(record, span);
  if (span !== undefined && !isWhole(record, span)) {
    return composed(spanParts(record, { ...run, trace }, span));
  }
  const ending = record.ending();
  return composed(
    ending === null ? unendedParts(record, run) : {
      run,
      moment,
      before: run.before,
      ...ending,
      samples: samplesOf(record, run),
    },
  );
}

/** Whether a span leaves nothing out. */
function isWhole(record: RecordReader, span: Partial<TimeSpan>): boolean {
  const { from, to } = record.extent();
  return (span.from ?? from) <= from && (span.to ?? to) >= to;
}

/** A run that still goes on, or was killed: all of its intervals, with what it went on from. */
function unendedParts(record: RecordReader, run: RunRow): Parts {
  const totals = record.whole();
  const first = record.runs()[0]!;
  const moment = run.moment!;
  const warnings = [unendedNote(record.extent()), ...moment.warnings];
  return {
    run,
    moment: { ...moment, warnings },
    totals,
    before: first.before,
    samples: samplesOf(record, run),
    ...stepsOf(record, { from: Math.floor(run.startMs / 1000) }),
  };
}

/** A run with what its arrivals stand in, where it is a replay. */
type TracedRun = RunRow & { readonly trace: TraceOf | undefined };

function spanParts(
  record: RecordReader,
  last: TracedRun,
  asked: Partial<TimeSpan>,
): Parts {
  const measures = record.measures(asked);
  const { load } = measures;
  if (load === null) throw nothingIn(record, asked);
  const run = { ...last, plan: planIn(record, last, measures) };
  return {
    run,
    moment: momentIn(record, run, { ...measures, load }),
    totals: withCountedReasons(measures.totals),
    before: null,
    samples: samplesOf(record, run).filter(({ intendedMs }) =>
      intendedMs >= measures.span.from * 1000 &&
      intendedMs < measures.span.to * 1000
    ),
    ...stepsOf(record, measures.span),
  };
}

/**
 * The plan that held at the end of a span: a later one where its new targets
 * were counted there, since counts are up to a look late.
 */
function planIn(
  record: RecordReader,
  { plan: last }: RunRow,
  { span, totals }: SpanMeasures,
): Plan {
  const plans = record.plans();
  const at = heldIndex(plans, span.to * SLOTS_PER_SEC - 1);
  const { targets: senders, journeys: begun = {} } = totals;
  const found = plans.slice(Math.max(0, at)).find(({ plan }) => {
    const { targets, journeys } = seriesNames(plan);
    return Object.keys(senders).every((name) => targets.includes(name)) &&
      Object.keys(begun).every((name) => journeys.includes(name));
  });
  return found?.plan ?? last;
}

/** How the run was, with the times of a span, and the verdict on that span. */
function momentIn(
  record: RecordReader,
  run: TracedRun,
  { load, ...measures }: SpanMeasures & { readonly load: Load },
): StoredMoment {
  const { span } = measures;
  const { moment, startMs, begunMs } = run;
  const fromMs = span.from * 1000;
  return {
    ...moment!,
    ...judgedPart(record, run, { load, ...measures }),
    ...mergedIn(record, run, span),
    startMs: fromMs,
    begunMs: begunMs + fromMs - startMs,
    nowMs: span.to * 1000,
    endMs: span.to * 1000,
    warnings: [edgesOf(span), ...moment!.warnings],
    cpuSec: load.cpuMs / 1000,
    pollMs: load.pollMs,
    rssBytes: load.rssBytes,
  };
}

/** What parts of a run lack in a span. */
function mergedIn(
  record: RecordReader,
  { plan, moment, trace }: TracedRun,
  { from, to }: TimeSpan,
): Pick<StoredMoment, "merged"> {
  const { merged, control, endMs, nowMs } = moment!;
  if (merged === undefined) return {};
  const { spans } = merged;
  const fireSlot = control.firedSlot ?? 0;
  const whole = {
    ...{ plan, trace, fireSlot },
    endSlot: slotOf(endMs ?? nowMs),
    changes: record.changes({ from: -Infinity, to: Infinity }),
    plans: record.plans(),
  };
  const slots = { from: from * SLOTS_PER_SEC, to: to * SLOTS_PER_SEC };
  return { merged: mergedParts(whole, spans, slots) };
}

/** Requests that were kept as examples, by the numbers that their targets have. */
export function samplesOf(
  record: RecordReader,
  { plan }: RunRow,
): RequestSample[] {
  const { targets, journeys } = seriesNames(plan);
  return record.samples().flatMap(({ target: name, ...sample }) => {
    const target = targets.indexOf(name);
    const journey = journeys.indexOf(name);
    if (target < 0 && journey < 0) return [];
    return { ...sample, target: target < 0 ? journeySeries(journey) : target };
  });
}

/** What a reader of a span must know. */
function edgesOf({ from, to }: TimeSpan): string {
  return `This is a part of the run, from ${timeOf(from)} to ${
    timeOf(to)
  }: what was open at its edges is counted where it began and where it ended; thresholds, law and lag are judged for the part alone, by the record's intervals; state, health, breaker and the other warnings are those of the run`;
}

function unendedNote({ from, to }: TimeSpan): string {
  return `The record has no end: the run still goes on, or was killed; it goes from ${
    timeOf(from)
  } to ${timeOf(to)}`;
}

/** The steps of a report, of the timeline. */
export function stepsOf(
  record: RecordReader,
  span: Partial<TimeSpan>,
): { readonly steps: readonly Step[]; readonly stepMs: number } {
  const { level, rows } = record.timeline(span, STEPS_MAX);
  const first = rows[0]?.t ?? 0;
  return {
    stepMs: level * 1000,
    steps: rows.map((row) => stepOf(row, (row.t - first) * 1000)),
  };
}

function stepOf(row: TimelineRow, t: number): Step {
  const { planned, due, sent, ok, failed, missed, phases } = row;
  const completed = ok + failed;
  const phase = commonest(phases);
  return { t, planned, due, sent, completed, ok, failed, missed, phase };
}

function composed(
  { run, totals, before, steps, stepMs, samples, ...parts }: Parts,
) {
  const { plan } = run;
  const moment: Moment = { ...parts.moment, plan };
  const names = seriesNames(plan);
  const layout = new Layout(
    RUN_TARGETS_MAX,
    RUN_JOURNEYS_MAX,
    names.scenarios.length,
  );
  const sumsOf = (some: Totals) =>
    new Sums(layout, [regionOf(some, layout, names)]);
  const all = sumsOf(totals);
  const own = before === null ? all : sumsOf(subtractTotals(totals, before));
  const reasons = reasonsOf(totals, names, layout);
  return composeSnapshot({
    runId: run.runId,
    collector: { all, own },
    steps: { stepMs, list: () => [...steps], sentIn: () => 0 },
    recent: { read: () => new Histogram(FINE).distribution() },
    reasons: {
      of: (series) => reasons.filter(({ target }) => target === series),
      newest: null,
      samples: { list: samples },
    },
    before: before === null ? null : new Reading(sumsOf(before)).run(),
  }, moment);
}

function nothingIn(
  record: RecordReader,
  span: Partial<TimeSpan> = {},
): KarError {
  const { from, to } = record.extent();
  if (!(from < to)) {
    return new KarError(
      "usage",
      `The record ${record.path} holds nothing yet: not one second was written`,
    );
  }
  const asked = { from, to, ...span };
  return new KarError(
    "usage",
    `Nothing was written from ${timeOf(asked.from)} to ${
      timeOf(asked.to)
    }: the record ${record.path} goes from ${timeOf(from)} to ${timeOf(to)}`,
  );
}

function timeOf(seconds: number): string {
  return isoTime(seconds * 1000);
}
