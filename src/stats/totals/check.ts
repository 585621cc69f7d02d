import { excerpt, type Untrusted } from "../../base/mod.ts";
import { CODES, FAILURE_KINDS, PROTOCOL_NAMES } from "../../protocol/mod.ts";
import { FIRST_PHASES, SCENARIOS_MAX } from "../../pattern/mod.ts";
import {
  RUN_JOURNEYS_MAX,
  RUN_TARGETS_MAX,
  type StepName,
} from "../../plan/mod.ts";
import { COARSE, type Geometry } from "../geometry.ts";
import {
  RUN_HISTOGRAMS,
  type RunHistogram,
  shapeOf,
  TALLY,
} from "../layout.ts";
import { type Reason, REASONS_MAX } from "../reasons.ts";
import { unpackCells } from "./pack.ts";
import { stagesWith } from "./stages.ts";
import {
  COLUMNS,
  failuresOf,
  type HistogramTotals,
  type SeriesTotals,
  type TallyColumns,
  type TargetTotals,
  type Totals,
} from "./totals.ts";

/** Upper bound of a count: a million a second for thirty years. */
const COUNT_MAX = 1e15;
/** Longer than any request may take. */
const DURATION_MS_MAX = 1e8;
const TEXT_CHARS_MAX = 1000;
const UINT32_MAX = 2 ** 32 - 1;
/** Allows for rounding in a sum of many durations. */
const SUM_SLACK = 1 + 1e-6;

/**
 * Checks saved totals: every number in its range, every sum as a run can
 * produce it.
 *
 * @throws {Unfit} for anything else
 */
export function readTotals(totals: Untrusted): Totals {
  const digest = totals.at("digest");
  const [lo, hi] = digest.items(2).map((half) => half.whole(0, UINT32_MAX));
  if (lo === undefined || hi === undefined) throw digest.unfit("two numbers");
  const targets = totals.at("targets");
  const scenarios = readScenarios(totals);
  const saved: SavedShape = {
    cells: readColumns(totals),
    groups: 1 + scenarios.length,
  };
  const read = targets.entries().map(([name, target]) => {
    if (name.length > TEXT_CHARS_MAX) throw target.unfit("of a shorter name");
    return [name, readTarget(target, saved)] as const;
  });
  if (read.length > RUN_TARGETS_MAX) {
    throw targets.unfit(`at most ${RUN_TARGETS_MAX} targets`);
  }
  const journeys = readJourneys(totals, saved);
  const sent = read.reduce((sum, [, { tallies }]) => sum + sentOf(tallies), 0);
  const run = totals.at("run");
  const histograms = RUN_HISTOGRAMS.filter((name) => run.has(name))
    .map((name) => [name, readRunHistogram(run.at(name), name, sent)] as const);
  return {
    columns: COLUMNS,
    digest: [lo, hi],
    run: Object.fromEntries(histograms),
    targets: Object.fromEntries(read),
    ...(journeys && { journeys }),
    ...(scenarios.length > 0 && { scenarios }),
  };
}

function readJourneys(
  totals: Untrusted,
  saved: SavedShape,
): Totals["journeys"] {
  if (!totals.has("journeys")) return undefined;
  const journeys = totals.at("journeys");
  const read = journeys.entries().map(([name, journey]) => {
    if (name.length > TEXT_CHARS_MAX) throw journey.unfit("of a shorter name");
    return [name, readSeries(journey, saved)] as const;
  });
  if (read.length > RUN_JOURNEYS_MAX) {
    throw journeys.unfit(`at most ${RUN_JOURNEYS_MAX} journeys`);
  }
  return Object.fromEntries(read);
}

function readRunHistogram(
  value: Untrusted,
  name: RunHistogram,
  sent: number,
): HistogramTotals | null {
  return value.orNull((some) => readHistogram(some, shapeOf(name), sent));
}

function readTarget(target: Untrusted, saved: SavedShape): TargetTotals {
  const series = readSeries(target, saved);
  const sent = sentOf(series.tallies);
  return {
    ...(target.has("protocol") &&
      { protocol: target.at("protocol").oneOf(PROTOCOL_NAMES) }),
    ...(target.has("step") && { step: readStep(target.at("step")) }),
    codes: readCodes(target.at("codes"), sent),
    ...(target.has("begun") && { begun: target.at("begun").whole(0, sent) }),
    ...series,
  };
}

function readStep(step: Untrusted): StepName {
  return {
    journey: step.at("journey").text(TEXT_CHARS_MAX),
    name: step.at("name").text(TEXT_CHARS_MAX),
  };
}

function readSeries(
  series: Untrusted,
  { cells, groups }: SavedShape,
): SeriesTotals {
  const tallies = byStage(series.at("tallies"), groups)
    .map((tally) => readTally(tally, cells));
  const times = (key: "response" | "service") =>
    byStage(series.at(key), groups).map((value, stage) => {
      const sent = tallies[stage]?.[TALLY.sent] ?? 0;
      return value.orNull((some) => readHistogram(some, COARSE, sent));
    });
  return {
    ...(series.has("reasons") &&
      { reasons: readReasons(series.at("reasons"), tallies) }),
    tallies,
    response: times("response"),
    service: times("service"),
  };
}

/** One for each stage; an older version of kar has saved those of the first phases alone. */
function byStage(list: Untrusted, groups: number): Untrusted[] {
  const stages = stagesWith(groups - 1);
  const items = list.items(stages);
  const isOlder = items.length === groups * FIRST_PHASES;
  if (items.length === stages || isOlder) return items;
  throw list.unfit(`a list of ${stages}`);
}

/** The keys that all saved totals have in common. */
interface SavedShape {
  readonly cells: CellCounts;
  /** Stages come in groups: outside of scenarios, and each of them. */
  readonly groups: number;
}

function readScenarios(totals: Untrusted): string[] {
  if (!totals.has("scenarios")) return [];
  return totals.at("scenarios").items(SCENARIOS_MAX)
    .map((name) => name.text(TEXT_CHARS_MAX));
}

/** Where each cell of a saved tally belongs now. */
type CellCounts = readonly number[];

/** What versions without `columns` have saved. */
const FIRST_COLUMNS = {
  missed: COLUMNS.missed.slice(0, 6),
  failed: COLUMNS.failed.slice(0, 15),
};

function readColumns(totals: Untrusted): CellCounts {
  if (!totals.has("columns")) return cellsOf(FIRST_COLUMNS);
  const columns = totals.at("columns");
  // Nearly all are of this version, and many are read each second.
  if (JSON.stringify(columns.object()) === OWN_COLUMNS) return OWN_CELLS;
  return cellsOf({
    missed: readNames(columns.at("missed"), COLUMNS.missed),
    failed: readNames(columns.at("failed"), COLUMNS.failed),
  });
}

function cellsOf({ missed, failed }: TallyColumns): CellCounts {
  return [
    ...[TALLY.due, TALLY.sent, TALLY.ok],
    ...missed.map((name) => TALLY.missed + COLUMNS.missed.indexOf(name)),
    ...failed.map((name) => TALLY.failed + COLUMNS.failed.indexOf(name)),
  ];
}

const OWN_COLUMNS = JSON.stringify(COLUMNS);
const OWN_CELLS = cellsOf(COLUMNS);

function readNames(list: Untrusted, known: readonly string[]): string[] {
  const names = list.items(known.length).map((name) => name.oneOf(known));
  if (new Set(names).size < names.length) throw list.unfit("names given once");
  return names;
}

/**
 * An earlier process had counted this: nothing is sent that was not due, and
 * nothing ends that was not sent.
 */
function readTally(tally: Untrusted, cells: CellCounts): number[] {
  const saved = tally.wholes(cells.length, { min: 0, max: COUNT_MAX });
  if (saved.length !== cells.length) {
    throw tally.unfit(`a list of ${cells.length}`);
  }
  const counts = new Array<number>(TALLY.width).fill(0);
  for (let i = 0; i < saved.length; i++) counts[cells[i]!] = saved[i]!;
  const { due, sent, missed, done } = sumsOf(counts);
  if (sent + missed > due) throw tally.unfit("at least as many due as sent");
  if (done > sent) throw tally.unfit("at least as many sent as completed");
  return counts;
}

function sumsOf(counts: readonly number[]) {
  const sum = (from: number, to: number) => {
    let all = 0;
    for (let i = from; i < to; i++) all += counts[i]!;
    return all;
  };
  return {
    due: counts[TALLY.due]!,
    sent: counts[TALLY.sent]!,
    missed: sum(TALLY.missed, TALLY.failed),
    done: counts[TALLY.ok]! + sum(TALLY.failed, TALLY.width),
  };
}

function sentOf(tallies: readonly (readonly number[])[]): number {
  return tallies.reduce((sum, tally) => sum + tally[TALLY.sent]!, 0);
}

function readCodes(codes: Untrusted, sent: number): TargetTotals["codes"] {
  let all = 0;
  const read = codes.items(CODES).map((row) => {
    const [code, count, failed] = row.items(3);
    if (failed === undefined) throw row.unfit("a list of 3");
    const total = count!.whole(0, COUNT_MAX);
    all += total;
    return [code!.whole(0, CODES - 1), total, failed.whole(0, total)] as const;
  });
  if (all > sent) throw codes.unfit("at most as many answers as were sent");
  return read;
}

function readReasons(
  reasons: Untrusted,
  tallies: readonly (readonly number[])[],
): Reason[] {
  const items = reasons.items(FAILURE_KINDS.length * REASONS_MAX);
  if (items.length === 0) return [];
  const left = failuresOf(tallies);
  return items.map((reason) => {
    const kind = reason.at("kind").oneOf(FAILURE_KINDS);
    const at = FAILURE_KINDS.indexOf(kind);
    const count = reason.at("count").whole(1, left[at]!);
    left[at]! -= count;
    return {
      kind,
      count,
      code: reason.at("code").orNull((code) => code.whole(0, CODES - 1)),
      reason: excerpt(reason.at("reason").text(TEXT_CHARS_MAX)),
    };
  });
}

function readHistogram(
  histogram: Untrusted,
  shape: Geometry,
  countMax: number,
): HistogramTotals {
  const list = histogram.at("cells");
  const cells = list.isText
    ? unpackCells(list, shape)
    : list.wholes(2 * shape.cells, { min: 0, max: COUNT_MAX });
  let count = 0;
  for (let i = 0; i < cells.length; i += 2) {
    const cell = cells[i]!;
    const isRising = cell < shape.cells && cell > (cells[i - 2] ?? -1);
    const samples = cells[i + 1] ?? 0;
    if (!isRising || samples < 1) throw wrongCell(list, i, shape);
    count += samples;
  }
  if (count > countMax) throw list.unfit("at most as many as were sent");
  const maxMs = histogram.at("maxMs").number(0, DURATION_MS_MAX);
  const minMs = histogram.at("minMs").number(0, maxMs);
  const most = count * maxMs * SUM_SLACK;
  return { cells, minMs, maxMs, sumMs: histogram.at("sumMs").number(0, most) };
}

/** Why a cell cannot be the next one, or cannot have been met so often. */
function wrongCell(list: Untrusted, i: number, shape: Geometry): Error {
  const items = list.items(2 * shape.cells);
  const least = i === 0 ? 0 : items[i - 2]!.whole(0, COUNT_MAX) + 1;
  items[i]!.whole(least, shape.cells - 1);
  items[i + 1]?.whole(1, COUNT_MAX);
  return list.unfit("pairs of a cell and how often it was met");
}
