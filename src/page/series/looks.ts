import { codeName } from "../../protocol/mod.ts";
import {
  COARSE,
  type Counts,
  FINE,
  type Snapshot,
  type Tally,
  type TargetSnapshot,
} from "../../stats/mod.ts";
import { cellsOf, type CellSum } from "./cells.ts";
import type { DurationCells, GeneratorLoad, SeriesPart } from "./interval.ts";

/** What was counted up to one look at a run. */
export interface CountedAt {
  /** Milliseconds of plan time since the run's start. */
  readonly atMs: number;
  readonly all: SeriesPart;
  readonly targets: readonly SeriesPart[];
  readonly sendLag: DurationCells;
  readonly cpuMs: number;
}

/** What happened between two looks. */
export interface RunLook {
  readonly fromMs: number;
  readonly toMs: number;
  readonly all: SeriesPart;
  readonly targets: readonly SeriesPart[];
  readonly factors: Readonly<Record<string, number>> | null;
  readonly generator: GeneratorLoad;
}

/** All that sends requests, by the names that a page shows: targets, then the steps of journeys. */
export function sendersIn(
  { targets, journeys }: Pick<Snapshot, "targets" | "journeys">,
): TargetSnapshot[] {
  return [...targets, ...journeys.flatMap(({ steps }) => steps)];
}

/** Everything that a snapshot has counted. */
export function countedIn(snapshot: Snapshot, scratch: CellSum): CountedAt {
  const { latency, cost } = snapshot;
  const parts = sendersIn(snapshot).map((target) => ({
    ...partOf(target, cellsOf(target.response, COARSE, scratch)),
    failed: byCode(target),
  }));
  return {
    atMs: snapshot.nowMs - snapshot.startMs,
    all: {
      ...partOf(snapshot, cellsOf(latency.response, FINE, scratch)),
      failed: parts.map(({ failed }) => failed).reduce(addCounts, {}),
    },
    targets: parts,
    sendLag: cellsOf(latency.sendLag, FINE, scratch),
    cpuMs: cost.cpuSec * 1000,
  };
}

/** Failures by kind; an answer that says no by its code. */
function byCode(
  { failed, protocol, statusFailed }: TargetSnapshot,
): Counts<string> {
  const { status = 0, ...others } = failed;
  const codes = [...statusFailed].map(([code, n]) =>
    [`status ${codeName(code, protocol)}`, n] as const
  );
  const known = codes.reduce((sum, [, n]) => sum + n, 0);
  const named: Counts<string> = Object.fromEntries(codes);
  const rest = status > known ? { status: status - known } : {};
  return addCounts(addCounts(others, named), rest);
}

function partOf(
  { due, sent, ok, failed, missed }: Tally,
  response: DurationCells,
): SeriesPart {
  return { due, sent, ok, failed, missed, response };
}

/** What came between two counts. A target that is new had nothing before. */
export function between(
  before: CountedAt,
  now: CountedAt,
  scratch: CellSum,
): Omit<RunLook, "factors" | "generator"> & {
  readonly sendLag: DurationCells;
} {
  const minus = (a: DurationCells, b: DurationCells) =>
    scratch.clear().add(a).add(b, -1).cells();
  return {
    fromMs: before.atMs,
    toMs: now.atMs,
    all: lessPart(now.all, before.all, minus),
    targets: now.targets.map((part, i) =>
      lessPart(part, before.targets[i], minus)
    ),
    sendLag: minus(now.sendLag, before.sendLag),
  };
}

function lessPart(
  now: SeriesPart,
  before: SeriesPart | undefined,
  minus: (a: DurationCells, b: DurationCells) => DurationCells,
): SeriesPart {
  if (before === undefined) return now;
  return {
    due: now.due - before.due,
    sent: now.sent - before.sent,
    ok: now.ok - before.ok,
    failed: lessCounts(now.failed, before.failed),
    missed: lessCounts(now.missed, before.missed),
    response: minus(now.response, before.response),
  };
}

function lessCounts(
  now: Counts<string>,
  before: Counts<string>,
): Counts<string> {
  const entries = Object.entries(now)
    .map(([name, n]) => [name, (n ?? 0) - (before[name] ?? 0)] as const);
  return Object.fromEntries(entries.filter(([, n]) => n !== 0));
}

/** Two looks that follow each other, as one. */
export function joined(a: RunLook, b: RunLook, scratch: CellSum): RunLook {
  const plus = (a: DurationCells, b: DurationCells) =>
    scratch.clear().add(a).add(b).cells();
  return {
    fromMs: a.fromMs,
    toMs: b.toMs,
    all: addParts(a.all, b.all, plus),
    targets: b.targets.map((part, i) => addParts(a.targets[i], part, plus)),
    factors: b.factors ?? a.factors,
    generator: {
      cpuMs: a.generator.cpuMs + b.generator.cpuMs,
      ofMs: a.generator.ofMs + b.generator.ofMs,
      rssBytes: Math.max(a.generator.rssBytes, b.generator.rssBytes),
      inFlight: Math.max(a.generator.inFlight, b.generator.inFlight),
      sendLag: plus(a.generator.sendLag, b.generator.sendLag),
    },
  };
}

/** Sum of two parts; the first may not have been there. */
export function addParts(
  a: SeriesPart | undefined,
  b: SeriesPart,
  plus: (a: DurationCells, b: DurationCells) => DurationCells,
): SeriesPart {
  if (a === undefined) return b;
  return {
    due: a.due + b.due,
    sent: a.sent + b.sent,
    ok: a.ok + b.ok,
    failed: addCounts(a.failed, b.failed),
    missed: addCounts(a.missed, b.missed),
    response: plus(a.response, b.response),
  };
}

/** Sum of counts by name. */
export function addCounts(
  a: Counts<string>,
  b: Counts<string>,
): Counts<string> {
  const sum: Record<string, number> = { ...(a as Record<string, number>) };
  for (const [name, n] of Object.entries(b)) {
    sum[name] = (sum[name] ?? 0) + (n ?? 0);
  }
  return sum;
}
