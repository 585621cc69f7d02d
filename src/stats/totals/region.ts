import { CODES, FAILURE_KINDS } from "../../protocol/mod.ts";
import {
  type CountedRegion,
  COUNTER,
  emptyRegion,
  type HistogramPlace,
  type Layout,
  MOMENT,
  RUN_HISTOGRAMS,
  TALLY,
  unsettled,
} from "../layout.ts";
import type { TargetReason } from "../reasons.ts";
import { MISSED_REASONS } from "../snapshot.ts";
import { withScenarios } from "./stages.ts";
import type {
  HistogramTotals,
  SeriesTotals,
  TargetTotals,
  Totals,
} from "./totals.ts";

/** Names of what is counted, by place. */
export interface SeriesNames {
  /** Of targets and steps of journeys. */
  readonly targets: readonly string[];
  readonly journeys?: readonly string[];
  readonly scenarios?: readonly string[];
}

/**
 * Totals as a region: it holds what they say of the targets that are named, at
 * the places that these have now.
 */
export function regionOf(
  totals: Totals,
  layout: Layout,
  names: SeriesNames,
): CountedRegion {
  const { digest, run, targets, journeys = {} } = withScenarios(
    totals,
    names.scenarios ?? [],
  );
  const region = emptyRegion(layout);
  [region.cells[COUNTER.digestLo], region.cells[COUNTER.digestHi]] = digest;
  for (const name of RUN_HISTOGRAMS) {
    putHistogram(region, layout.run[name], run[name]);
  }
  names.targets.forEach((name, target) => {
    if (Object.hasOwn(targets, name)) {
      putTarget(region, targets[name]!, { layout, target });
    }
  });
  (names.journeys ?? []).forEach((name, i) => {
    const series = layout.targets + i;
    if (Object.hasOwn(journeys, name)) {
      putSeries(region, journeys[name]!, { layout, series });
    }
  });
  return region;
}

function putTarget(
  region: CountedRegion,
  totals: TargetTotals,
  { layout, target }: { readonly layout: Layout; readonly target: number },
): void {
  const { cells } = region;
  for (const [code, count, failed] of totals.codes) {
    const at = target * CODES + code;
    cells[layout.codes + at] = count;
    cells[layout.failedCodes + at] = failed;
  }
  cells[layout.begun + target] = totals.begun ?? 0;
  cells[layout.later + target] = totals.step === undefined ? 0 : 1;
  putSeries(region, totals, { layout, series: target });
}

function putSeries(
  region: CountedRegion,
  { tallies, response, service }: SeriesTotals,
  { layout, series }: { readonly layout: Layout; readonly series: number },
): void {
  tallies.forEach((tally, stage) => {
    const block = layout.block(series, stage);
    region.cells.set(tally, layout.tally(block));
    putHistogram(region, layout.response(block), response[stage]);
    putHistogram(region, layout.service(block), service[stage]);
  });
}

function putHistogram(
  region: CountedRegion,
  { at, moments: m }: HistogramPlace,
  histogram: HistogramTotals | null | undefined,
): void {
  if (!histogram) return;
  const { cells, sumMs, minMs, maxMs } = histogram;
  for (let i = 0; i + 1 < cells.length; i += 2) {
    region.cells[at]! += cells[i + 1]!;
    region.cells[at + 1 + cells[i]!] = cells[i + 1]!;
  }
  region.floats[m + MOMENT.sum] = sumMs;
  region.floats[m + MOMENT.min] = minMs;
  region.floats[m + MOMENT.max] = maxMs;
}

/** Why requests and journeys of these names failed, by their places now. */
export function reasonsOf(
  { targets, journeys = {} }: Totals,
  names: SeriesNames,
  layout: Layout,
): TargetReason[] {
  const of = (
    all: Readonly<Record<string, SeriesTotals>>,
    name: string,
    target: number,
  ): TargetReason[] => {
    const known = Object.hasOwn(all, name) ? all[name]!.reasons : [];
    return (known ?? []).map((reason) => ({ ...reason, target }));
  };
  return [
    ...names.targets.flatMap((name, i) => of(targets, name, i)),
    ...(names.journeys ?? []).flatMap((name, i) =>
      of(journeys, name, layout.targets + i)
    ),
  ];
}

/** Ends each request that was on its way when a run was saved that does not exist any more. */
export function settled(totals: Totals): Totals {
  const { journeys } = totals;
  return {
    ...totals,
    targets: settledAll(totals.targets),
    ...(journeys && { journeys: settledAll(journeys) }),
  };
}

function settledAll<T extends SeriesTotals>(
  all: Readonly<Record<string, T>>,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(all).map(([name, one]) =>
      [name, { ...one, tallies: one.tallies.map(ended) }] as const
    ),
  );
}

function ended(tally: readonly number[]): readonly number[] {
  const { waiting, open } = unsettled(tally);
  const ends = [...tally];
  ends[TALLY.missed + MISSED_REASONS.indexOf("worker_lost")]! += waiting;
  ends[TALLY.failed + FAILURE_KINDS.indexOf("aborted")]! += open;
  return ends;
}
