import { median } from "../process.ts";

/** Percentiles in microseconds; null = not told, or too few samples. */
export interface Times {
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
}

/** Of a program that does not tell. */
export const NO_TIMES: Times = { p50: null, p90: null, p99: null };

/** What one program came to at one rate; null = it cannot tell. */
export interface Reading {
  /** Sent later than intended. */
  readonly lag: Times;
  /** Sent to done. */
  readonly service: Times;
  /** Intended to done. */
  readonly response: Times;
  /** CPU of all its threads in microseconds, start included, over its requests. */
  readonly usPerRequest: number | null;
  /** CPU of all its threads once it is warm, in percent of a core. */
  readonly corePercent: number | null;
  /** Resident at the end. */
  readonly memoryMb: number | null;
  /** Due and not sent, in percent. */
  readonly missedPercent: number | null;
  readonly connections: number | null;
  /** Distance of the gaps between its instants of sending from Exp(rate). */
  readonly ks: number | null;
  /** For how much of the time other programs held up it or the server, in percent. */
  readonly disturbedPercent: number | null;
}

/** A figure of a reading as a column of the table. */
export interface Column {
  /** What its heading says, in two lines. */
  readonly of: readonly [group: string, name: string];
  readonly unit: string;
  readonly read: (reading: Reading) => number | null;
}

const times = (group: "lag" | "service" | "response", p: keyof Times) => ({
  of: [group, p] as const,
  unit: "µs",
  read: (reading: Reading) => reading[group][p],
});

/** All that the table shows, from left to right. */
export const COLUMNS: readonly Column[] = [
  times("lag", "p50"),
  times("lag", "p90"),
  times("lag", "p99"),
  times("service", "p50"),
  times("service", "p99"),
  times("response", "p50"),
  times("response", "p99"),
  { of: ["CPU", "a request"], unit: "µs", read: (r) => r.usPerRequest },
  { of: ["CPU", "warm"], unit: "%", read: (r) => r.corePercent },
  { of: ["memory", ""], unit: "MB", read: (r) => r.memoryMb },
  { of: ["missed", ""], unit: "%", read: (r) => r.missedPercent },
  { of: ["opened", "conns"], unit: "", read: (r) => r.connections },
  { of: ["KS", "D"], unit: "", read: (r) => r.ks },
  { of: ["held", "up"], unit: "%", read: (r) => r.disturbedPercent },
];

/** The middle of what several readings tell; null when none does. */
export function medianOf(
  readings: readonly Reading[],
  of: (reading: Reading) => number | null,
): number | null {
  const values = readings.map(of).filter((value) => value !== null);
  return values.length === 0 ? null : median(values);
}

/** The middle of the ratios of two programs, round by round; null when one does not tell. */
export function medianRatio(
  over: readonly Reading[],
  under: readonly Reading[],
  of: (reading: Reading) => number | null,
): number | null {
  const ratios = over.flatMap((reading, round) => {
    const other = under[round];
    const [a, b] = [of(reading), other === undefined ? null : of(other)];
    return a === null || b === null || b === 0 ? [] : [a / b];
  });
  return ratios.length === 0 ? null : median(ratios);
}

/** Percentiles of samples in microseconds, which are sorted in place. */
export function timesOf(samplesUs: Float64Array): Times {
  samplesUs.sort();
  const percentile = (share: number) => {
    const index = Math.floor(samplesUs.length * share);
    const isGuess = samplesUs.length - index < SAMPLES_BEYOND;
    return isGuess ? null : samplesUs[index]!;
  };
  return { p50: percentile(0.5), p90: percentile(0.9), p99: percentile(0.99) };
}

/** With fewer samples beyond a percentile it would be a guess. */
const SAMPLES_BEYOND = 10;
