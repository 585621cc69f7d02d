import {
  FIRST_PHASES,
  phaseOfStage,
  PHASES,
  scenarioOfStage,
} from "../../pattern/mod.ts";
import { sumHistograms } from "./histograms.ts";
import type { HistogramTotals, SeriesTotals, Totals } from "./totals.ts";

/** How many stages there are with so many scenarios. */
export function stagesWith(scenarios: number): number {
  return (1 + scenarios) * PHASES.length;
}

/**
 * Totals with a place for every phase: an older version of kar has saved the
 * first ones only.
 */
export function withAllPhases(totals: Totals): Totals {
  const groups = 1 + (totals.scenarios ?? []).length;
  const all = [
    ...Object.values(totals.targets),
    ...Object.values(totals.journeys ?? {}),
  ];
  const isOlder = ({ tallies }: SeriesTotals) =>
    tallies.length === groups * FIRST_PHASES;
  if (!all.some(isOlder)) return totals;
  const map = Array.from(
    { length: groups * FIRST_PHASES },
    (_, stage) =>
      Math.floor(stage / FIRST_PHASES) * PHASES.length + stage % FIRST_PHASES,
  );
  const of = <T extends SeriesTotals>(some: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(some).map(([name, series]) =>
        [name, mapped(series, map, groups * PHASES.length)] as const
      ),
    );
  return {
    ...totals,
    targets: of(totals.targets),
    ...(totals.journeys && { journeys: of(totals.journeys) }),
  };
}

/**
 * For each stage of some totals, its number among other scenarios, by the
 * scenario's name. A stage whose scenario does not exist there counts outside
 * of all scenarios.
 */
function stageMap(
  from: readonly string[],
  to: readonly string[],
): number[] {
  return Array.from({ length: stagesWith(from.length) }, (_, stage) => {
    const scenario = scenarioOfStage(stage);
    const index = scenario < 0 ? -1 : to.indexOf(from[scenario]!);
    return (1 + index) * PHASES.length + phaseOfStage(stage);
  });
}

/** Totals among other scenarios, with all phases; see `stageMap`. */
export function withScenarios(
  saved: Totals,
  names: readonly string[],
): Totals {
  const totals = withAllPhases(saved);
  const { scenarios = [], ...rest } = totals;
  if (JSON.stringify(scenarios) === JSON.stringify(names)) return totals;
  const map = stageMap(scenarios, names);
  const of = <T extends SeriesTotals>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(all).map(([name, series]) =>
        [name, mapped(series, map, stagesWith(names.length))] as const
      ),
    );
  return {
    ...rest,
    targets: of(totals.targets),
    ...(totals.journeys && { journeys: of(totals.journeys) }),
    ...(names.length > 0 && { scenarios: names }),
  };
}

function mapped<T extends SeriesTotals>(
  series: T,
  map: readonly number[],
  stages: number,
): T {
  const width = series.tallies[0]?.length ?? 0;
  const tallies = Array.from(
    { length: stages },
    () => new Array<number>(width).fill(0),
  );
  const response = new Array<HistogramTotals | null>(stages).fill(null);
  const service = new Array<HistogramTotals | null>(stages).fill(null);
  map.forEach((to, from) => {
    series.tallies[from]?.forEach((n, i) => tallies[to]![i]! += n);
    response[to] = sumHistograms([
      response[to]!,
      series.response[from] ?? null,
    ]);
    service[to] = sumHistograms([service[to]!, series.service[from] ?? null]);
  });
  return { ...series, tallies, response, service };
}
