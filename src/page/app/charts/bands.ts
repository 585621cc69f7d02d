import type uPlot from "uplot";
import type { PageData, PageMark } from "../../contract.ts";
import { color, phaseColor } from "../theme.ts";

/** A stretch of columns that have something in common. */
export interface Stretch {
  /** Seconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** Columns of equal value, joined. */
export function stretches(
  values: readonly number[],
  fromMs: number,
  stepMs: number,
): Stretch[] {
  const all: Stretch[] = [];
  let first = 0;
  for (let i = 1; i <= values.length; i++) {
    if (i < values.length && values[i] === values[first]) continue;
    all.push({
      from: (fromMs + first * stepMs) / 1000,
      to: (fromMs + i * stepMs) / 1000,
      value: values[first]!,
    });
    first = i;
  }
  return all;
}

/** Behind the lines of every chart: phases, what is to come, and where kar cannot be trusted. */
export function bands(
  data: () => PageData,
  { isWorded = false }: { readonly isWorded?: boolean } = {},
): uPlot.Plugin {
  return {
    hooks: {
      drawClear: (plot) => drawBands(plot, data()),
      draw: (plot) => drawMarks(plot, marksIn(data()), isWorded),
    },
  };
}

function drawBands(plot: uPlot, data: PageData): void {
  const { span, run, phases, forecast } = data;
  within(plot, () => {
    const seen = stretches(run.phase, span.fromMs, span.stepMs);
    const coming = forecast === null
      ? []
      : stretches(forecast.phase, forecast.fromMs, forecast.stepMs);
    for (const { value, ...stretch } of [...seen, ...coming]) {
      const name = phaseColor(phases[value] ?? "");
      if (name !== null) phaseBand(plot, stretch, color(name));
    }
    for (const each of stretches(run.doubtful, span.fromMs, span.stepMs)) {
      if (each.value === 1) hatch(plot, each);
    }
    if (forecast !== null) now(plot, forecast.fromMs / 1000);
  });
}

/** Draws inside the plot only, and leaves the context as it was. */
export function within(plot: uPlot, draw: () => void): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw();
  ctx.restore();
}

/** Whole pixels: else light seams show between neighbours. */
function xOf(plot: uPlot, sec: number): number {
  return Math.round(plot.valToPos(sec, "x", true));
}

/** A tint, and a bar on top so that colour is not the only sign. */
function phaseBand(
  plot: uPlot,
  { from, to }: Omit<Stretch, "value">,
  fill: string,
): void {
  const { ctx, bbox } = plot;
  const [left, right] = [xOf(plot, from), xOf(plot, to)];
  ctx.fillStyle = fill;
  ctx.globalAlpha = 0.13;
  ctx.fillRect(left, bbox.top, right - left, bbox.height);
  ctx.globalAlpha = 0.9;
  ctx.fillRect(left, bbox.top, right - left, 3 * devicePixelRatio);
}

function hatch(plot: uPlot, { from, to }: Stretch): void {
  const { ctx, bbox } = plot;
  const [left, right] = [xOf(plot, from), xOf(plot, to)];
  const gap = 7 * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top, right - left, bbox.height);
  ctx.clip();
  ctx.globalAlpha = 0.32;
  ctx.strokeStyle = color("--soft");
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  for (let x = left - bbox.height; x < right; x += gap) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
}

/** Room of a mark's words to the next ones, in pixels. */
const WORDS_GAP = 8;
const WORDS_FONT = "11px system-ui, sans-serif";

/** That a run was fired when it began is not worth a mark. */
function marksIn({ marks, report }: PageData): readonly PageMark[] {
  const began = Date.parse(report.start) + 1000;
  return marks.filter(({ t }) => t > began);
}

/** Who changed the traffic, and when: a line for each, with words where there is room. */
function drawMarks(
  plot: uPlot,
  marks: readonly PageMark[],
  isWorded: boolean,
): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  let freeFrom = bbox.left;
  within(plot, () => {
    ctx.font = WORDS_FONT.replace("11", String(11 * ratio));
    ctx.textBaseline = "top";
    ctx.textAlign = "left";
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    ctx.lineWidth = ratio;
    for (const { t, kind, text } of marks) {
      const x = xOf(plot, t / 1000);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      const ink = color(kind === "breaker" ? "--bad" : "--mark");
      ctx.strokeStyle = ink;
      ctx.beginPath();
      ctx.moveTo(x + 0.5, bbox.top);
      ctx.lineTo(x + 0.5, bbox.top + bbox.height);
      ctx.stroke();
      const left = x + 4 * ratio;
      const right = left + ctx.measureText(text).width;
      if (!isWorded || left < freeFrom || right > bbox.left + bbox.width) {
        continue;
      }
      ctx.fillStyle = ink;
      ctx.fillText(text, left, bbox.top + 6 * ratio);
      freeFrom = right + WORDS_GAP * ratio;
    }
  });
}

/** Left of it is what was, right of it what is coming. */
function now(plot: uPlot, sec: number): void {
  const { ctx, bbox } = plot;
  const x = xOf(plot, sec);
  ctx.globalAlpha = 0.9;
  ctx.fillStyle = color("--soft");
  ctx.fillRect(x, bbox.top, Math.max(1, devicePixelRatio), bbox.height);
}
