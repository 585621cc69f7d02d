import { phaseOfStage, scenarioOfStage } from "../../pattern/mod.ts";
import type { StepName } from "../../plan/mod.ts";
import type { ProtocolName } from "../../protocol/mod.ts";
import {
  COARSE,
  type CodeTotals,
  type Geometry,
  type HistogramTotals,
  type Reason,
  RUN_HISTOGRAMS,
  type RunHistogram,
  type SeriesTotals,
  shapeOf,
  type TargetTotals,
  type Totals,
} from "../../stats/mod.ts";
import { encodeCells, reshaped } from "../../stats/hdr/mod.ts";
import type { StoredLaws } from "./law.ts";

/** A histogram as a row of a record holds it. */
export interface StoredHistogram {
  /** Which shape its cells have. */
  readonly bits: number;
  /** See `encodeCells`. */
  readonly body: Uint8Array;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** What is counted: a target, a step of a journey, or a journey as a whole. */
export type SeriesKind = "target" | "step" | "journey";

/** A series by its name, which no other of its kind has. */
export interface SeriesId {
  readonly kind: SeriesKind;
  readonly name: string;
  /** Present where it is a step of a journey. */
  readonly step?: StepName;
  readonly protocol?: ProtocolName;
}

/** One series in one phase of one scenario, as a row holds it. */
export interface StoredStep {
  readonly series: SeriesId;
  readonly phase: number;
  /** Empty = outside of all scenarios. */
  readonly scenario: string;
  readonly tally: readonly number[];
  readonly response: StoredHistogram | null;
  readonly service: StoredHistogram | null;
}

/** What a series answered, as a row holds it. */
export interface StoredAnswers extends AnswerCounts {
  readonly series: SeriesId;
}

/** Answers of a series, and why its requests failed. */
export interface AnswerCounts {
  readonly codes: readonly CodeTotals[];
  readonly begun: number;
  readonly reasons: readonly Reason[];
}

/** Totals in the rows of a record. */
export interface StoredTotals {
  readonly steps: readonly StoredStep[];
  readonly answers: readonly StoredAnswers[];
  readonly whole: readonly (readonly [RunHistogram, StoredHistogram])[];
  readonly laws: StoredLaws;
}

/** The histograms of the run that are not the sum of those of its series. */
const WHOLE = RUN_HISTOGRAMS.filter((name) =>
  name !== "response" && name !== "service"
);

/** Cuts totals into rows; what never occurred takes none. */
export function storedOf(
  totals: Totals,
  shape: Geometry,
  laws: StoredLaws = [],
): StoredTotals {
  const { scenarios = [] } = totals;
  const series = seriesIn(totals);
  return {
    steps: series.flatMap(([id, each]) =>
      stepsOf(id, each, { shape, scenarios })
    ),
    answers: series.flatMap(([id, each]) => answersOf(id, each)),
    whole: WHOLE.flatMap((name) => {
      const { [name]: histogram } = totals.run;
      const stored = histogramOf(histogram, shapeOf(name), shape);
      return stored === null ? [] : [[name, stored] as const];
    }),
    laws,
  };
}

/** Everything that is counted separately. */
export function seriesIn(
  { targets, journeys = {} }: Totals,
): (readonly [SeriesId, SeriesTotals & Partial<TargetTotals>])[] {
  const ofTargets = Object.entries(targets).map(([name, target]) => {
    const { step, protocol } = target;
    const kind: SeriesKind = step === undefined ? "target" : "step";
    const id = {
      kind,
      name,
      ...(step && { step }),
      ...(protocol && { protocol }),
    };
    return [id, target] as const;
  });
  const ofJourneys = Object.entries(journeys).map(([name, journey]) =>
    [{ kind: "journey" as const, name }, journey] as const
  );
  return [...ofTargets, ...ofJourneys];
}

function stepsOf(
  series: SeriesId,
  { tallies, response, service }: SeriesTotals,
  { shape, scenarios }: {
    readonly shape: Geometry;
    readonly scenarios: readonly string[];
  },
): StoredStep[] {
  return tallies.flatMap((tally, stage) =>
    tally.every((count) => count === 0) ? [] : [{
      series,
      phase: phaseOfStage(stage),
      scenario: scenarios[scenarioOfStage(stage)] ?? "",
      tally,
      response: histogramOf(response[stage], COARSE, shape),
      service: histogramOf(service[stage], COARSE, shape),
    }]
  );
}

function answersOf(
  series: SeriesId,
  { codes = [], begun = 0, reasons = [] }: Partial<TargetTotals>,
): StoredAnswers[] {
  const isEmpty = codes.length + begun + reasons.length === 0;
  return isEmpty ? [] : [{ series, codes, begun, reasons }];
}

function histogramOf(
  histogram: HistogramTotals | null | undefined,
  from: Geometry,
  to: Geometry,
): StoredHistogram | null {
  if (!histogram) return null;
  const { cells, sumMs, minMs, maxMs } = histogram;
  const body = encodeCells(reshaped(cells, from, to));
  return { bits: to.bits, body, sumMs, minMs, maxMs };
}
