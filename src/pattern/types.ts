/**
 * What decides the rate, frozen and serialisable. Rates are requests per
 * second, durations milliseconds.
 */
export interface Pattern {
  /** Seed of every draw: a safe integer ≥ 0. */
  readonly seed: number;
  /** IANA name of the zone in which the schedule is read. */
  readonly zone: string;
  /** Base rate. */
  readonly base: number;
  /** The rate never passes this. */
  readonly max: number;
  /** Linear rise from nothing after each `fire`. */
  readonly rampUpMs: number;
  readonly schedule: readonly ScheduleRule[];
  readonly spikes: SpikeSpec | null;
  readonly noise: NoiseSpec | null;
}

/** A multiplier for some hours of some weekdays, in local wall time. */
export interface ScheduleRule {
  /** Spans of a day in minutes since local midnight, `[from, to)`; `to` ≤ `from` runs into the next day. */
  readonly spans: readonly (readonly [from: number, to: number])[];
  /** Weekdays on which a span begins: 1 = Monday … 7 = Sunday. */
  readonly days: readonly number[];
  readonly multiplier: number;
  /** The highest wins; among equals the later rule wins. */
  readonly priority: number;
}

/** Random spikes: their starts are a Poisson process. */
export interface SpikeSpec {
  /** Starts per second. */
  readonly lambda: number;
  /** Height: the rate's multiplier at the top, ≥ 1. */
  readonly factor: number;
  /** Bounds of the gap between starts; null = none. */
  readonly minGapMs: number | null;
  readonly maxGapMs: number | null;
  readonly riseMs: number;
  readonly decayMs: number;
}

/** Small disturbance: the rate is multiplied by 1 ± at most `amplitude`. */
export interface NoiseSpec {
  readonly kind: "spring" | "perlin";
  readonly amplitude: number;
}

/** Phases in order of precedence: the first that applies names the slot. */
export const PHASES = [
  "manual",
  "ramp",
  "spike",
  "recovery",
  "baseline",
] as const;

/** What shapes a slot, for statistics by phase. */
export type Phase = typeof PHASES[number];

/** The rate of one slot, and what it is made of. */
export interface RateParts {
  /** Requests per second, within [0, max]. */
  readonly rate: number;
  /** Multipliers; 1 = no effect. */
  readonly ramp: number;
  readonly schedule: number;
  readonly spike: number;
  readonly noise: number;
  readonly scale: number;
  /** 0 when armed, paused or tripped; otherwise up to 1. */
  readonly gate: number;
  readonly phase: Phase;
}

/** One step of a forecast. Multipliers and rate are means over the step. */
export interface ForecastRow {
  /** Start of the step, milliseconds since the epoch. */
  readonly timeMs: number;
  /** Mean rate, requests per second. */
  readonly rate: number;
  /** Expected number of requests in the step. */
  readonly expected: number;
  readonly schedule: number;
  readonly ramp: number;
  readonly spike: number;
  readonly noise: number;
  /** The phase that most slots of the step have. */
  readonly phase: Phase;
}

/** What would be sent in a span of time. */
export interface Forecast {
  readonly startMs: number;
  readonly durationMs: number;
  readonly stepMs: number;
  readonly rows: readonly ForecastRow[];
  /** The highest and lowest rate of single slots, and when. */
  readonly peak: { readonly rate: number; readonly timeMs: number };
  readonly trough: { readonly rate: number; readonly timeMs: number };
  /** Mean rate over the whole span. */
  readonly meanRate: number;
  /** Expected number of requests over the whole span. */
  readonly total: number;
  /** Starts of the spikes that begin inside the span, milliseconds since the epoch. */
  readonly spikes: readonly number[];
}
