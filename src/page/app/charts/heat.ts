import type uPlot from "uplot";
import { type PageHeat, ROWS_PER_DECADE } from "../../contract.ts";
import type { Shown } from "../model.ts";
import { color } from "../theme.ts";
import { within } from "./bands.ts";

/** The faintest cell that holds anything, and the strongest. */
const ALPHA = { least: 0.14, most: 0.92 };
/** Steps of strength: as many as an eye tells apart. */
const SHADES = 24;

/** The counts of a heatmap, column by column. */
export function countsOf({ cells }: PageHeat): Uint16Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(cells), (char) => char.charCodeAt(0));
  return new Uint16Array(bytes.buffer);
}

/** Where a row begins, in milliseconds. */
export function rowMs(row: number): number {
  return 10 ** (row / ROWS_PER_DECADE) / 1000;
}

/** Cells over the grid and under the lines: time × log time, stronger = more requests. */
export function heat(shown: () => Shown): uPlot.Plugin {
  let of: PageHeat | null = null;
  let counts = new Uint16Array();
  return {
    hooks: {
      drawAxes: (plot) => {
        const { series } = shown();
        if (of !== series.heat) {
          of = series.heat;
          counts = countsOf(of);
        }
        within(plot, () => drawCells(plot, shown(), counts));
      },
    },
  };
}

/** Strength by logarithm: one slow request is seen beside thousands of quick ones. */
function shadeOf(n: number, most: number): number {
  return Math.round(SHADES * Math.log1p(n) / Math.log1p(most));
}

function drawCells(plot: uPlot, shown: Shown, counts: Uint16Array): void {
  const { ctx } = plot;
  const { firstRow, rows } = shown.series.heat;
  const { fromMs, stepMs } = shown.data.span;
  const [from, to] = shown.range;
  const columns = rows === 0 ? 0 : counts.length / rows;
  const at = (sec: number) => Math.floor((sec * 1000 - fromMs) / stepMs);
  const first = Math.max(0, at(from));
  const last = Math.min(columns - 1, at(to));
  let most = 1;
  for (let i = first * rows; i < (last + 1) * rows; i++) {
    if (counts[i]! > most) most = counts[i]!;
  }
  const edges = Array.from(
    { length: rows + 1 },
    (_, row) => Math.round(plot.valToPos(rowMs(firstRow + row), "y", true)),
  );
  ctx.fillStyle = color("--heat");
  for (let column = first; column <= last; column++) {
    const start = (fromMs + column * stepMs) / 1000;
    const left = Math.round(plot.valToPos(start, "x", true));
    const end = Math.round(plot.valToPos(start + stepMs / 1000, "x", true));
    const width = Math.max(1, end - left);
    for (let row = 0; row < rows; row++) {
      const n = counts[column * rows + row]!;
      if (n === 0) continue;
      const shade = shadeOf(n, most) / SHADES;
      ctx.globalAlpha = ALPHA.least + (ALPHA.most - ALPHA.least) * shade;
      const top = edges[row + 1]!;
      ctx.fillRect(left, top, width, Math.max(1, edges[row]! - top));
    }
  }
}
