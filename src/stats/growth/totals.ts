import { phaseOfStage, PHASES, scenarioOfStage } from "../../pattern/mod.ts";
import { COARSE, type Geometry } from "../geometry.ts";
import { type RunHistogram, shapeOf } from "../layout.ts";
import {
  type HistogramTotals,
  type SeriesNames,
  type TargetTotals,
  type Totals,
  withScenarios,
} from "../totals/mod.ts";
import { countsOf } from "./counts.ts";
import type {
  CodeGrowth,
  DurationGrowth,
  Growth,
  SeriesGrowth,
} from "./growth.ts";

/**
 * What was counted in a span, as the growth of a run in that span: for judging
 * a run that is over.
 *
 * @param names of targets, steps and scenarios, by their numbers
 */
export function growthOf(
  all: Totals,
  { targets, scenarios = [] }: SeriesNames,
): Growth {
  const totals = withScenarios(all, scenarios);
  const known = targets.flatMap((name, target) =>
    Object.hasOwn(totals.targets, name)
      ? [{ target, counts: totals.targets[name]! }]
      : []
  );
  const ofRun = (name: RunHistogram) =>
    durationsOf(totals.run[name], shapeOf(name));
  return {
    parts: known.flatMap(({ target, counts }) => partsOf(target, counts)),
    codes: known.flatMap(({ target, counts: { codes } }): CodeGrowth[] =>
      codes.length === 0 ? [] : [{ target, codes }]
    ),
    sendLag: ofRun("sendLag"),
    connect: ofRun("connect"),
    firstByte: ofRun("firstByte"),
  };
}

function partsOf(
  target: number,
  { tallies, response, service }: TargetTotals,
): SeriesGrowth[] {
  return tallies.flatMap((tally, stage) =>
    tally.every((count) => count === 0) ? [] : [{
      target,
      phase: PHASES[phaseOfStage(stage)]!,
      scenario: scenarioOfStage(stage),
      ...countsOf(tally),
      response: durationsOf(response[stage], COARSE),
      service: durationsOf(service[stage], COARSE),
    }]
  );
}

function durationsOf(
  histogram: HistogramTotals | null | undefined,
  shape: Geometry,
): DurationGrowth {
  return histogram
    ? { shape, ...histogram }
    : { shape, cells: [], sumMs: 0, minMs: Infinity, maxMs: 0 };
}
