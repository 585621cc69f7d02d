import type uPlot from "uplot";
import { axis, logMsAxis, logRange } from "../charts/axes.ts";
import type { ChartSpec, Lines } from "../charts/chart.ts";
import { figure } from "../dom.ts";
import { rate } from "../format.ts";
import { drainFrom, lengths, perSecond, type Shown } from "../model.ts";
import { color } from "../theme.ts";

/** Latency against rate: where it bends upwards the target is at its limit. */
export function kneePanel(): ChartSpec {
  return {
    figure: figure(
      "The knee",
      "Response time against the rate that was sent, a dot for each column. Where the dots bend upwards, the target had no more to give.",
    ),
    height: 260,
    isTimed: false,
    keys: ({ series: { shared } }) => [
      { color: "--plan", name: "p50", mark: "dots" },
      ...(shared.p90 > 1
        ? []
        : [{ color: "--p99", name: "p90", mark: "dots" } as const]),
    ],
    nothing: (shown) =>
      dataOf(shown)[1]!.some((value) => value !== null)
        ? null
        : "No stretch of time had enough requests yet.",
    data: dataOf,
    options: () => ({
      cursor: { show: false },
      scales: {
        x: { time: false, range: (_, __, max) => [0, Math.max(1, max * 1.05)] },
        y: { distr: 3, range: logRange },
      },
      axes: [
        axis({
          size: 28,
          space: 70,
          values: (_, splits) => splits.map(rate),
        }),
        logMsAxis(),
      ],
      series: [{}, dots("--plan"), dots("--p99")],
    }),
  };
}

function dots(name: string): uPlot.Series {
  return {
    stroke: () => color(name),
    paths: () => null,
    points: { show: true, size: 5, fill: () => color(name), width: 0 },
  };
}

/** Columns by rising rate, which is what a chart's x has to be. */
function dataOf({ data, series }: Shown): Lines {
  const drain = drainFrom(data);
  const rates = perSecond(series.sent, lengths(data))
    .map((rate, i) => i < drain ? rate : null);
  const order = rates.map((_, i) => i)
    .filter((i) => rates[i] !== null)
    .sort((a, b) => rates[a]! - rates[b]!);
  return [
    order.map((i) => rates[i]!),
    order.map((i) => own(series.p50, series.shared.p50)[i] ?? null),
    order.map((i) => own(series.p90, series.shared.p90)[i] ?? null),
  ];
}

/** What columns share says nothing of the rate of any of them. */
function own(
  values: readonly (number | null)[],
  shared: number,
): readonly (number | null)[] {
  return shared === 1 ? values : [];
}
