import type { Phase } from "../../pattern/mod.ts";
import type { Counts } from "../../stats/mod.ts";
import type { DurationCells } from "./duration_cells.ts";

/** What was counted of the whole traffic, or of one target. */
export interface SeriesPart {
  readonly due: number;
  readonly sent: number;
  readonly ok: number;
  readonly failed: Counts<string>;
  readonly missed: Counts<string>;
  readonly response: DurationCells;
  /** Requests that were planned for it; absent = its share of all. */
  readonly planned?: number;
}

/** How kar itself did. */
export interface GeneratorLoad {
  readonly cpuMs: number;
  /** For how long that CPU time was taken. */
  readonly ofMs: number;
  readonly rssBytes: number;
  readonly inFlight: number;
  readonly sendLag: DurationCells;
}

/** What happened in a stretch of plan time. */
export interface SeriesInterval {
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly lengthMs: number;
  /** Requests that the plan says. */
  readonly planned: number;
  /** The phase that most of it had. */
  readonly phase: Phase;
  /** The scenario that most of it had; null or absent = none. */
  readonly scenario?: string | null;
  readonly all: SeriesPart;
  /** In the order of `sendersIn`. */
  readonly targets: readonly SeriesPart[];
  /** What the rate was multiplied with; null = unknown. */
  readonly factors: Readonly<Record<string, number>> | null;
  /** Null = unknown. */
  readonly generator: GeneratorLoad | null;
}

/** Intervals of one length, in the order of time and without gaps. */
export interface IntervalSeries {
  readonly lengthMs: number;
  readonly intervals: readonly SeriesInterval[];
  /** Up to when they were counted: the last one may still grow; null = nothing was. */
  readonly toMs: number | null;
}
