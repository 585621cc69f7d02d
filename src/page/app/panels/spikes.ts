import type uPlot from "uplot";
import {
  axis,
  fromZero,
  TIME_SPACE,
  TIME_STEPS,
  valueAxis,
} from "../charts/axes.ts";
import { stretches } from "../charts/bands.ts";
import type { ChartSpec, Lines } from "../charts/chart.ts";
import { figure } from "../dom.ts";
import { count, ms, span } from "../format.ts";
import { columnsIn, type Shown } from "../model.ts";
import { color } from "../theme.ts";

/** Spikes that are laid over each other at most: the last ones. */
const SPIKES_MAX = 60;
/** How much is seen before a spike and after it, in lengths of the spike. */
const BEFORE = 0.5;
const AFTER = 2;

/** All spikes from their beginnings: does each look like the one before it? */
export function spikesPanel(): ChartSpec {
  return {
    figure: figure(
      "Spikes, laid over each other",
      "Median response time from the beginning of each spike on: the last one strong, those before it faint.",
    ),
    height: 240,
    isTimed: false,
    keys: (shown) => {
      const spikes = spikesOf(shown).length;
      return [
        { color: "--spike", name: "last spike", mark: "line" },
        {
          color: "--guess",
          name: "before",
          count: count(Math.max(0, spikes - 1)),
        },
      ];
    },
    lines: (shown) => String(spikesOf(shown).length),
    data: dataOf,
    options: (shown) => {
      const { length } = spikesOf(shown());
      return {
        cursor: { show: false },
        scales: { x: { time: false }, y: fromZero(1) },
        axes: [
          axis({
            size: 28,
            space: TIME_SPACE,
            incrs: TIME_STEPS,
            values: (_, splits) => splits.map(sinceText),
          }),
          valueAxis(ms),
        ],
        series: [
          {},
          ...Array.from({ length }, (_, i) => line(i === length - 1)),
        ],
      };
    },
  };
}

/** −2 s, 3 min: from the beginning of a spike. */
function sinceText(sec: number): string {
  return `${sec < 0 ? "−" : ""}${span(Math.abs(sec) * 1000)}`;
}

function line(isLast: boolean): uPlot.Series {
  return {
    stroke: () => color(isLast ? "--spike" : "--guess"),
    width: isLast ? 2.5 : 1,
    spanGaps: true,
    points: { show: false },
  };
}

/** Columns of a spike: where it begins, and how many it takes. */
type DrawnSpike = readonly [start: number, length: number];

/** Spikes that are over; one that goes on cannot be shown yet. */
function spikesOf({ data }: Shown): readonly DrawnSpike[] {
  const { run, phases } = data;
  const spike = phases.indexOf("spike");
  const known = columnsIn(data);
  let at = 0;
  const found: DrawnSpike[] = [];
  for (const { from, to, value } of stretches(run.phase, 0, 1000)) {
    const length = to - from;
    if (value === spike && at + length < known) found.push([at, length]);
    at += length;
  }
  return found.slice(-SPIKES_MAX);
}

function dataOf(shown: Shown): Lines {
  const { data, series } = shown;
  const spikes = spikesOf(shown);
  const longest = Math.max(1, ...spikes.map(([, length]) => length));
  const from = -Math.ceil(longest * BEFORE);
  const to = Math.ceil(longest * (1 + AFTER));
  const xs = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const known = columnsIn(data);
  return [
    xs.map((x) => x * data.span.stepMs / 1000),
    ...spikes.map(([start], i) => {
      const end = Math.min(spikes[i + 1]?.[0] ?? known, known);
      return xs.map((x) => {
        const at = start + x;
        return at < 0 || at >= end ? null : series.p50[at]!;
      });
    }),
  ];
}

/** Whether there is a spike to show. */
export function hasSpikes(shown: Shown): boolean {
  return spikesOf(shown).length > 0;
}
