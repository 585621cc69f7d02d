import type uPlot from "uplot";
import { type PageHeat, ROWS_PER_DECADE } from "../../contract.ts";
import type { Shown } from "../model.ts";
import { color } from "../theme.ts";
import { within } from "./bands.ts";

/** The faintest cell that holds anything, and the strongest, of 255. */
const ALPHA = { least: 36, most: 205 };

/** Where a row begins, in milliseconds. */
export function rowMs(row: number): number {
  return 10 ** (row / ROWS_PER_DECADE) / 1000;
}

/**
 * Cells over the grid and under the lines: time × log time, stronger = more
 * requests. They are painted once, a pixel each, and stretched when drawn: rows
 * are of one height on a log axis, so zooming costs one call.
 */
export function heat(shown: () => Shown): uPlot.Plugin {
  let painted: HeatPicture | null = null;
  return {
    hooks: {
      drawAxes: (plot) => {
        const { heat } = shown().series;
        const ink = color("--heat");
        if (painted?.heat !== heat || painted.ink !== ink) {
          painted = { heat, ink, picture: pictureOf(heat, ink) };
        }
        const { picture } = painted;
        if (picture !== null) {
          within(plot, () => stretch(plot, shown(), picture));
        }
      },
    },
  };
}

/** Cells as a picture, and what it was made of. */
interface HeatPicture {
  readonly heat: PageHeat;
  readonly ink: string;
  readonly picture: HTMLCanvasElement | null;
}

/** The counts of a heatmap, column by column. */
function countsOf({ cells }: PageHeat): Uint16Array {
  const bytes = Uint8Array.from(atob(cells), (char) => char.charCodeAt(0));
  return new Uint16Array(bytes.buffer);
}

/** A pixel for each cell, the quickest requests at the bottom; null where there is none. */
function pictureOf(heat: PageHeat, ink: string): HTMLCanvasElement | null {
  const { rows } = heat;
  const counts = countsOf(heat);
  const columns = rows === 0 ? 0 : counts.length / rows;
  if (columns === 0) return null;
  const picture = document.createElement("canvas");
  picture.width = columns;
  picture.height = rows;
  const context = picture.getContext("2d")!;
  const image = context.createImageData(columns, rows);
  const [red, green, blue] = rgbOf(ink);
  const most = counts.reduce((max, n) => Math.max(max, n), 1);
  counts.forEach((n, i) => {
    if (n === 0) return;
    const column = Math.floor(i / rows);
    const at = 4 * ((rows - 1 - i % rows) * columns + column);
    image.data.set([red, green, blue, alphaOf(n, most)], at);
  });
  context.putImageData(image, 0, 0);
  return picture;
}

/** By logarithm: one slow request is seen beside thousands of quick ones. */
function alphaOf(n: number, most: number): number {
  const share = Math.log1p(n) / Math.log1p(most);
  return ALPHA.least + (ALPHA.most - ALPHA.least) * share;
}

/** Of a colour like #0369a1. */
function rgbOf(hex: string): [number, number, number] {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, value >> 8 & 255, value & 255];
}

function stretch(
  plot: uPlot,
  { series: { heat: { firstRow, rows } }, data: { span } }: Shown,
  picture: HTMLCanvasElement,
): void {
  const { ctx } = plot;
  const x = (ms: number) => Math.round(plot.valToPos(ms / 1000, "x", true));
  const y = (row: number) => Math.round(plot.valToPos(rowMs(row), "y", true));
  const left = x(span.fromMs);
  const right = x(span.fromMs + picture.width * span.stepMs);
  const [top, bottom] = [y(firstRow + rows), y(firstRow)];
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(picture, left, top, right - left, bottom - top);
}
