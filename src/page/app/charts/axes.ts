import uPlot from "uplot";
import { ms, type Times } from "../format.ts";
import { color } from "../theme.ts";

const FONT = "12px system-ui, sans-serif";
/** A label like 03:12:00 needs so many pixels, or neighbours run together. */
export const TIME_SPACE = 84;
/** Seconds between labels: less than one would say the same time twice. */
const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;
export const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 3, 5, 7, 10, 15, 30, 60, 90, 182, 365].map((n) => n * DAY),
];
/** Between labels of what is counted: there is no half a request. */
export const WHOLE_STEPS = Array.from(
  { length: 9 },
  (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();
const VALUE_SIZE = 62;
const TIME_SIZE = 28;

/** How every axis looks. */
export function axis(more: Partial<uPlot.Axis>): uPlot.Axis {
  return {
    stroke: () => color("--soft"),
    grid: { stroke: () => color("--grid"), width: 1 },
    ticks: { show: false },
    font: FONT,
    ...more,
  };
}

/** Time of day below every chart. */
export function timeAxis(times: () => Times): uPlot.Axis {
  return axis({
    size: TIME_SIZE,
    space: TIME_SPACE,
    incrs: TIME_STEPS,
    values: (_, splits, __, ___, apart) =>
      splits.map((at) => times().tick(at, apart)),
  });
}

/** Values at the left side. */
export function valueAxis(
  text: (value: number) => string,
  more: Partial<uPlot.Axis> = {},
): uPlot.Axis {
  return axis({
    size: VALUE_SIZE,
    values: (_, splits) => splits.map(text),
    ...more,
  });
}

/** Milliseconds by logarithm, labelled 1, 2, 5. */
export function logMsAxis(): uPlot.Axis {
  return axis({
    size: VALUE_SIZE,
    splits: (_, __, low, high) => steps125(low, high),
    filter: (_, splits) => splits,
    values: (_, splits) => splits.map(ms),
  });
}

/** 1, 2, 5, 10, … between two values: fewer of them over a wide range. */
function steps125(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const digits = decades > 5 ? [1] : decades > 3.2 ? [1, 3] : [1, 2, 5];
  const all: number[] = [];
  for (let power = -4; power < 7; power++) {
    for (const digit of digits) {
      const value = Number((digit * 10 ** power).toPrecision(1));
      if (value >= low && value <= high) all.push(value);
    }
  }
  return all;
}

/** From nothing to a little above the highest, and to `least` at least; where there is nothing, to 1. */
export function fromZero(least: number): uPlot.Scale {
  return {
    range: (_, __, max) => [0, Math.max(least, (max ?? 0) * 1.1) || 1],
  };
}

/** The lowest and highest of many, by logarithm, with some room around them. */
export function logRange(_: uPlot, min: number, max: number): [number, number] {
  if (!(min > 0) || !(max > 0)) return [1, 1000];
  return [min * 0.8, Math.max(max * 1.25, min * 4)];
}

/** Points where a line would not be seen: between gaps. */
export const LONE_POINTS: uPlot.Series.Points = {
  show: true,
  size: 5,
  width: 0,
  filter: (plot, series) => {
    const values = plot.data[series]!;
    const isGap = (i: number) => (values[i] ?? null) === null;
    const found: number[] = [];
    for (let i = 0; i < values.length; i++) {
      if (!isGap(i) && isGap(i - 1) && isGap(i + 1)) found.push(i);
    }
    return found;
  },
};
