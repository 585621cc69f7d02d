import {
  type Forecast,
  type ForecastRow,
  PLANNED_FACTORS,
} from "../../pattern/mod.ts";
import { type Plan, requestsOf } from "../../plan/mod.ts";
import { isoTime } from "../../base/mod.ts";

/** Columns that version 1 began with; their place is a contract. */
const FIRST_COLUMNS = [
  "time",
  "rate",
  "expected",
  "schedule",
  "ramp",
  "spike",
  "noise",
  "phase",
] as const;

/** First line of the CSV: factors that came later stand at its end. */
const FORECAST_COLUMNS: readonly (keyof ForecastRowV1)[] = [
  ...FIRST_COLUMNS,
  ...PLANNED_FACTORS.filter((name) =>
    !(FIRST_COLUMNS as readonly string[]).includes(name)
  ),
];

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
  /** Requests expected with all steps of journeys; absent without journeys. */
  readonly requests?: number;
  /** What an arrival of a journey comes to; absent without journeys. */
  readonly journeys?: readonly ExpectedJourneyV1[];
  /** Highest and lowest rate of a single slot of 100 ms. */
  readonly peak: { readonly time: string; readonly rate: number };
  readonly trough: { readonly time: string; readonly rate: number };
  /** Starts of spikes. */
  readonly spikes: readonly string[];
  /** Means over each step. */
  readonly rows: readonly ForecastRowV1[];
}

/** One journey of a forecast. */
export interface ExpectedJourneyV1 {
  readonly name: string;
  /** Journeys expected. */
  readonly started: number;
  /** Requests of one of them on average, where every answer is a success. */
  readonly requests: number;
}

/** One step; the keys are the CSV's columns. */
export interface ForecastRowV1 extends Omit<ForecastRow, "timeMs"> {
  readonly time: string;
}

/** The forecast for machines as data. */
export function buildForecast(
  forecast: Forecast,
  zone: string,
  plan?: ForecastPlan,
): ForecastV1 {
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
    ...requestsExpected(total, plan),
    peak: extreme(forecast.peak),
    trough: extreme(forecast.trough),
    spikes: forecast.spikes.map(isoTime),
    rows: forecast.rows.map(rowOf),
  };
}

/** What of a plan a forecast tells beside its rate. */
export type ForecastPlan = Pick<Plan, "targets" | "journeys">;

/** What arrivals come to, where some of them are journeys. */
export function requestsExpected(
  arrivals: number,
  { targets, journeys = [] }: ForecastPlan = { targets: [] },
): Pick<ForecastV1, "requests" | "journeys"> {
  if (journeys.length === 0) return {};
  const weightOf = (all: readonly { readonly weight: number }[]) =>
    all.reduce((sum, { weight }) => sum + weight, 0);
  const single = weightOf(targets);
  const weights = single + weightOf(journeys);
  const expected = journeys.map((journey) => ({
    name: journey.name,
    started: rounded(arrivals * journey.weight / weights),
    requests: rounded(requestsOf(journey)),
  }));
  const sum = expected.reduce(
    (sum, { started, requests }) => sum + started * requests,
    arrivals * single / weights,
  );
  return { requests: rounded(sum), journeys: expected };
}

function rowOf(row: ForecastRow): ForecastRowV1 {
  const time = isoTime(row.timeMs);
  const entries = FORECAST_COLUMNS.map((column) => {
    const value = column === "time" ? time : row[column];
    return [column, typeof value === "number" ? rounded(value) : value];
  });
  return Object.fromEntries(entries);
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
