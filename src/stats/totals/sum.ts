import {
  FAILURE_KINDS,
  PROTOCOL_NAMES,
  type ProtocolName,
} from "../../protocol/mod.ts";
import { type Reason, REASONS_MAX } from "../reasons.ts";
import { sumHistograms } from "./histograms.ts";
import { withScenarios } from "./stages.ts";
import type {
  CodeTotals,
  SeriesTotals,
  TargetTotals,
  Totals,
} from "./totals.ts";

/** Nothing: the identity of `addTotals`. */
export const NO_TOTALS: Totals = { digest: [0, 0], run: {}, targets: {} };

/**
 * Totals of parts of the traffic, or of spans of it, as those of one.
 * Associative and commutative, with `NO_TOTALS` as identity; sums of durations
 * to the rounding of a float.
 */
export function sumTotals(all: readonly Totals[]): Totals {
  const names = [...new Set(all.flatMap(({ scenarios = [] }) => scenarios))];
  const some = all.map((totals) => withScenarios(totals, names));
  const columns = some.find(({ columns }) => columns)?.columns;
  const journeys = some.flatMap(({ journeys }) => journeys ? [journeys] : []);
  return {
    ...(columns && { columns }),
    digest: [digestOf(some, 0), digestOf(some, 1)],
    run: joined(some.map(({ run }) => run), sumHistograms),
    targets: joined(some.map(({ targets }) => targets), sumTargets),
    ...(journeys.length > 0 && { journeys: joined(journeys, sumSeries) }),
    ...(names.length > 0 && { scenarios: names }),
  };
}

/** The same for two. */
export function addTotals(a: Totals, b: Totals): Totals {
  return sumTotals([a, b]);
}

function digestOf(all: readonly Totals[], half: 0 | 1): number {
  return all.reduce((sum, { digest }) => (sum + digest[half]) >>> 0, 0);
}

/** Everything by its name; what several have is summed. */
function joined<T>(
  all: readonly Readonly<Record<string, T>>[],
  sum: (same: readonly T[]) => T,
): Record<string, T> {
  const byName = new Map<string, T[]>();
  for (const each of all) {
    for (const [name, value] of Object.entries(each)) {
      const same = byName.get(name);
      if (same === undefined) byName.set(name, [value]);
      else same.push(value);
    }
  }
  return Object.fromEntries(
    [...byName].map(([name, same]) =>
      [name, same.length === 1 ? same[0]! : sum(same)] as const
    ),
  );
}

function sumTargets(all: readonly TargetTotals[]): TargetTotals {
  const protocol = firstNamed(all.flatMap(({ protocol }) => protocol ?? []));
  const step = all.find(({ step }) => step)?.step;
  const begun = all.flatMap(({ begun }) => begun ?? []);
  return {
    ...(protocol !== undefined && { protocol }),
    ...(step && { step }),
    codes: sumCodes(all.flatMap(({ codes }) => codes)),
    ...(begun.length > 0 && { begun: begun.reduce((a, b) => a + b) }),
    ...sumSeries(all),
  };
}

function sumSeries(all: readonly SeriesTotals[]): SeriesTotals {
  const reasons = all.flatMap(({ reasons }) => reasons ? [reasons] : []);
  return {
    ...(reasons.length > 0 && { reasons: sumReasons(reasons) }),
    tallies: byStage(all.map(({ tallies }) => tallies), sumTallies),
    response: byStage(all.map(({ response }) => response), sumHistograms),
    service: byStage(all.map(({ service }) => service), sumHistograms),
  };
}

/** A target has one protocol, unless the user changed it. */
function firstNamed(names: readonly ProtocolName[]): ProtocolName | undefined {
  return PROTOCOL_NAMES.find((name) => names.includes(name));
}

function byStage<T>(
  all: readonly (readonly T[])[],
  sum: (same: readonly T[]) => T,
): T[] {
  return all[0]!.map((_, stage) => sum(all.map((each) => each[stage]!)));
}

function sumTallies(all: readonly (readonly number[])[]): number[] {
  const sums = [...all[0]!];
  for (const tally of all.slice(1)) {
    for (let i = 0; i < sums.length; i++) sums[i]! += tally[i]!;
  }
  return sums;
}

function sumCodes(rows: readonly CodeTotals[]): CodeTotals[] {
  const all = new Map<number, CodeTotals>();
  for (const [code, count, failed] of rows) {
    const [, more, moreFailed] = all.get(code) ?? [code, 0, 0];
    all.set(code, [code, count + more, failed + moreFailed]);
  }
  return [...all.values()].sort(([a], [b]) => a - b);
}

/**
 * The first `REASONS_MAX` of each kind in the order of their texts. Which ones
 * came first is not known any more; and a reason that is among the first of all
 * is among the first of each part, so its count is complete.
 */
export function sumReasons(lists: readonly (readonly Reason[])[]): Reason[] {
  const all = new Map<string, Reason>();
  for (const reason of lists.flat()) {
    const key = JSON.stringify([reason.kind, reason.code, reason.reason]);
    const count = reason.count + (all.get(key)?.count ?? 0);
    all.set(key, { ...reason, count });
  }
  const sorted = inOrder([...all.values()]);
  return FAILURE_KINDS.flatMap((wanted) =>
    sorted.filter(({ kind }) => kind === wanted).slice(0, REASONS_MAX)
  );
}

/** By code, then by text. */
function inOrder(reasons: readonly Reason[]): Reason[] {
  return reasons.toSorted((a, b) =>
    (a.code ?? 0) - (b.code ?? 0) ||
    Number(a.reason > b.reason) - Number(a.reason < b.reason)
  );
}
