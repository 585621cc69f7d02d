import type { Forecast } from "../../pattern/mod.ts";
import {
  columnChart,
  compact,
  dim,
  type Line,
  localTime,
  maxOf,
  niceCeiling,
  stretchPeaks,
  type TimeParts,
  widthOf,
} from "../format/mod.ts";

/** Rows of the plot, where nobody asks for fewer. */
const HEIGHT = 12;
/** Columns left of the plot: a rate and the axis. */
const MARGIN = 8;
const COLUMNS_MIN = 10;

const SEC = 1000;
const MINUTE = 60 * SEC;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Distances that marks of the time axis may have. */
const TICK_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SEC),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((n) => n * DAY),
];

/** What a plot is drawn for. */
export interface PlotOptions {
  readonly zone: string;
  readonly width: number;
  /** Rows above the axis, at least 2. */
  readonly height?: number;
}

/**
 * The rate over time, with local times below it. Each column is its highest
 * slot: a mean over minutes would hide the spikes.
 *
 *     300 ┤      ▄█▆
 *     150 ┤   ▂▅█████▅▂
 *       0 ┼─────┬───────┬──
 *             06:00   12:00
 */
export function forecastPlot(
  forecast: Forecast,
  { zone, width, height = HEIGHT }: PlotOptions,
): Line[] {
  const columns = Math.max(COLUMNS_MIN, width - MARGIN);
  const rates = stretchPeaks(forecast.rows.map((row) => row.peakRate), columns);
  const max = niceCeiling(maxOf(rates));
  const chart = columnChart(rates, { height, max });
  const ticks = ticksOf(forecast, { zone, columns });
  return [
    ...chart.map((text, i): Line => [
      dim(rateLabel(i, { height, max })),
      ["accent", text],
    ]),
    [dim(`${"0".padStart(MARGIN - 2)} ┼${axis(ticks, columns)}`)],
    [dim(" ".repeat(MARGIN) + tickLabels(ticks))],
  ];
}

/** Names the top and the middle of the plot. */
function rateLabel(
  row: number,
  { height, max }: { readonly height: number; readonly max: number },
): string {
  const value = row === 0 ? max : row === height / 2 ? max / 2 : null;
  return value === null
    ? "│".padStart(MARGIN)
    : `${rateName(value).padStart(MARGIN - 2)} ┤`;
}

function rateName(rate: number): string {
  return rate < 10 ? String(Number(rate.toPrecision(2))) : compact(rate);
}

interface Tick {
  readonly column: number;
  readonly label: string;
}

/** Marks at round local times, far enough apart for their labels. */
function ticksOf(
  { startMs, durationMs }: Forecast,
  { zone, columns }: { zone: string; columns: number },
): Tick[] {
  const perColumn = durationMs / columns;
  const offset = offsetMs(startMs, zone);
  for (const step of TICK_STEPS) {
    const parts = partsFor(step, durationMs);
    const room = widthOf(localTime(startMs, zone, parts)) + 2;
    if (step < room * perColumn) continue;
    const first = Math.ceil((startMs + offset) / step) * step - offset;
    const ticks: Tick[] = [];
    for (let ms = first; ms < startMs + durationMs; ms += step) {
      const column = Math.floor((ms - startMs) / perColumn);
      ticks.push({ column, label: localTime(ms, zone, parts) });
    }
    return ticks.filter(({ column, label }) =>
      column + label.length <= columns
    );
  }
  return [];
}

function partsFor(stepMs: number, durationMs: number): TimeParts {
  if (stepMs >= DAY) return "day";
  if (durationMs > 2 * DAY) return "day_minute";
  return stepMs < MINUTE ? "time" : "minute";
}

function offsetMs(epochMs: number, zone: string): number {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(epochMs))
    .toZonedDateTimeISO(zone);
  return local.offsetNanoseconds / 1e6;
}

function axis(ticks: readonly Tick[], columns: number): string {
  const marks = new Set(ticks.map(({ column }) => column));
  return Array.from({ length: columns }, (_, i) => marks.has(i) ? "┬" : "─")
    .join("");
}

function tickLabels(ticks: readonly Tick[]): string {
  return ticks.reduce(
    (text, { column, label }) => text.padEnd(column) + label,
    "",
  );
}
