import { PHASES } from "../../pattern/mod.ts";
import {
  COARSE,
  type Geometry,
  type HistogramTotals,
  type LawName,
  type Reason,
  RUN_HISTOGRAMS,
  type RunHistogram,
  type SeriesTotals,
  shapeOf,
  stagesWith,
  sumReasons,
  TALLY,
  type TargetTotals,
  type Totals,
} from "../../stats/mod.ts";
import {
  cellMap,
  decodeCells,
  pairsOf,
  shapeOfBits,
} from "../../stats/hdr/mod.ts";
import { LawSums, type StoredLaw } from "./law.ts";
import type {
  AnswerCounts,
  SeriesId,
  StoredAnswers,
  StoredHistogram,
  StoredStep,
  StoredTotals,
} from "./stored.ts";

/**
 * Sums rows of a record to totals. Rows come by the ten thousand: histograms
 * are added in place, cell by cell, whatever their shapes.
 */
export class Accumulator {
  /** Targets and steps, and journeys as a whole. */
  readonly #targets = new Map<string, SeriesSum>();
  readonly #journeys = new Map<string, SeriesSum>();
  readonly #run = new Map<RunHistogram, HistogramSum>();
  /** In the order in which they were first seen. */
  readonly #scenarios: string[] = [];
  #digest: readonly [number, number] = [0, 0];
  readonly #laws = new LawSums();

  /** Adds the digest of the arrivals of an interval. */
  addDigest(lo: number, hi: number): void {
    const [a, b] = this.#digest;
    this.#digest = [(a + lo) >>> 0, (b + hi) >>> 0];
  }

  addStep(step: StoredStep): void {
    const stage = this.#stageOf(step);
    const { stages } = this.#of(step.series);
    const sum = stages[stage] ??= newStage();
    step.tally.forEach((count, i) => sum.tally[i]! += count);
    sum.response.add(step.response);
    sum.service.add(step.service);
  }

  addAnswers({ series, ...answers }: StoredAnswers): void {
    this.#of(series).answers.add(answers);
  }

  /** Adds a histogram of the whole run. */
  addWhole(name: RunHistogram, stored: StoredHistogram): void {
    let sum = this.#run.get(name);
    if (sum === undefined) {
      sum = new HistogramSum(shapeOf(name));
      this.#run.set(name, sum);
    }
    sum.add(stored);
  }

  /** Adds gaps between sends. */
  addLaw(name: LawName, stored: StoredLaw): void {
    this.#laws.add(name, stored);
  }

  /** Gaps between sends, as far as they are known. */
  get laws(): LawSums {
    return this.#laws;
  }

  /** Adds all rows of an interval. */
  addStored({ steps, answers, whole, laws }: StoredTotals): void {
    for (const [name, stored] of laws) this.addLaw(name, stored);
    for (const step of steps) this.addStep(step);
    for (const answer of answers) this.addAnswers(answer);
    for (const [name, stored] of whole) this.addWhole(name, stored);
  }

  /** Everything so far, as a value. */
  totals(): Totals {
    const scenarios = this.#scenarios;
    const stages = stagesWith(scenarios.length);
    const journeys = [...this.#journeys].map(([name, sum]) =>
      [name, seriesOf(sum, stages)] as const
    );
    return {
      digest: this.#digest,
      run: Object.fromEntries(RUN_HISTOGRAMS.map((name) => [
        name,
        name === "response" || name === "service"
          ? this.#wholeOf(name)
          : this.#run.get(name)?.totals() ?? null,
      ])),
      targets: Object.fromEntries(
        [...this.#targets].map(([name, sum]) => [name, targetOf(sum, stages)]),
      ),
      ...(journeys.length > 0 && { journeys: Object.fromEntries(journeys) }),
      ...(scenarios.length > 0 && { scenarios: [...scenarios] }),
    };
  }

  /** Response and service times of the run are those of all its requests. */
  #wholeOf(name: "response" | "service"): HistogramTotals | null {
    const sum = new HistogramSum(shapeOf(name));
    for (const series of this.#targets.values()) {
      for (const part of series.stages) if (part) sum.addSum(part[name]);
    }
    return sum.totals();
  }

  #stageOf({ phase, scenario }: StoredStep): number {
    if (scenario === "") return phase;
    let index = this.#scenarios.indexOf(scenario);
    if (index < 0) index = this.#scenarios.push(scenario) - 1;
    return (1 + index) * PHASES.length + phase;
  }

  #of(id: SeriesId): SeriesSum {
    const all = id.kind === "journey" ? this.#journeys : this.#targets;
    let sum = all.get(id.name);
    if (sum === undefined) {
      sum = newSeries(id);
      all.set(id.name, sum);
    }
    return sum;
  }
}

interface SeriesSum {
  readonly id: SeriesId;
  /** By stage; a series that never occurred has none. */
  readonly stages: (StageSum | undefined)[];
  readonly answers: AnswerSum;
}

/** One series in one stage. */
interface StageSum {
  readonly tally: Float64Array;
  readonly response: HistogramSum;
  readonly service: HistogramSum;
}

function newSeries(id: SeriesId): SeriesSum {
  return {
    id,
    stages: [],
    answers: new AnswerSum(),
  };
}

function newStage(): StageSum {
  return {
    tally: new Float64Array(TALLY.width),
    response: new HistogramSum(COARSE),
    service: new HistogramSum(COARSE),
  };
}

function targetOf(sum: SeriesSum, stages: number): TargetTotals {
  const { id: { step, protocol }, answers: { counts: { codes, begun } } } = sum;
  return {
    ...(protocol && { protocol }),
    ...(step && { step }),
    codes,
    begun,
    ...seriesOf(sum, stages),
  };
}

function seriesOf({ answers, stages }: SeriesSum, count: number): SeriesTotals {
  const all = Array.from({ length: count }, (_, i) => stages[i] ?? newStage());
  return {
    reasons: answers.counts.reasons,
    tallies: all.map(({ tally }) => [...tally]),
    response: all.map(({ response }) => response.totals()),
    service: all.map(({ service }) => service.totals()),
  };
}

/** Answers of a series, being added up. */
class AnswerSum {
  readonly #codes = new Map<number, { count: number; failed: number }>();
  #begun = 0;
  #reasons: readonly Reason[] = [];

  add({ codes, begun, reasons }: AnswerCounts): void {
    for (const [code, count, failed] of codes) {
      const known = this.#codes.get(code);
      if (known === undefined) this.#codes.set(code, { count, failed });
      else {
        known.count += count;
        known.failed += failed;
      }
    }
    this.#begun += begun;
    if (reasons.length > 0) {
      this.#reasons = sumReasons([this.#reasons, reasons]);
    }
  }

  get counts(): AnswerCounts {
    return {
      codes: [...this.#codes]
        .map(([code, { count, failed }]) => [code, count, failed] as const)
        .sort(([a], [b]) => a - b),
      begun: this.#begun,
      reasons: this.#reasons,
    };
  }
}

/** A histogram that others are added to; it takes memory with the first. */
class HistogramSum {
  readonly #shape: Geometry;
  #counts: Float64Array | null = null;
  #sumMs = 0;
  #minMs = Infinity;
  #maxMs = 0;

  constructor(shape: Geometry) {
    this.#shape = shape;
  }

  add(stored: StoredHistogram | null): void {
    if (stored === null) return;
    const shape = shapeOfBits(stored.bits);
    const map = shape === this.#shape ? undefined : cellMap(shape, this.#shape);
    decodeCells(stored.body, this.#cells(), map);
    this.#addMoments(stored);
  }

  addSum(other: HistogramSum): void {
    if (other.#counts === null) return;
    const counts = this.#cells();
    const map = cellMap(other.#shape, this.#shape);
    other.#counts.forEach((count, cell) => counts[map[cell]!]! += count);
    this.#addMoments({
      sumMs: other.#sumMs,
      minMs: other.#minMs,
      maxMs: other.#maxMs,
    });
  }

  totals(): HistogramTotals | null {
    if (this.#counts === null) return null;
    return {
      cells: pairsOf(this.#counts),
      sumMs: this.#sumMs,
      minMs: this.#minMs,
      maxMs: this.#maxMs,
    };
  }

  #cells(): Float64Array {
    return this.#counts ??= new Float64Array(this.#shape.cells);
  }

  #addMoments(
    { sumMs, minMs, maxMs }: Pick<StoredHistogram, "sumMs" | "minMs" | "maxMs">,
  ): void {
    this.#sumMs += sumMs;
    this.#minMs = Math.min(this.#minMs, minMs);
    this.#maxMs = Math.max(this.#maxMs, maxMs);
  }
}
