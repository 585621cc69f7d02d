import type { Forecast, ForecastRow } from "../../pattern/mod.ts";
import { isoTime } from "../../base/mod.ts";

/** First line of the CSV, a contract. */
export const FORECAST_COLUMNS = [
  "time",
  "rate",
  "expected",
  "schedule",
  "ramp",
  "spike",
  "noise",
  "phase",
] as const;

/** The forecast for machines, version 1: keys are only ever added. */
export interface ForecastV1 {
  readonly version: 1;
  readonly zone: string;
  readonly start: string;
  readonly durationMs: number;
  readonly stepMs: number;
  /** Mean rate, requests per second, and expected requests of the whole span. */
  readonly meanRate: number;
  readonly total: number;
  /** Highest and lowest rate of a single slot of 100 ms. */
  readonly peak: { readonly time: string; readonly rate: number };
  readonly trough: { readonly time: string; readonly rate: number };
  /** Starts of spikes. */
  readonly spikes: readonly string[];
  /** Means over each step. */
  readonly rows: readonly ForecastRowV1[];
}

/** One step; the keys are the CSV's columns. */
export interface ForecastRowV1
  extends Pick<ForecastRow, Exclude<typeof FORECAST_COLUMNS[number], "time">> {
  readonly time: string;
}

/** The forecast for machines as data. */
export function buildForecast(forecast: Forecast, zone: string): ForecastV1 {
  const { startMs, durationMs, stepMs, meanRate, total } = forecast;
  const extreme = ({ rate, timeMs }: Forecast["peak"]) => ({
    time: isoTime(timeMs),
    rate: rounded(rate),
  });
  return {
    version: 1,
    zone,
    start: isoTime(startMs),
    durationMs,
    stepMs,
    meanRate: rounded(meanRate),
    total: rounded(total),
    peak: extreme(forecast.peak),
    trough: extreme(forecast.trough),
    spikes: forecast.spikes.map(isoTime),
    rows: forecast.rows.map(rowOf),
  };
}

function rowOf(row: ForecastRow): ForecastRowV1 {
  return {
    time: isoTime(row.timeMs),
    rate: rounded(row.rate),
    expected: rounded(row.expected),
    schedule: rounded(row.schedule),
    ramp: rounded(row.ramp),
    spike: rounded(row.spike),
    noise: rounded(row.noise),
    phase: row.phase,
  };
}

/** The steps as CSV under a header of `FORECAST_COLUMNS`. */
export function csvText({ rows }: Forecast): string {
  const lines = rows.map(rowOf).map((row) =>
    FORECAST_COLUMNS.map((column) => row[column]).join(",")
  );
  return `${[FORECAST_COLUMNS.join(","), ...lines].join("\n")}\n`;
}

/** Six digits keep a rate of one a day apart from none. */
function rounded(value: number): number {
  return Number(value.toFixed(6));
}
