import { KarError, SLOT_MS, SLOTS_PER_SEC } from "../../base/mod.ts";
import {
  dueOf,
  firedAt,
  type KnownPlans,
  type PartsOfRun,
  type PartSpan,
  type TraceOf,
} from "../../merge/mod.ts";
import { TALLY, type Totals } from "../../stats/mod.ts";
import type { TimelineRow } from "../interval/mod.ts";
import type { StoredMoment } from "../meta.ts";
import type { RecordReader } from "../read/mod.ts";
import type { RunRow } from "../store/mod.ts";

/** Seconds before a kill in which a slot may be half counted. */
const UNSURE_SEC = 2;

/** A record that is merged with others. */
export interface PartRecord extends PartsOfRun, KnownPlans {
  readonly reader: RecordReader;
  /** The process that wrote it last. */
  readonly run: RunRow;
  readonly moment: StoredMoment;
  /** The first slot after the end that it knows of. */
  readonly endSlot: number;
}

/**
 * What a record says of the part of a run that it holds.
 *
 * @param trace needed where a replay was killed
 * @throws {KarError} `usage` when it holds nothing, or was never fired
 */
export function readPart(reader: RecordReader, trace?: TraceOf): PartRecord {
  const runs = reader.runs();
  const run = runs.findLast(({ moment }) => moment !== null);
  const moment = run?.moment ?? null;
  const fireSlot = moment?.control.firedSlot ?? null;
  if (run === undefined || moment === null || fireSlot === null) {
    throw nothingIn(reader);
  }
  const first = runs[0]!;
  const aheadMs = first.startMs - fireSlot * SLOT_MS;
  const plans = reader.plans();
  return {
    reader,
    name: reader.path,
    run,
    moment,
    plans,
    planIds: [...new Set(plans.map(({ plan }) => plan.planId))],
    fireSlot,
    firedMs: first.begunMs - aheadMs,
    endSlot: slotAt(moment.endMs ?? moment.nowMs),
    spans: moment.merged?.spans ??
      spansOf(reader, runs, { fireSlot, trace }),
  };
}

/** Everything that a record has counted itself, as exactly as it is known. */
export function totalsOf({ reader, run }: PartRecord): Totals {
  const ending = reader.ending();
  const isOne = reader.runs().length === 1 && run.before === null;
  return isOne && ending !== null ? ending.totals : reader.measures().totals;
}

function spansOf(
  reader: RecordReader,
  runs: readonly RunRow[],
  { fireSlot, trace }: Pick<CountedSpan, "fireSlot" | "trace">,
): PartSpan[] {
  return runs.map((run, i) => {
    const { moment, endedMs, machine: { host } } = run;
    const { part, parts, runId } = run;
    const fromSlot = slotAt(run.startMs);
    const isEnded = endedMs !== null;
    const lastMs = (isEnded ? moment?.endMs : null) ?? moment?.nowMs ??
      run.startMs;
    const toSlot = Math.max(
      fromSlot,
      isEnded ? slotAt(lastMs) : Math.floor(lastMs / SLOT_MS),
    );
    const counted: CountedSpan = {
      run,
      fromSlot,
      toSlot,
      fireSlot,
      trace,
      next: runs[i + 1],
    };
    return {
      ...{ part, parts, host, runId, fromSlot, toSlot },
      over: isEnded ? 0 : overOf(reader, counted),
      end: isEnded ? "ended" : "killed",
      control: moment?.control ?? firedAt(fireSlot),
      planId: run.plan.planId,
      ...(run.fleet !== undefined && { fleet: run.fleet }),
    };
  });
}

interface CountedSpan {
  readonly run: RunRow;
  readonly fromSlot: number;
  readonly toSlot: number;
  readonly fireSlot: number;
  readonly trace: TraceOf | undefined;
  /** The process that went on in the same record. */
  readonly next: RunRow | undefined;
}

/**
 * How many more were counted than the slots before `toSlot` contain. What is a
 * few seconds old is complete; everything since is counted twice, here and in
 * the plan.
 */
function overOf(
  reader: RecordReader,
  { run, fromSlot, toSlot, fireSlot, trace, next }: CountedSpan,
): number {
  const { plan, part, parts } = run;
  const whole = Math.floor((toSlot - fromSlot) / SLOTS_PER_SEC);
  const from = fromSlot + SLOTS_PER_SEC * Math.max(0, whole - UNSURE_SEC);
  const changes = reader.changes({ from: -Infinity, to: Infinity });
  const planned = dueOf(
    { plan, plans: reader.plans(), fireSlot, changes, part, parts, trace },
    { from, to: toSlot },
  );
  const second = Math.floor(from / SLOTS_PER_SEC);
  const since = next === undefined
    ? dueOfTotals(reader.measures().totals) -
      dueOfRows(reader, { to: second })
    : dueOfRows(reader, { from: second, to: Math.floor(next.startMs / 1000) });
  return since - planned;
}

function dueOfRows(
  reader: RecordReader,
  span: { readonly from?: number; readonly to: number },
): number {
  const whole = { ...reader.extent(), ...span };
  if (whole.from >= whole.to) return 0;
  const sum = (due: number, row: TimelineRow) => due + row.due;
  return reader.timeline(whole).rows.reduce(sum, 0);
}

/** All arrivals: requests of targets, and journeys; a step is due with its journey. */
function dueOfTotals({ targets, journeys = {} }: Totals): number {
  const series = [
    ...Object.values(targets).filter(({ step }) => step === undefined),
    ...Object.values(journeys),
  ];
  return series.flatMap(({ tallies }) => tallies)
    .reduce((sum, tally) => sum + tally[TALLY.due]!, 0);
}

/** The slot whose edge an instant is. */
function slotAt(ms: number): number {
  return Math.ceil(ms / SLOT_MS);
}

function nothingIn({ path }: RecordReader): KarError {
  return new KarError(
    "usage",
    `Cannot use ${path}: it holds nothing: its run was never fired, or was killed before its first second was written`,
  );
}
