import { PHASES } from "../pattern/mod.ts";
import { CODES, FAILURE_KINDS } from "../protocol/mod.ts";
import { COARSE, FINE, type Geometry } from "./geometry.ts";
import { LANE_CELLS, LAW_CELLS } from "./proof/mod.ts";
import { MISSED_REASONS } from "./snapshot.ts";

/** Seconds that a worker keeps of its timeline. */
export const STEP_ROWS = 64;
/** A stamp that no second has: the row is being emptied. */
export const NO_STAMP = 0xffffffff;

/** Cells of a tally, in the order in which a request moves. */
export const TALLY = {
  due: 0,
  sent: 1,
  ok: 2,
  missed: 3,
  failed: 3 + MISSED_REASONS.length,
  width: 3 + MISSED_REASONS.length + FAILURE_KINDS.length,
} as const;

/**
 * Requests of a tally that have no end yet: due and not sent or missed, and
 * sent and not done. Works for cells that count mod 2^32, too.
 */
export function unsettled(
  tally: ArrayLike<number>,
): { readonly waiting: number; readonly open: number } {
  const sent = tally[TALLY.sent]!;
  const missed = sum(tally, TALLY.missed, TALLY.failed);
  const done = tally[TALLY.ok]! + sum(tally, TALLY.failed, TALLY.width);
  return { waiting: tally[TALLY.due]! - sent - missed, open: sent - done };
}

function sum(values: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]!;
  return sum;
}

/** Cells of a row of the timeline. */
export const ROW = {
  stamp: 0,
  due: 1,
  sent: 2,
  ok: 3,
  failed: 4,
  missed: 5,
  width: 6,
} as const;

/** Single counters. */
export const COUNTER = {
  digestLo: 0,
  digestHi: 1,
  eventsSeen: 2,
  width: 3,
} as const;

/** Single floating-point values. */
export const GAUGE = {
  /** How many beats of the run were made, including those before the worker's first one. */
  beatsMade: 0,
  /** CPU milliseconds spent waiting for the next instant. */
  pollMs: 1,
  width: 2,
} as const;

/** Sum, least and greatest value of a histogram, in milliseconds. */
export const MOMENT = { sum: 0, min: 1, max: 2, width: 3 } as const;

/** Where one histogram lies: its cells follow its count of samples. */
export interface HistogramPlace {
  readonly shape: Geometry;
  /** Index of the count; the cells begin one further. */
  readonly at: number;
  /** Index of the moments among the floats. */
  readonly moments: number;
}

/** Histograms of the whole run. */
export const RUN_HISTOGRAMS = [
  "response",
  "service",
  "sendLag",
  "connect",
  "tls",
  "firstByte",
] as const;

/** One of `RUN_HISTOGRAMS`. */
export type RunHistogram = typeof RUN_HISTOGRAMS[number];

const FINE_HISTOGRAMS: readonly RunHistogram[] = [
  "response",
  "service",
  "sendLag",
];

/** The shape of one of the run's histograms. */
export function shapeOf(name: RunHistogram): Geometry {
  return FINE_HISTOGRAMS.includes(name) ? FINE : COARSE;
}

/**
 * Histograms that have blocks for parts. A worker writes the cells of the whole
 * only: its count and moments are the sums of all blocks.
 */
export const WHOLE_HISTOGRAMS = ["response", "service"] as const;

/**
 * Where everything lies in a worker's shared memory: floats first, then cells
 * of 32 bits. Pages that are never touched cost nothing, so each series and
 * stage has its place from the start and takes memory when it is first used.
 *
 * A series is what is counted together: the requests of a target, or of one
 * step of a journey, by its number among the plan's targets; behind them, each
 * journey as a whole.
 *
 *   floats │ gauges │ moments of each histogram
 *   cells  │ counters │ timeline │ later, codes, failed codes, begun │ tallies │ histograms
 *                                    by target                          by series × stage
 */
export class Layout {
  readonly timeline: number;
  /** 1 where requests are steps of a journey instead of arrivals; by target. */
  readonly later: number;
  readonly codes: number;
  readonly failedCodes: number;
  /** Requests without a valid answer of which a part had come, by target. */
  readonly begun: number;
  readonly tallies: number;
  /** Gaps between sends, by bin; and arrivals that were sent or missed, by minute and lane. */
  readonly law: number;
  readonly lanes: number;
  readonly run: Readonly<Record<RunHistogram, HistogramPlace>>;
  readonly cellCount: number;
  readonly floatCount: number;
  readonly #response: HistogramPlace[] = [];
  readonly #service: HistogramPlace[] = [];
  #cells = 0;
  #floats = 0;

  /**
   * @param journeys how many journeys there is room for behind the targets
   * @param scenarios how many scenarios the plan has
   */
  constructor(
    readonly targets: number,
    readonly journeys = 0,
    readonly scenarios = 0,
  ) {
    const { blocks } = this;
    this.#floats = GAUGE.width;
    this.#cells = COUNTER.width;
    this.timeline = this.#take(STEP_ROWS * ROW.width);
    this.later = this.#take(targets);
    this.codes = this.#take(targets * CODES);
    this.failedCodes = this.#take(targets * CODES);
    this.begun = this.#take(targets);
    this.tallies = this.#take(blocks * TALLY.width);
    this.law = this.#take(LAW_CELLS);
    this.lanes = this.#take(LANE_CELLS);
    this.run = Object.fromEntries(
      RUN_HISTOGRAMS.map((
        name,
      ) => [name, this.#place(shapeOf(name))]),
    ) as Record<RunHistogram, HistogramPlace>;
    for (let block = 0; block < blocks; block++) {
      this.#response.push(this.#place(COARSE));
      this.#service.push(this.#place(COARSE));
    }
    this.cellCount = this.#cells;
    this.floatCount = this.#floats;
  }

  /** How many blocks there are: one for each series and stage. */
  get blocks(): number {
    return this.series * this.stages;
  }

  /** How many series there are. */
  get series(): number {
    return this.targets + this.journeys;
  }

  /** How many stages there are: phases, and those of each scenario. */
  get stages(): number {
    return (1 + this.scenarios) * PHASES.length;
  }

  /** Number of a series' block in a stage. */
  block(series: number, stage: number): number {
    return series * this.stages + stage;
  }

  /** The series of a block. */
  seriesOf(block: number): number {
    return Math.floor(block / this.stages);
  }

  /** Whether a series is a journey as a whole: its durations are not those of a request. */
  isJourney(series: number): boolean {
    return series >= this.targets;
  }

  /** Index of the first cell of a block's tally. */
  tally(block: number): number {
    return this.tallies + block * TALLY.width;
  }

  /** Index of the first cell of a row of the timeline. */
  row(index: number): number {
    return this.timeline + index * ROW.width;
  }

  /** Response times of one series in one stage; of a journey from its instant to its last answer. */
  response(block: number): HistogramPlace {
    return this.#response[block]!;
  }

  /** Service times of one series in one stage; of a journey without its thinking. */
  service(block: number): HistogramPlace {
    return this.#service[block]!;
  }

  /** All histograms. */
  histograms(): HistogramPlace[] {
    return [...Object.values(this.run), ...this.#response, ...this.#service];
  }

  /** Size in bytes. */
  get byteLength(): number {
    return this.floatCount * 8 + this.cellCount * 4;
  }

  #take(cells: number): number {
    const at = this.#cells;
    this.#cells += cells;
    return at;
  }

  #place(shape: Geometry): HistogramPlace {
    const moments = this.#floats;
    this.#floats += MOMENT.width;
    return { shape, at: this.#take(1 + shape.cells), moments };
  }
}

/** One worker's shared memory, seen as cells and floats. */
export interface Region {
  readonly cells: Uint32Array;
  readonly floats: Float64Array;
}

/** The same layout for summed counts: exact to 2^53, and written by one thread only. */
export interface CountedRegion {
  readonly cells: Float64Array;
  readonly floats: Float64Array;
}

/** A region that holds nothing. */
export function emptyRegion(layout: Layout): CountedRegion {
  const floats = new Float64Array(layout.floatCount);
  beginMoments(floats, layout);
  return { cells: new Float64Array(layout.cellCount), floats };
}

function beginMoments(floats: Float64Array, layout: Layout): void {
  for (const place of layout.histograms()) {
    floats[place.moments + MOMENT.min] = Infinity;
  }
}

/** Memory for one worker, all zero but the least values. */
export function createRegion(layout: Layout): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(layout.byteLength);
  const { floats, cells } = viewRegion(buffer, layout);
  beginMoments(floats, layout);
  for (let row = 0; row < STEP_ROWS; row++) {
    cells[layout.row(row) + ROW.stamp] = NO_STAMP;
  }
  return buffer;
}

/** The views of a region. */
export function viewRegion(buffer: SharedArrayBuffer, layout: Layout): Region {
  return {
    floats: new Float64Array(buffer, 0, layout.floatCount),
    cells: new Uint32Array(buffer, layout.floatCount * 8, layout.cellCount),
  };
}
