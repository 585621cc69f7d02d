/**
 * What decides the rate in every plan, frozen and serialisable. Rates are
 * requests per second, durations milliseconds. Components that came later add
 * a key of their own, which is left out where a plan has none of it, so that
 * the ids of other plans stay: see `Pattern`.
 */
export interface BasePattern {
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

/** Named irregularities, in the order in which they name a slot that has several. */
export const IRREGULAR_KINDS = [
  "retry",
  "reconnect",
  "flash",
  "push",
  "cron",
  "crawler",
] as const;

/** One of `IRREGULAR_KINDS`. */
export type IrregularKind = typeof IRREGULAR_KINDS[number];

/**
 * All phases, by the numbers under which they are counted. What was saved has
 * these numbers: new ones are only added at the end.
 */
export const PHASES = [
  "manual",
  "ramp",
  "spike",
  "recovery",
  "baseline",
  ...IRREGULAR_KINDS,
] as const;

/** Phases that were there before irregularities. */
export const FIRST_PHASES = PHASES.length - IRREGULAR_KINDS.length;

/** What shapes a slot, for statistics by phase. */
export type Phase = typeof PHASES[number];

/** Phases in order of precedence: the first that applies names the slot. */
export const PRECEDENCE: readonly Phase[] = [
  "manual",
  "ramp",
  ...IRREGULAR_KINDS,
  "spike",
  "recovery",
  "baseline",
];

/** The phase that comes first of two. */
export function firstPhase(a: Phase, b: Phase): Phase {
  return PRECEDENCE.indexOf(a) <= PRECEDENCE.indexOf(b) ? a : b;
}

/** Whether a phase is a named irregularity. */
export function isIrregular(phase: Phase): phase is IrregularKind {
  return PHASES.indexOf(phase) >= FIRST_PHASES;
}

/**
 * A stage is a phase of a scenario: the phases outside of all scenarios come
 * first, then those of each scenario. Without scenarios, stages are phases.
 */
export function stageOf(
  { phase, scenarioIndex }: {
    readonly phase: Phase;
    readonly scenarioIndex: number;
  },
): number {
  return (1 + scenarioIndex) * PHASES.length + PHASES.indexOf(phase);
}

/** Index in `PHASES` of a stage's phase. */
export function phaseOfStage(stage: number): number {
  return stage % PHASES.length;
}

/** Index of a stage's scenario; −1 = none. */
export function scenarioOfStage(stage: number): number {
  return Math.floor(stage / PHASES.length) - 1;
}
