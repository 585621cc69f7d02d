import { KarError, SLOT_MS, SLOTS_PER_SEC } from "../base/mod.ts";
import { EventLog } from "./events.ts";
import {
  type Pattern,
  PLANNED_FACTORS,
  type PlannedFactor,
} from "./components/mod.ts";
import type { RateParts } from "./rate.ts";
import { Traffic } from "./traffic.ts";
import { type Phase, PHASES, PRECEDENCE } from "./types.ts";

/** One step of a forecast. Factors and rate are means over the step. */
export interface ForecastRow extends Readonly<Record<PlannedFactor, number>> {
  /** Start of the step, milliseconds since the epoch. */
  readonly timeMs: number;
  /** Mean rate, requests per second. */
  readonly rate: number;
  /** Rate of the highest slot that was looked at. */
  readonly peakRate: number;
  /** Expected number of requests in the step. */
  readonly expected: number;
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

/** Up to this span every slot is looked at; beyond it, one slot a second. */
const EXACT_SPAN_MS = 48 * 3_600_000;
/** A forecast has at most this many rows. */
export const FORECAST_ROWS_MAX = 200_000;

/** A forecast names at most this many spikes. */
const FORECAST_SPIKES_MAX = 1_000_000;

/** The span of a forecast and the length of its rows, in milliseconds. */
export interface ForecastSpan {
  readonly startMs: number;
  readonly durationMs: number;
  readonly stepMs: number;
}

/**
 * What would be sent if `pattern` were fired at the start of the span: the
 * very functions that send, summed instead of sent.
 *
 * @throws {KarError} when the span has more than `FORECAST_ROWS_MAX` rows, or
 *   more than `FORECAST_SPIKES_MAX` spikes
 */
export function forecast(pattern: Pattern, span: ForecastSpan): Forecast {
  const slot = Math.floor(span.startMs / SLOT_MS);
  const events = new EventLog();
  events.append({ slot, kind: "fire", value: 0, durationMs: 0 });
  return forecastTraffic(new Traffic([pattern], events), span);
}

/** The same for traffic that has events already. */
export function forecastTraffic(
  traffic: Traffic,
  span: ForecastSpan,
): Forecast {
  const rowCount = Math.ceil(span.durationMs / span.stepMs);
  if (rowCount > FORECAST_ROWS_MAX) {
    throw new KarError(
      "usage",
      `Cannot forecast ${rowCount} steps: at most ${FORECAST_ROWS_MAX}; choose a coarser resolution or a shorter span`,
    );
  }
  const spikes = spikesOf(traffic, span);
  const total = new Sum(span.startMs, span.durationMs);
  const stride = span.durationMs > EXACT_SPAN_MS ? SLOTS_PER_SEC : 1;
  const rows: ForecastRow[] = [];
  for (let i = 0; i < rowCount; i++) {
    const startMs = span.startMs + i * span.stepMs;
    const endMs = Math.min(
      startMs + span.stepMs,
      span.startMs + span.durationMs,
    );
    const row = new Sum(startMs, endMs - startMs);
    sumSlots(traffic, { startMs, endMs, stride }, [row, total]);
    rows.push(row.row());
  }
  return {
    ...span,
    rows,
    peak: total.peak,
    trough: total.trough,
    meanRate: total.meanRate,
    total: rows.reduce((sum, row) => sum + row.expected, 0),
    spikes,
  };
}

function spikesOf(traffic: Traffic, span: ForecastSpan): number[] {
  const endMs = span.startMs + span.durationMs;
  const spikes = traffic.spikesBetween(
    span.startMs,
    endMs,
    FORECAST_SPIKES_MAX,
  );
  if (spikes.length <= FORECAST_SPIKES_MAX) return spikes;
  throw new KarError(
    "usage",
    `Cannot forecast more than ${FORECAST_SPIKES_MAX} spikes: choose a shorter span or a smaller lambda`,
  );
}

/** Adds the slots that begin inside a span; with a stride, the middle one stands for it. */
function sumSlots(
  traffic: Traffic,
  { startMs, endMs, stride }: {
    startMs: number;
    endMs: number;
    stride: number;
  },
  sums: readonly Sum[],
): void {
  const end = Math.ceil(endMs / SLOT_MS);
  const first = Math.ceil(startMs / SLOT_MS);
  for (let slot = first; slot < end; slot += stride) {
    const middle = Math.min(slot + (stride >> 1), end - 1);
    const parts = traffic.partsAt(middle);
    for (const sum of sums) sum.add(parts, middle * SLOT_MS);
  }
}

/** Means, extremes and the commonest phase of some slots. */
class Sum {
  readonly #startMs: number;
  readonly #lengthMs: number;
  #n = 0;
  #rate = 0;
  readonly #factors = new Float64Array(PLANNED_FACTORS.length);
  readonly #phases = new Float64Array(PHASES.length);
  peak = { rate: -Infinity, timeMs: 0 };
  trough = { rate: Infinity, timeMs: 0 };

  constructor(startMs: number, lengthMs: number) {
    this.#startMs = startMs;
    this.#lengthMs = lengthMs;
  }

  add(parts: RateParts, timeMs: number): void {
    this.#n++;
    this.#rate += parts.rate;
    for (let i = 0; i < PLANNED_FACTORS.length; i++) {
      this.#factors[i]! += parts[PLANNED_FACTORS[i]!];
    }
    this.#phases[PHASES.indexOf(parts.phase)]! += 1;
    if (parts.rate > this.peak.rate) this.peak = { rate: parts.rate, timeMs };
    if (parts.rate < this.trough.rate) {
      this.trough = { rate: parts.rate, timeMs };
    }
  }

  get meanRate(): number {
    return this.#n === 0 ? 0 : this.#rate / this.#n;
  }

  row(): ForecastRow {
    const n = Math.max(1, this.#n);
    const factors = {} as Record<PlannedFactor, number>;
    for (const [i, name] of PLANNED_FACTORS.entries()) {
      factors[name] = this.#factors[i]! / n;
    }
    return {
      ...factors,
      timeMs: this.#startMs,
      rate: this.meanRate,
      peakRate: this.#n === 0 ? 0 : this.peak.rate,
      expected: this.meanRate * this.#lengthMs / 1000,
      phase: commonest(this.#phases),
    };
  }
}

/** The phase with the most slots; among equals the one of higher precedence. */
export function commonest(counts: ArrayLike<number>): Phase {
  const countOf = (phase: Phase) => counts[PHASES.indexOf(phase)] ?? 0;
  return PRECEDENCE.reduceRight((best, phase) =>
    countOf(phase) >= countOf(best) && countOf(phase) > 0 ? phase : best
  );
}

/** How much of a pattern `max` cuts off. */
export interface CutShare {
  /** Of the time, 0 … 1. */
  readonly time: number;
  /** Of the requests that there would be without it, 0 … 1. */
  readonly requests: number;
}

/** Slots from one that is looked at to the next: no part of a minute, nor of an hour. */
const STRIDE = 103;

/** How much `max` cuts off in a span, if the pattern were fired at its begin. */
export function cutIn(
  pattern: Pattern,
  { startMs, durationMs }: {
    readonly startMs: number;
    readonly durationMs: number;
  },
): CutShare {
  const first = Math.floor(startMs / SLOT_MS);
  const events = new EventLog();
  events.append({ slot: first, kind: "fire", value: 0, durationMs: 0 });
  const traffic = new Traffic([pattern], events);
  const end = first + durationMs / SLOT_MS;
  let [slots, cut, wanted, sent] = [0, 0, 0, 0];
  for (let slot = first; slot < end; slot += STRIDE) {
    const parts = traffic.partsAt(slot);
    slots++;
    if (parts.wanted > parts.rate) cut++;
    wanted += parts.wanted;
    sent += parts.rate;
  }
  return {
    time: slots === 0 ? 0 : cut / slots,
    requests: wanted === 0 ? 0 : 1 - sent / wanted,
  };
}
