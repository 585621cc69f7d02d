import type { Forecast } from "../pattern/mod.ts";
import {
  columnChart,
  dim,
  formatRate,
  type Line,
  maxOf,
  spread,
  stretch,
} from "../report/mod.ts";
import { CHART_SEC, type ScreenModel, type ScreenSize } from "./model.ts";
import { type Block, PRIORITY } from "./stack.ts";

/** One row of the screen in this many goes to the chart. */
const ROWS_PER_CHART_ROW = 5;
const SPAN = `${CHART_SEC / 60}m`;

/** What was sent in the last minutes, and what comes in the next, on one scale. */
export function chartBlock(model: ScreenModel, size: ScreenSize): Block {
  const half = Math.max(1, Math.floor((size.columns - 3) / 2));
  const past = stretch(lastSeconds(model.history), half);
  const next = stretch(nextSeconds(model), half);
  const max = maxOf([...past, ...next]);
  return {
    priority: PRIORITY.chart,
    minRows: 1,
    maxRows: 1 + Math.max(1, Math.floor(size.rows / ROWS_PER_CHART_ROW)),
    isSpaced: true,
    draw(rows) {
      const height = Math.max(1, rows - 1);
      const left = columnChart(past, { height, max });
      const right = columnChart(next, { height, max });
      const chart = left.map((line, i): Line => [
        " ",
        ["accent", line],
        dim("│"),
        ["soft", right[i]!],
      ]);
      return rows === 1 ? chart : [title(max, size.columns), ...chart];
    },
  };
}

function title(max: number, columns: number): Line {
  return spread(
    [dim(` sent, last ${SPAN}`)],
    [dim(`up to ${formatRate(max)} · planned, next ${SPAN}`)],
    columns,
  );
}

function lastSeconds(history: readonly number[]): number[] {
  const shown = history.slice(-CHART_SEC);
  return [...new Array<number>(CHART_SEC - shown.length).fill(0), ...shown];
}

function nextSeconds({ forecast, snapshot }: ScreenModel): number[] {
  return Array.from(
    { length: CHART_SEC },
    (_, sec) => rateAt(forecast, snapshot.nowMs + sec * 1000),
  );
}

function rateAt(forecast: Forecast | null, timeMs: number): number {
  if (forecast === null) return 0;
  const row = Math.floor((timeMs - forecast.startMs) / forecast.stepMs);
  return forecast.rows[row]?.rate ?? 0;
}
