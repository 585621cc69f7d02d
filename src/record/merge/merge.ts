import type { DatabaseSync } from "node:sqlite";
import { slotOf } from "../../base/mod.ts";
import {
  commonChanges,
  jointPlans,
  type KnownChanges,
  mergedParts,
  numbered,
  partsIn,
  type PartSpan,
  partText,
  togetherOf,
  type TraceOf,
} from "../../merge/mod.ts";
import type { Change } from "../../pattern/mod.ts";
import {
  heldIndex,
  type HeldPlan,
  type Plan,
  seriesNames,
} from "../../plan/mod.ts";
import { sumTotals } from "../../stats/mod.ts";
import type { RunMeta, StoredMoment } from "../meta.ts";
import {
  type JudgedOutcome,
  judgeRecord,
  RecordReader,
  stepsOf,
} from "../read/mod.ts";
import {
  closeWritten,
  type Note,
  openToWrite,
  RunRows,
  Store,
} from "../store/mod.ts";
import { mergedMoment, runIdOf } from "./moments.ts";
import { type PartRecord, readPart, totalsOf } from "./parts.ts";
import { mergeRows, sourceOf } from "./rows.ts";
import { mergedSamples } from "./samples.ts";

/** Intervals that are written in one transaction. */
const INTERVALS_AT_ONCE = 500;
/** As large as its parts together at most, which each have a bound. */
const BYTES_MAX = 2 ** 43;
/** Lines of the log that a merged record keeps: the last ones. */
const NOTES_KEPT_MAX = 10_000;
/** Of a target that a part has never heard of. */
const UNKNOWN_HEALTH = { healthy: null, removedMs: 0 };

/** Where a merged record goes, and who makes it. */
export interface MergedFile {
  /** A file that is not there yet. */
  readonly path: string;
  /** Version of kar. */
  readonly kar: string;
  /** The trace of a replay; needed where something of one is in no record. */
  readonly trace?: TraceOf;
}

/**
 * Makes one record of those of several parts of one run. The parts are read
 * and never changed; one interval at a time is in memory.
 *
 * @throws {KarError} `usage` when they are not parts of one run; `cannotStart`
 *   when the file cannot be written
 */
export function mergeRecords(
  readers: readonly RecordReader[],
  { path, kar, trace }: MergedFile,
): void {
  const records = readers.map((reader) => readPart(reader, trace));
  const spans = togetherOf(records);
  const parts = inOrder(records, spans);
  const merged = mergedOf(parts, spans, trace);
  const db = openToWrite(path, BYTES_MAX);
  try {
    writeRows(db, parts);
    const run = writeRun(db, parts, { ...merged, kar });
    writeEnd(db, run, { path, parts, ...merged });
  } finally {
    closeWritten(db);
  }
}

/** What is known of all parts together before their counts are read. */
interface Merged {
  readonly spans: readonly PartSpan[];
  readonly changes: readonly Change[];
  /** All that have held, each with the targets of those before it. */
  readonly plans: readonly HeldPlan[];
  /** The last of them. */
  readonly plan: Plan;
  readonly moment: Omit<StoredMoment, keyof JudgedOutcome>;
}

function mergedOf(
  parts: readonly PartRecord[],
  spans: readonly PartSpan[],
  trace: TraceOf | undefined,
): Merged {
  const { fireSlot } = parts[0]!;
  const endSlot = Math.max(...parts.map(({ endSlot }) => endSlot));
  const plans = jointPlans(parts);
  const { plan } = plans.at(-1)!;
  const changes = commonChanges(parts.map((part) => knownIn(part, plans)));
  const run = { plan, plans, fireSlot, endSlot, changes, trace };
  const moment = mergedMoment(
    parts.map((part) => ({ ...part, moment: momentBy(plan, part) })),
    mergedParts(run, spans),
    otherPlans(spans, plans),
  );
  return { spans, changes, plans, plan, moment };
}

function knownIn(
  { spans, reader }: PartRecord,
  plans: readonly HeldPlan[],
): KnownChanges {
  const changes = reader.changes({ from: -Infinity, to: Infinity });
  return { spans, changes: numbered(changes, plans) };
}

/** Parts that others have left behind with a plan: without a bus each is asked by itself. */
function otherPlans(
  spans: readonly PartSpan[],
  plans: readonly HeldPlan[],
): string[] {
  return spans.flatMap(({ planId, toSlot, ...part }) => {
    const inForce = plans[heldIndex(plans, toSlot - 1)]?.plan.planId;
    if ([planId, inForce].includes(undefined) || planId === inForce) return [];
    return `Part ${
      partText(part)
    } ended with plan ${planId}, when others had plan ${inForce}`;
  });
}

/** What a part was like, by the numbers that targets have in a plan. */
function momentBy(plan: Plan, { run, moment }: PartRecord): StoredMoment {
  const own = seriesNames(run.plan).targets;
  const health = seriesNames(plan).targets.map((name) =>
    moment.health[own.indexOf(name)] ?? UNKNOWN_HEALTH
  );
  return { ...moment, health };
}

/** Records in the order of their first spans, whatever the order in which they were named. */
function inOrder(
  records: readonly PartRecord[],
  spans: readonly PartSpan[],
): PartRecord[] {
  const placeOf = ({ spans: own }: PartRecord) =>
    Math.min(...own.map((span) => spans.indexOf(span)));
  return [...records].sort((a, b) => placeOf(a) - placeOf(b));
}

function writeRows(db: DatabaseSync, parts: readonly PartRecord[]): void {
  const sources = parts.map(({ reader }) => sourceOf(reader));
  db.exec("BEGIN");
  const store = new Store(db);
  for (const { run } of parts) store.describe(run.plan);
  let intervals = 0;
  mergeRows(sources, store, () => {
    if (++intervals % INTERVALS_AT_ONCE === 0) db.exec("COMMIT; BEGIN");
  });
  db.exec("COMMIT");
}

/** @returns the number of the run */
function writeRun(
  db: DatabaseSync,
  parts: readonly PartRecord[],
  { spans, changes, plans, plan, moment, kar }: Merged & {
    readonly kar: string;
  },
): number {
  const rows = new RunRows(db);
  const { run: { machine } } = parts[0]!;
  const hosts = [...new Set(spans.map(({ host }) => host))].sort();
  const meta: RunMeta = {
    runId: runIdOf(spans),
    kar,
    machine: { ...machine, host: hosts.join(", ") },
    plan,
    part: 0,
    parts: partsIn(spans).length,
    startMs: moment.startMs,
    begunMs: moment.begunMs,
    before: null,
  };
  db.exec("BEGIN");
  const run = rows.begin(meta);
  const first = slotOf(moment.startMs);
  for (const { slot, plan } of plans) {
    rows.addPlan({ slot: Math.max(slot, first), plan });
  }
  for (const change of changes) rows.addChange(change);
  for (const note of notesOf(parts)) rows.addNote(note);
  db.exec("COMMIT");
  return run;
}

/** The lines of all logs in the order of their time. */
function notesOf(parts: readonly PartRecord[]): Note[] {
  let all: Note[] = [];
  for (const { reader, run: { part, parts: count } } of parts) {
    const label = part === 0 ? "" : `Part ${part}/${count}: `;
    const own = reader.notes().map((note) => ({
      ...note,
      text: label + note.text,
    }));
    all = [...all, ...own]
      .sort((a, b) =>
        a.atMs - b.atMs || Number(a.text > b.text) - Number(a.text < b.text)
      )
      .slice(-NOTES_KEPT_MAX);
  }
  return all;
}

function writeEnd(
  db: DatabaseSync,
  run: number,
  { path, parts, plan, moment }: Merged & {
    readonly path: string;
    readonly parts: readonly PartRecord[];
  },
): void {
  const totals = sumTotals(parts.map(totalsOf));
  const reader = new RecordReader(path);
  try {
    const { startMs, endMs, proof } = moment;
    const { fireSlot } = parts[0]!;
    const judged = { reader, plan, fireSlot, endMs: endMs!, proof };
    const { verdict: own, recovery } = judgeRecord(judged);
    const verdict = { ...own, stoppedBy: stoppedBy(parts) };
    const steps = stepsOf(reader, { from: Math.floor(startMs / 1000) });
    const rows = new RunRows(db);
    db.exec("BEGIN");
    rows.setMoment(run, { ...moment, verdict, recovery });
    rows.setSamples(run, mergedSamples(parts, plan));
    rows.end(run, { totals, ...steps }, moment.begunMs + endMs! - startMs);
    db.exec("COMMIT");
  } finally {
    reader.close();
  }
}

/** A threshold that has ended one part: the other parts were not told. */
function stoppedBy(parts: readonly PartRecord[]): string | null {
  const all = parts.flatMap(({ moment: { verdict } }) =>
    verdict.stoppedBy ?? []
  );
  return all.sort()[0] ?? null;
}
