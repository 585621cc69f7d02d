import type { Forecast } from "../pattern/mod.ts";
import {
  columnChart,
  dim,
  formatRate,
  type Line,
  maxOf,
  niceCeiling,
  roundDuration,
  spread,
} from "../report/mod.ts";
import { rateIn } from "./history.ts";
import { CHART_SEC, type ScreenModel, type ScreenSize } from "./model.ts";
import { PRIORITY, type StackBlock } from "./stack.ts";

/** One row of the screen in this many goes to the chart. */
const ROWS_PER_CHART_ROW = 5;
/** Of the rows that a screen has beyond this, the chart takes half. */
const PLAIN_ROWS = 24;

/** The chart looks back and ahead for so long when a run is young, in seconds. */
const SHORT_SEC = 20;

/** How each of the chart's two halves is divided. */
interface ChartColumns {
  readonly count: number;
  /** Whole seconds in a step. */
  readonly secEach: number;
  /** Columns that show the same step. */
  readonly perStep: number;
}

/**
 * As much time as the run has seen, from `SHORT_SEC` to `CHART_SEC`: a short
 * run fills its chart. Whole seconds for each column, or whole columns for each
 * second, so that the picture moves and does not shimmer.
 *
 * @param ageSec how long the run has lasted
 */
function columnsIn(columns: number, ageSec: number): ChartColumns {
  const count = Math.max(1, Math.floor((columns - 3) / 2));
  const sec = Math.min(Math.max(ageSec, SHORT_SEC), CHART_SEC);
  const longest = Math.max(1, Math.round(CHART_SEC / count));
  return {
    count,
    secEach: Math.min(longest, Math.max(1, Math.floor(sec / count))),
    perStep: Math.max(1, Math.ceil(count / sec)),
  };
}

function spanSec({ count, secEach, perStep }: ChartColumns): number {
  return Math.ceil(count / perStep) * secEach;
}

/** How far the chart looks ahead at most, in seconds. */
export function chartSpanSec(columns: number): number {
  return spanSec(columnsIn(columns, CHART_SEC));
}

/** What was sent in the last minutes, and what comes in the next, on one scale. */
export function chartBlock(model: ScreenModel, size: ScreenSize): StackBlock {
  const columns = columnsIn(size.columns, nowSecOf(model));
  const past = pastOf(model, columns);
  const next = nextOf(model, columns);
  const most = maxOf([...past, ...next]);
  const top = most > 0 ? niceCeiling(most) : 0;
  return {
    priority: PRIORITY.chart,
    minRows: 1,
    maxRows: 1 + heightIn(size, model.snapshot.targets.length),
    isSpaced: true,
    draw(rows) {
      const height = Math.max(1, rows - 1);
      const left = columnChart(past, { height, max: top });
      const right = columnChart(next, { height, max: top });
      const chart = left.map((line, i): Line => [
        " ",
        ["accent", line],
        dim("│"),
        ["soft", right[i]!],
      ]);
      return rows === 1 ? chart : [
        title(top, {
          columns: size.columns,
          sec: spanSec(columns),
          nextSec: Math.min(spanSec(columns), leftSec(model)),
        }),
        ...chart,
      ];
    },
  };
}

function heightIn({ rows }: ScreenSize, targets: number): number {
  const spare = Math.max(0, rows - PLAIN_ROWS - targets);
  return Math.max(1, Math.floor(rows / ROWS_PER_CHART_ROW)) +
    Math.floor(spare / 2);
}

function title(
  top: number,
  { columns, sec, nextSec }: {
    readonly columns: number;
    readonly sec: number;
    readonly nextSec: number;
  },
): Line {
  const span = roundDuration(sec * 1000);
  const next = nextSec > 0
    ? `planned, next ${roundDuration(nextSec * 1000)}`
    : "nothing more is planned";
  const scale = top > 0 ? `up to ${formatRate(top)} · ` : "";
  return spread(
    [dim(` sent, last ${span}`)],
    [dim(scale + next)],
    columns,
  );
}

/** Until the run's end; Infinity = it has none. */
function leftSec({ snapshot: { nowMs, endMs } }: ScreenModel): number {
  return endMs === null
    ? Infinity
    : Math.max(0, Math.ceil((endMs - nowMs) / 1000));
}

function nowSecOf({ snapshot }: ScreenModel): number {
  return Math.floor((snapshot.nowMs - snapshot.startMs) / 1000);
}

/** The last step is the one that the last full second is in. */
function pastOf(model: ScreenModel, columns: ChartColumns): number[] {
  const { count, secEach, perStep } = columns;
  const last = Math.floor((nowSecOf(model) - 1) / secEach);
  return Array.from({ length: count }, (_, i) => {
    const step = last - Math.floor((count - 1 - i) / perStep);
    return meanOf(
      secEach,
      (sec) => rateIn(model.history, step * secEach + sec),
    );
  });
}

/** The first step is the one that now is in, as far as it lies ahead. */
function nextOf(model: ScreenModel, columns: ChartColumns): number[] {
  const { count, secEach, perStep } = columns;
  const { forecast, snapshot } = model;
  const nowSec = nowSecOf(model);
  const first = Math.floor(nowSec / secEach);
  return Array.from({ length: count }, (_, i) => {
    const step = first + Math.floor(i / perStep);
    return meanOf(secEach, (sec) => {
      const at = step * secEach + sec;
      return at < nowSec ? null : rateAt(
        forecast,
        snapshot.startMs + at * 1000,
      );
    });
  });
}

/** The mean of what is known; 0 where nothing is. */
function meanOf(
  count: number,
  rate: (index: number) => number | null,
): number {
  const known = Array.from({ length: count }, (_, i) => rate(i))
    .filter((value) => value !== null);
  const sum = known.reduce((sum, value) => sum + value, 0);
  return known.length === 0 ? 0 : sum / known.length;
}

function rateAt(forecast: Forecast | null, timeMs: number): number | null {
  if (forecast === null) return null;
  const row = Math.floor((timeMs - forecast.startMs) / forecast.stepMs);
  // A second of the run need not begin with one of the forecast.
  return forecast.rows[Math.max(row, 0)]?.rate ?? null;
}
