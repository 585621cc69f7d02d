import type uPlot from "uplot";
import {
  fromZero,
  LONE_POINTS,
  timeAxis,
  valueAxis,
  WHOLE_STEPS,
} from "../charts/axes.ts";
import { bands } from "../charts/bands.ts";
import type { ChartSpec } from "../charts/chart.ts";
import { figure } from "../dom.ts";
import { count, ms } from "../format.ts";
import { middles, type Shown } from "../model.ts";
import { color } from "../theme.ts";

/** kar's own lateness: what it adds to every response time. */
export function lagPanel(): ChartSpec {
  return {
    figure: figure(
      "kar itself: how late it sent",
      "Send lag, 99th percentile: from the instant at which a request should have started until it was sent. Hatched, where kar was the limit: do not trust the target's times there.",
    ),
    height: 180,
    isTimed: true,
    keys: () => [{ color: "--ink", name: "send lag p99", mark: "line" }],
    data: ({ data }) => [middles(data), data.run.sendLagP99],
    say: ({ data: { report } }) =>
      `The 99th percentile is ${ms(report.latency.sendLag.p99Ms)}`,
    options: (shown, { times }) => ({
      plugins: [bands(() => shown().data)],
      scales: { y: fromZero(1) },
      axes: [timeAxis(times), valueAxis(ms)],
      series: [{}, {
        stroke: () => color("--ink"),
        width: 1.5,
        points: lone("--ink"),
      }],
    }),
  };
}

/** What kar took of the machine, and what was under way. */
export function costPanel(): ChartSpec {
  return {
    figure: figure(
      "kar itself: what it took",
      "CPU in cores at the left; requests under way, and memory in MiB, at the right.",
    ),
    height: 180,
    isTimed: true,
    keys: () => [
      { color: "--set1", name: "CPU", mark: "line" },
      { color: "--set2", name: "in flight", mark: "line" },
      { color: "--set3", name: "MiB", mark: "dash" },
    ],
    data: ({ data: { run, ...data } }: Shown) => [
      middles({ run, ...data }),
      run.cpu,
      run.inFlight,
      run.rssMiB,
    ],
    options: (shown, { times }) => ({
      padding: [8, 0, 0, 0],
      plugins: [bands(() => shown().data)],
      scales: { y: fromZero(0.1), other: fromZero(10) },
      axes: [
        timeAxis(times),
        valueAxis((cores) => String(Number(cores.toFixed(3)))),
        valueAxis(count, {
          incrs: WHOLE_STEPS,
          side: 1,
          scale: "other",
          grid: { show: false },
        }),
      ],
      series: [
        {},
        line("--set1", "y"),
        line("--set2", "other"),
        { ...line("--set3", "other"), dash: [4, 4] },
      ],
    }),
  };
}

function line(name: string, scale: string): uPlot.Series {
  return {
    scale,
    stroke: () => color(name),
    width: 1.5,
    points: lone(name),
  };
}

function lone(name: string): uPlot.Series.Points {
  return { ...LONE_POINTS, fill: () => color(name) };
}
