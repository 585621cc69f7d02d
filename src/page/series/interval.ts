import type { Phase } from "../../pattern/mod.ts";
import type { Counts } from "../../stats/mod.ts";

/**
 * Durations that were counted: a value in µs and how many had it, by turns and
 * rising. Of plain numbers, so that a file can hold them.
 */
export type DurationCells = ArrayLike<number>;

/** What was counted of the whole traffic, or of one target. */
export interface SeriesPart {
  readonly due: number;
  readonly sent: number;
  readonly ok: number;
  readonly failed: Counts<string>;
  readonly missed: Counts<string>;
  readonly response: DurationCells;
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
  readonly all: SeriesPart;
  /** In the order of `sendersIn`. */
  readonly targets: readonly SeriesPart[];
  /** What the rate was multiplied with; null = nobody looked. */
  readonly factors: Readonly<Record<string, number>> | null;
  /** Null = nobody looked. */
  readonly generator: GeneratorLoad | null;
}

/** Where intervals come from: a run under way, or a record of one. */
export interface IntervalSeries {
  /** In the order of time, without gaps, all but the last of one length. */
  intervals(): Iterable<SeriesInterval>;
}
