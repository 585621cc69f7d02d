import { FAILURE_KINDS, PROTOCOL_NAMES } from "../../protocol/mod.ts";
import { type Reason, REASONS_MAX } from "../reasons.ts";
import { addHistograms, withScenarios } from "./stages.ts";
import type {
  CodeTotals,
  SeriesTotals,
  TargetTotals,
  Totals,
} from "./totals.ts";

/** Nothing: the identity of `addTotals`. */
export const NO_TOTALS: Totals = { digest: [0, 0], run: {}, targets: {} };

/**
 * Totals of two parts of the traffic, or of two spans of it, as those of one.
 * Associative and commutative, with `NO_TOTALS` as identity; sums of durations
 * to the rounding of a float.
 */
export function addTotals(a: Totals, other: Totals): Totals {
  const names = [...new Set([...a.scenarios ?? [], ...other.scenarios ?? []])];
  return addSame(withScenarios(a, names), withScenarios(other, names));
}

/** The same for two with the same scenarios. */
function addSame(a: Totals, b: Totals): Totals {
  const columns = a.columns ?? b.columns;
  return {
    ...(columns && { columns }),
    digest: [
      (a.digest[0] + b.digest[0]) >>> 0,
      (a.digest[1] + b.digest[1]) >>> 0,
    ],
    run: joined(a.run, b.run, addHistograms),
    targets: joined(a.targets, b.targets, addTargets),
    ...(a.journeys || b.journeys
      ? { journeys: joined(a.journeys ?? {}, b.journeys ?? {}, addSeries) }
      : {}),
    ...(a.scenarios && { scenarios: a.scenarios }),
  };
}

/** Everything by its name; what both have is added. */
function joined<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  add: (a: T, b: T) => T,
): Record<string, T> {
  const all = new Map(Object.entries(a));
  for (const [name, value] of Object.entries(b)) {
    all.set(name, all.has(name) ? add(all.get(name)!, value) : value);
  }
  return Object.fromEntries(all);
}

function addTargets(a: TargetTotals, b: TargetTotals): TargetTotals {
  const protocol = firstOf(PROTOCOL_NAMES, a.protocol, b.protocol);
  const step = a.step ?? b.step;
  return {
    ...(protocol !== undefined && { protocol }),
    ...(step && { step }),
    codes: addCodes(a.codes, b.codes),
    ...(a.begun !== undefined || b.begun !== undefined
      ? { begun: (a.begun ?? 0) + (b.begun ?? 0) }
      : {}),
    ...addSeries(a, b),
  };
}

function addSeries(a: SeriesTotals, b: SeriesTotals): SeriesTotals {
  const reasons = a.reasons && b.reasons
    ? addReasons(a.reasons, b.reasons)
    : a.reasons ?? b.reasons;
  return {
    ...(reasons !== undefined && { reasons }),
    tallies: paired(
      a.tallies,
      b.tallies,
      (a, b) => paired(a, b, (a, b) => a + b),
    ),
    response: paired(a.response, b.response, addHistograms),
    service: paired(a.service, b.service, addHistograms),
  };
}

/** Which of two is named first; a target has one protocol, unless the user changed it. */
function firstOf<T>(
  order: readonly T[],
  a: T | undefined,
  b: T | undefined,
): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return order.indexOf(a) <= order.indexOf(b) ? a : b;
}

function paired<T>(
  a: readonly T[],
  b: readonly T[],
  add: (a: T, b: T) => T,
): T[] {
  return a.map((value, i) => add(value, b[i]!));
}

function addCodes(
  a: readonly CodeTotals[],
  b: readonly CodeTotals[],
): CodeTotals[] {
  const all = new Map(a.map((row) => [row[0], row]));
  for (const [code, count, failed] of b) {
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
export function addReasons(
  a: readonly Reason[],
  b: readonly Reason[],
): Reason[] {
  const all = new Map<string, Reason>();
  for (const reason of [...a, ...b]) {
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
