import { PHASES } from "../../pattern/mod.ts";
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
import type { HistogramTotals, TargetTotals, Totals } from "./totals.ts";

/**
 * Totals as a region: it holds what they say of the targets that are named, at
 * the places that these have now.
 */
export function regionOf(
  { digest, run, targets }: Totals,
  layout: Layout,
  names: readonly string[],
): CountedRegion {
  const region = emptyRegion(layout);
  [region.cells[COUNTER.digestLo], region.cells[COUNTER.digestHi]] = digest;
  for (const name of RUN_HISTOGRAMS) {
    putHistogram(region, layout.run[name], run[name]);
  }
  names.forEach((name, target) => {
    if (Object.hasOwn(targets, name)) {
      putTarget(region, targets[name]!, { layout, target });
    }
  });
  return region;
}

function putTarget(
  region: CountedRegion,
  { codes, begun, tallies, response, service }: TargetTotals,
  { layout, target }: { readonly layout: Layout; readonly target: number },
): void {
  const { cells } = region;
  for (const [code, count, failed] of codes) {
    const at = target * CODES + code;
    cells[layout.codes + at] = count;
    cells[layout.failedCodes + at] = failed;
  }
  cells[layout.begun + target] = begun ?? 0;
  PHASES.forEach((_, phase) => {
    const block = layout.block(target, phase);
    cells.set(tallies[phase] ?? [], layout.tally(block));
    putHistogram(region, layout.response(block), response[phase]);
    putHistogram(region, layout.service(block), service[phase]);
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

/** Why requests of the named targets failed, by the places that these have now. */
export function reasonsOf(
  { targets }: Totals,
  names: readonly string[],
): TargetReason[] {
  return names.flatMap((name, target) => {
    const known = Object.hasOwn(targets, name) ? targets[name]!.reasons : [];
    return (known ?? []).map((reason) => ({ ...reason, target }));
  });
}

/** Gives an end to each request that was on its way when a run was saved that is no more. */
export function settled(totals: Totals): Totals {
  const targets = Object.entries(totals.targets).map(([name, target]) =>
    [name, { ...target, tallies: target.tallies.map(ended) }] as const
  );
  return { ...totals, targets: Object.fromEntries(targets) };
}

function ended(tally: readonly number[]): readonly number[] {
  const { waiting, open } = unsettled(tally);
  const ends = [...tally];
  ends[TALLY.missed + MISSED_REASONS.indexOf("worker_lost")]! += waiting;
  ends[TALLY.failed + FAILURE_KINDS.indexOf("aborted")]! += open;
  return ends;
}
