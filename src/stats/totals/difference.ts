import { cellMidUs, COARSE, type Geometry } from "../geometry.ts";
import type { Pairs } from "../hdr/mod.ts";
import { type RunHistogram, shapeOf } from "../layout.ts";
import type { Reason } from "../reasons.ts";
import { withAllPhases, withScenarios } from "./stages.ts";
import type {
  CodeTotals,
  HistogramTotals,
  SeriesTotals,
  TargetTotals,
  Totals,
} from "./totals.ts";

type OrNone<T> = T | null | undefined;

/**
 * What was counted between two readings of one run: `addTotals` of it and the
 * earlier one gives the later one. The least and the greatest duration of a
 * span are known to the width of a cell, unless they are new extremes of the
 * run. Scenarios are those of the later reading, and are found in the earlier
 * one by name.
 */
export function subtractTotals(later: Totals, earlier: Totals): Totals {
  const now = withAllPhases(later);
  const { columns, scenarios } = now;
  const before = withScenarios(earlier, scenarios ?? []);
  return {
    ...(columns && { columns }),
    digest: [
      (now.digest[0] - before.digest[0]) >>> 0,
      (now.digest[1] - before.digest[1]) >>> 0,
    ],
    run: mapped(now.run, (histogram, name) =>
      histogramSince(
        histogram,
        before.run[name],
        shapeOf(name as RunHistogram),
      )),
    targets: allSince(now.targets, before.targets, targetSince),
    ...(now.journeys && {
      journeys: allSince(now.journeys, before.journeys ?? {}, seriesSince),
    }),
    ...(scenarios && { scenarios }),
  };
}

function allSince<T>(
  now: Readonly<Record<string, T>>,
  before: Readonly<Record<string, T>>,
  since: (now: T, before: T) => T,
): Record<string, T> {
  return mapped(
    now,
    (value, name) =>
      Object.hasOwn(before, name) ? since(value, before[name]!) : value,
  );
}

function mapped<T>(
  values: Readonly<Record<string, T>>,
  map: (value: T, name: string) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, map(value, name)]),
  );
}

function targetSince(now: TargetTotals, before: TargetTotals): TargetTotals {
  return {
    ...now,
    codes: codesSince(now.codes, before.codes),
    ...(now.begun !== undefined &&
      { begun: now.begun - (before.begun ?? 0) }),
    ...seriesSince(now, before),
  };
}

function seriesSince(now: SeriesTotals, before: SeriesTotals): SeriesTotals {
  const times = (key: "response" | "service") =>
    now[key].map((histogram, phase) =>
      histogramSince(histogram, before[key][phase], COARSE)
    );
  return {
    ...(now.reasons &&
      { reasons: reasonsSince(now.reasons, before.reasons ?? []) }),
    tallies: now.tallies.map((tally, phase) =>
      tally.map((count, i) => count - (before.tallies[phase]?.[i] ?? 0))
    ),
    response: times("response"),
    service: times("service"),
  };
}

function codesSince(
  now: readonly CodeTotals[],
  before: readonly CodeTotals[],
): CodeTotals[] {
  const old = new Map(before.map((row) => [row[0], row]));
  return now.flatMap(([code, count, failed]): CodeTotals[] => {
    const [, known, knownFailed] = old.get(code) ?? [code, 0, 0];
    return count > known || failed > knownFailed
      ? [[code, count - known, failed - knownFailed]]
      : [];
  });
}

function reasonsSince(
  now: readonly Reason[],
  before: readonly Reason[],
): Reason[] {
  return now.flatMap((reason) => {
    const known = before.find((old) =>
      old.kind === reason.kind && old.code === reason.code &&
      old.reason === reason.reason
    );
    const count = reason.count - (known?.count ?? 0);
    return count > 0 ? [{ ...reason, count }] : [];
  });
}

function histogramSince(
  now: HistogramTotals | null,
  before: OrNone<HistogramTotals>,
  shape: Geometry,
): HistogramTotals | null {
  if (!now || !before) return now;
  const cells = cellsSince(now.cells, before.cells);
  if (cells.length === 0) return null;
  const within = (cell: number) =>
    Math.min(Math.max(cellMidUs(shape, cell) / 1000, now.minMs), now.maxMs);
  return {
    cells,
    sumMs: now.sumMs - before.sumMs,
    minMs: now.minMs < before.minMs ? now.minMs : within(cells[0]!),
    maxMs: now.maxMs > before.maxMs ? now.maxMs : within(cells.at(-2)!),
  };
}

/** Pairs of cell and count; the later of two readings has every cell of the earlier one. */
function cellsSince(now: Pairs, before: Pairs): number[] {
  const cells: number[] = [];
  let at = 0;
  for (let i = 0; i + 1 < now.length; i += 2) {
    const isKnown = before[at] === now[i];
    const more = now[i + 1]! - (isKnown ? before[at + 1]! : 0);
    if (isKnown) at += 2;
    if (more > 0) cells.push(now[i]!, more);
  }
  return cells;
}
