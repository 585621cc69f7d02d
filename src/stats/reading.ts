import { phaseOfStage, PHASES, scenarioOfStage } from "../pattern/mod.ts";
import { FAILURE_KINDS } from "../protocol/mod.ts";
import type { Distribution } from "./distribution.ts";
import { type HistogramPlace, type Layout, TALLY } from "./layout.ts";
import {
  type Counts,
  type Latency,
  MISSED_REASONS,
  type PhaseSnapshot,
  type ScenarioSnapshot,
  type Tally,
  type Timing,
} from "./snapshot.ts";
import type { Sums } from "./sums.ts";

/** What sums say about some blocks (series × stage). */
export class Reading {
  readonly #sums: Sums;
  readonly #layout: Layout;
  /** Blocks in which anything was ever due; the others are spare places. */
  readonly #used: readonly number[];

  constructor(sums: Sums) {
    this.#sums = sums;
    this.#layout = sums.layout;
    this.#used = usedBlocks(sums);
  }

  /** All arrivals of the run: requests of targets, and journeys. */
  run(): Tally {
    return this.#tally(this.#blocks((s) => !this.#sums.isLater(s)));
  }

  /** All requests of the run: of targets, and of steps of journeys. */
  requests(): Tally {
    return this.#tally(this.#blocks((s) => !this.#layout.isJourney(s)));
  }

  /** One series: a target, a step of a journey, or a journey. */
  series(series: number): Tally & Durations {
    return this.#sum(this.#blocks((s) => s === series));
  }

  /** One series, without its durations. */
  tally(series: number): Tally {
    return this.#tally(this.#blocks((s) => s === series));
  }

  /** Response times of one series. */
  response(series: number): Distribution {
    const blocks = this.#blocks((s) => s === series);
    return this.#sums.distribution(
      blocks.map((block) => this.#layout.response(block)),
    );
  }

  /** Every phase that had an arrival: arrivals are counted, and requests timed. */
  phases(): PhaseSnapshot[] {
    return PHASES
      .map((phase, i) => ({
        phase,
        ...this.#stages((stage) => phaseOfStage(stage) === i),
      }))
      .filter((phase) => phase.due > 0);
  }

  /** Every scenario that had an arrival, by the names that they have in the plan. */
  scenarios(names: readonly string[]): ScenarioSnapshot[] {
    return names
      .map((scenario, i) => ({
        scenario,
        ...this.#stages((stage) => scenarioOfStage(stage) === i),
      }))
      .filter(({ due }) => due > 0);
  }

  /** Some stages: arrivals are counted, and requests timed. */
  #stages(wanted: (stage: number) => boolean): Tally & Durations {
    const layout = this.#layout;
    return {
      ...this.#durations(
        this.#blocks((s, stage) => wanted(stage) && !layout.isJourney(s)),
      ),
      ...this.#tally(
        this.#blocks((s, stage) => wanted(stage) && !this.#sums.isLater(s)),
      ),
    };
  }

  /** Durations of the whole run. */
  latency(): Latency {
    const { response, service } = this.#layout.run;
    return {
      response: this.#sums.distribution([response]),
      service: this.#sums.distribution([service]),
      sendLag: this.sendLag(),
    };
  }

  /** How late requests were sent. */
  sendLag(): Distribution {
    return this.#sums.distribution([this.#layout.run.sendLag]);
  }

  /** Parts of the service time. */
  timing(): Timing {
    const { connect, tls, firstByte } = this.#layout.run;
    return {
      connect: this.#sums.distribution([connect]),
      tls: this.#sums.distribution([tls]),
      firstByte: this.#sums.distribution([firstByte]),
    };
  }

  #blocks(wanted: (series: number, stage: number) => boolean): number[] {
    const { stages } = this.#layout;
    return this.#used.filter((block) =>
      wanted(this.#layout.seriesOf(block), block % stages)
    );
  }

  #sum(blocks: readonly number[]): Tally & Durations {
    return { ...this.#tally(blocks), ...this.#durations(blocks) };
  }

  #durations(blocks: readonly number[]): Durations {
    const merged = (place: (block: number) => HistogramPlace) =>
      this.#sums.distribution(blocks.map(place));
    return {
      response: merged((block) => this.#layout.response(block)),
      service: merged((block) => this.#layout.service(block)),
    };
  }

  #tally(blocks: readonly number[]): Tally {
    const cell = (offset: number) =>
      blocks.reduce(
        (sum, block) =>
          sum + this.#sums.total(this.#layout.tally(block) + offset),
        0,
      );
    const ok = cell(TALLY.ok);
    const failed = named(FAILURE_KINDS, (i) => cell(TALLY.failed + i));
    return {
      due: cell(TALLY.due),
      sent: cell(TALLY.sent),
      missed: named(MISSED_REASONS, (i) => cell(TALLY.missed + i)),
      completed: ok + total(failed),
      ok,
      failed,
    };
  }
}

function usedBlocks(sums: Sums): number[] {
  const { layout } = sums;
  const used: number[] = [];
  for (let block = 0; block < layout.blocks; block++) {
    const due = sums.total(layout.tally(block) + TALLY.due);
    if (due > 0) used.push(block);
  }
  return used;
}

interface Durations {
  readonly response: Distribution;
  readonly service: Distribution;
}

/** The counts that are not 0, by name. */
function named<Name extends string>(
  names: readonly Name[],
  count: (i: number) => number,
): Counts<Name> {
  const entries = names.map((name, i) => [name, count(i)] as const);
  return Object.fromEntries(
    entries.filter(([, n]) => n > 0),
  ) as Counts<Name>;
}

/** The sum of counts by name. */
export function total(counts: Counts<string>): number {
  return Object.values(counts).reduce<number>((sum, n) => sum + (n ?? 0), 0);
}
