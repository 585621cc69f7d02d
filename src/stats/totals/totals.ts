import type { StepName, TargetPlan } from "../../plan/mod.ts";
import { FAILURE_KINDS, type ProtocolName } from "../../protocol/mod.ts";
import type { Distribution } from "../distribution.ts";
import type { Pairs } from "../hdr/mod.ts";
import { type HistogramPlace, RUN_HISTOGRAMS, TALLY } from "../layout.ts";
import type { Reason } from "../reasons.ts";
import { MISSED_REASONS } from "../snapshot.ts";
import type { Sums } from "../sums.ts";

/** A histogram as JSON: its cells that are not empty, in pairs, and its moments. */
export interface HistogramTotals {
  /** A typed array where another process has told it; see `plainTotals`. */
  readonly cells: Pairs;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** Names of a tally's cells after due, sent and ok, in their order. */
export interface TallyColumns {
  readonly missed: readonly string[];
  readonly failed: readonly string[];
}

/** Those of this version. */
export const COLUMNS: TallyColumns = {
  missed: MISSED_REASONS,
  failed: FAILURE_KINDS,
};

/** For one code: answers, and those of them that were not a success. */
export type CodeTotals = readonly [code: number, count: number, failed: number];

/** What is counted of every series, by stage: phases, and after them those of each scenario. */
export interface SeriesTotals {
  readonly reasons?: readonly Reason[];
  readonly tallies: readonly (readonly number[])[];
  readonly response: readonly (HistogramTotals | null)[];
  readonly service: readonly (HistogramTotals | null)[];
}

/** Totals of one target, or of one step of a journey. */
export interface TargetTotals extends SeriesTotals {
  /** Absent in what an earlier version has saved. */
  readonly protocol?: ProtocolName;
  /** Present where it is a step of a journey. */
  readonly step?: StepName;
  /** By rising code. */
  readonly codes: readonly CodeTotals[];
  /** Absent in what older versions of kar have saved. */
  readonly begun?: number;
}

/**
 * Everything that was counted, except the timeline: a value, plain JSON, by the
 * names of targets instead of places in memory. It can be saved and sent;
 * `addTotals` adds two, `regionOf` turns them into memory that a collector
 * reads.
 */
export interface Totals {
  /** What the cells of a tally count; absent in what earlier versions have saved. */
  readonly columns?: TallyColumns;
  readonly digest: readonly [lo: number, hi: number];
  readonly run: Readonly<Record<string, HistogramTotals | null>>;
  readonly targets: Readonly<Record<string, TargetTotals>>;
  /** Journeys as a whole; absent where there are none. */
  readonly journeys?: Readonly<Record<string, SeriesTotals>>;
  /** Names of the scenarios that have stages; absent where there are none. */
  readonly scenarios?: readonly string[];
}

/** What is counted, by its place in memory. */
export interface Counted {
  readonly targets: readonly Pick<TargetPlan, "name" | "protocol" | "step">[];
  readonly journeys?: readonly { readonly name: string }[] | undefined;
  readonly scenarios?: readonly { readonly name: string }[] | undefined;
  readonly reasonsOf: (series: number) => readonly Reason[];
}

/** Sums as a value. */
export function totalsOf(
  sums: Sums,
  { targets, journeys = [], scenarios = [], reasonsOf }: Counted,
): Totals {
  const { layout } = sums;
  return {
    columns: COLUMNS,
    digest: sums.digest(),
    run: Object.fromEntries(
      RUN_HISTOGRAMS.map((name) => [name, timesOf(sums, layout.run[name])]),
    ),
    targets: Object.fromEntries(
      targets.map(({ name, protocol, step }, target) => [name, {
        protocol,
        ...(step && { step }),
        codes: codesOf(sums, target),
        begun: sums.begun(target),
        ...seriesOf(sums, target, reasonsOf(target)),
      }]),
    ),
    ...(journeys.length > 0 && {
      journeys: Object.fromEntries(
        journeys.map(({ name }, i) => {
          const series = layout.targets + i;
          return [name, seriesOf(sums, series, reasonsOf(series))];
        }),
      ),
    }),
    ...(scenarios.length > 0 &&
      { scenarios: scenarios.map(({ name }) => name) }),
  };
}

function seriesOf(
  sums: Sums,
  series: number,
  reasons: readonly Reason[],
): SeriesTotals {
  const { layout } = sums;
  const byStage = <T>(read: (block: number) => T) =>
    Array.from(
      { length: layout.stages },
      (_, stage) => read(layout.block(series, stage)),
    );
  const tallies = byStage((block) => tallyOf(sums, layout.tally(block)));
  return {
    reasons: counted(reasons, tallies),
    tallies,
    response: byStage((block) => timesOf(sums, layout.response(block))),
    service: byStage((block) => timesOf(sums, layout.service(block))),
  };
}

function timesOf(sums: Sums, place: HistogramPlace): HistogramTotals | null {
  return histogramTotals(sums.distribution([place]));
}

function tallyOf(sums: Sums, at: number): number[] {
  return Array.from({ length: TALLY.width }, (_, i) => sums.total(at + i));
}

function codesOf(sums: Sums, target: number): CodeTotals[] {
  const failed = sums.failedCodes(target);
  return [...sums.codes(target)]
    .map(([code, count]) => [code, count, failed.get(code) ?? 0]);
}

/**
 * Reasons are reported a moment before the failures are counted: those without
 * a counted failure are left out.
 */
function counted(
  reasons: readonly Reason[],
  tallies: TargetTotals["tallies"],
): Reason[] {
  const left = failuresOf(tallies);
  return reasons.flatMap((reason) => {
    const at = FAILURE_KINDS.indexOf(reason.kind);
    const count = Math.min(reason.count, left[at]!);
    left[at]! -= count;
    return count > 0 ? [{ ...reason, count }] : [];
  });
}

/**
 * Totals of a part of a run, without reasons that were reported in it for
 * failures before it.
 */
export function withCountedReasons(totals: Totals): Totals {
  const { targets, journeys } = totals;
  return {
    ...totals,
    targets: allCounted(targets),
    ...(journeys && { journeys: allCounted(journeys) }),
  };
}

function allCounted<T extends SeriesTotals>(
  all: Readonly<Record<string, T>>,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(all).map(([name, series]) => [
      name,
      series.reasons === undefined ? series : {
        ...series,
        reasons: counted(series.reasons, series.tallies),
      },
    ]),
  );
}

/** How many requests of a target failed, by kind. */
export function failuresOf(tallies: TargetTotals["tallies"]): number[] {
  return FAILURE_KINDS.map((_, i) =>
    tallies.reduce((sum, tally) => sum + tally[TALLY.failed + i]!, 0)
  );
}

function histogramTotals(durations: Distribution): HistogramTotals | null {
  if (durations.count === 0) return null;
  const { sumMs, minMs, maxMs } = durations;
  return { cells: [...durations.cells()].flat(), sumMs, minMs, maxMs };
}
