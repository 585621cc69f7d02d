import type { TargetPlan } from "../plan/mod.ts";
import { PHASES } from "../pattern/mod.ts";
import { CODES, FAILURE_KINDS, type ProtocolName } from "../protocol/mod.ts";
import type { Collector } from "./collector.ts";
import type { Distribution } from "./distribution.ts";
import { Histogram } from "./histogram.ts";
import {
  COUNTER,
  type HistogramPlace,
  type Layout,
  RUN_HISTOGRAMS,
  TALLY,
  unsettled,
} from "./layout.ts";
import type { Reason, TargetReason } from "./reasons.ts";
import { MISSED_REASONS } from "./snapshot.ts";

/** A histogram as JSON: its cells that are not empty, in pairs, and its moments. */
export interface SavedHistogram {
  readonly cells: readonly number[];
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** One target's totals, by phase. */
export interface SavedTarget {
  /** Absent in what an earlier version has saved. */
  readonly protocol?: ProtocolName;
  readonly codes: readonly (readonly [
    code: number,
    count: number,
    failed: number,
  ])[];
  /** Absent in what older versions of kar have saved. */
  readonly begun?: number;
  readonly reasons?: readonly Reason[];
  readonly tallies: readonly (readonly number[])[];
  readonly response: readonly (SavedHistogram | null)[];
  readonly service: readonly (SavedHistogram | null)[];
}

/** Totals of a run as plain JSON, by the targets' names. */
export interface SavedTotals {
  readonly digest: readonly [lo: number, hi: number];
  readonly run: Readonly<Record<string, SavedHistogram | null>>;
  readonly targets: Readonly<Record<string, SavedTarget>>;
}

/** Everything that was counted, but the timeline. */
export function saveTotals(
  collector: Collector,
  layout: Layout,
  { targets, reasonsOf }: {
    readonly targets: readonly Pick<TargetPlan, "name" | "protocol">[];
    readonly reasonsOf: (target: number) => readonly Reason[];
  },
): SavedTotals {
  const saved = (place: HistogramPlace) =>
    saveHistogram(collector.histograms.distribution([place]));
  return {
    digest: [
      collector.total(COUNTER.digestLo),
      collector.total(COUNTER.digestHi),
    ],
    run: Object.fromEntries(
      RUN_HISTOGRAMS.map((name) => [name, saved(layout.run[name])]),
    ),
    targets: Object.fromEntries(
      targets.map(({ name, protocol }, target) => {
        const times = (name: "response" | "service") =>
          PHASES.map((_, phase) =>
            saved(layout[name](layout.block(target, phase)))
          );
        const tallies = PHASES.map((_, phase) =>
          tallyOf(collector, layout.tally(layout.block(target, phase)))
        );
        return [name, {
          protocol,
          codes: codesOf(collector, target),
          begun: collector.begun(target),
          reasons: counted(reasonsOf(target), tallies),
          tallies,
          response: times("response"),
          service: times("service"),
        }];
      }),
    ),
  };
}

function tallyOf(collector: Collector, at: number): number[] {
  return Array.from({ length: TALLY.width }, (_, i) => collector.total(at + i));
}

function codesOf(collector: Collector, target: number): SavedTarget["codes"] {
  const failed = collector.failedCodes(target);
  return [...collector.codes(target)]
    .map(([code, count]) => [code, count, failed.get(code) ?? 0]);
}

/** Puts saved totals into a collector that has counted nothing yet. */
export function loadTotals(
  { digest, run, targets }: SavedTotals,
  { collector, layout, names, addReason }: {
    readonly collector: Collector;
    readonly layout: Layout;
    readonly names: readonly string[];
    readonly addReason: (reason: TargetReason) => void;
  },
): void {
  collector.preload(COUNTER.digestLo, digest[0]);
  collector.preload(COUNTER.digestHi, digest[1]);
  const load = (place: HistogramPlace, saved?: SavedHistogram | null) => {
    if (saved) collector.histograms.preload(place, loadHistogram(place, saved));
  };
  for (const name of RUN_HISTOGRAMS) load(layout.run[name], run[name]);
  names.forEach((name, target) => {
    if (!Object.hasOwn(targets, name)) return;
    const saved = targets[name]!;
    for (const [code, count, failed] of saved.codes) {
      const at = target * CODES + code;
      collector.preload(layout.codes + at, count);
      collector.preload(layout.failedCodes + at, failed);
    }
    collector.preload(layout.begun + target, saved.begun ?? 0);
    for (const reason of saved.reasons ?? []) addReason({ ...reason, target });
    PHASES.forEach((_, phase) => {
      const block = layout.block(target, phase);
      closed(saved.tallies[phase] ?? []).forEach((count, i) =>
        collector.preload(layout.tally(block) + i, count)
      );
      load(layout.response(block), saved.response[phase]);
      load(layout.service(block), saved.service[phase]);
    });
  });
}

/**
 * Reasons are told a moment before the failures are counted: what is ahead of
 * the counts is left out.
 */
function counted(
  reasons: readonly Reason[],
  tallies: SavedTarget["tallies"],
): Reason[] {
  const left = failuresOf(tallies);
  return reasons.flatMap((reason) => {
    const at = FAILURE_KINDS.indexOf(reason.kind);
    const count = Math.min(reason.count, left[at]!);
    left[at]! -= count;
    return count > 0 ? [{ ...reason, count }] : [];
  });
}

/** How many requests of a target failed, by kind. */
export function failuresOf(tallies: SavedTarget["tallies"]): number[] {
  return FAILURE_KINDS.map((_, i) =>
    tallies.reduce((sum, tally) => sum + tally[TALLY.failed + i]!, 0)
  );
}

/** Gives an end to each request that was on its way when the other run was saved. */
function closed(tally: readonly number[]): readonly number[] {
  const { waiting, open } = unsettled(tally);
  const ended = [...tally];
  ended[TALLY.missed + MISSED_REASONS.indexOf("worker_lost")]! += waiting;
  ended[TALLY.failed + FAILURE_KINDS.indexOf("aborted")]! += open;
  return ended;
}

function saveHistogram(durations: Distribution): SavedHistogram | null {
  if (durations.count === 0) return null;
  const { sumMs, minMs, maxMs } = durations;
  return { cells: [...durations.cells()].flat(), sumMs, minMs, maxMs };
}

function loadHistogram(
  { shape }: HistogramPlace,
  { cells, sumMs, minMs, maxMs }: SavedHistogram,
): Histogram {
  const histogram = new Histogram(shape);
  for (let i = 0; i + 1 < cells.length; i += 2) {
    histogram.counts[cells[i]!] = cells[i + 1]!;
  }
  return Object.assign(histogram, { sumMs, minMs, maxMs });
}
