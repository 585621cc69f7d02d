import uPlot from "uplot";
import { logMsAxis, logRange, LONE_POINTS, timeAxis } from "../charts/axes.ts";
import { bands } from "../charts/bands.ts";
import type { ChartSpec, Lines, Surroundings } from "../charts/chart.ts";
import { heat, rowMs } from "../charts/heat.ts";
import { figure } from "../dom.ts";
import { ms } from "../format.ts";
import { columnBeside, middles, seriesOf, type Shown } from "../model.ts";
import { color } from "../theme.ts";
import { phaseKeys } from "../charts/phase_keys.ts";

/** Where response times lie, and how they move. */
export function responsePanel(): ChartSpec {
  return {
    figure: figure(
      "Response time",
      "From the instant at which a request should have started. Each cell is a span of time and of response times; the stronger, the more requests. Where a column has too few for a percentile, several share one: steps.",
    ),
    height: 300,
    isTimed: true,
    keys: ({ data, other }) => [
      { color: "--heat", name: "requests" },
      { color: "--ink", name: "p50", mark: "line" },
      { color: "--p90", name: "p90", mark: "line" },
      { color: "--p99", name: "p99", mark: "line" },
      ...(other === null ? [] : [
        { color: "--other", name: "p90, other run", mark: "line" } as const,
      ]),
      ...phaseKeys(data),
    ],
    nothing: ({ series: { heat } }) =>
      heat.rows > 0 ? null : "No request was answered yet.",
    lines: ({ series: { shared } }) => JSON.stringify(shared),
    data: dataOf,
    say: ({ data: { report } }) => {
      const { p50Ms, p99Ms } = report.latency.response;
      return `The median is ${ms(p50Ms)}, the 99th percentile ${ms(p99Ms)}`;
    },
    options,
  };
}

function options(
  shown: () => Shown,
  { times }: Surroundings,
): Omit<uPlot.Options, "width" | "height"> {
  const { shared } = shown().series;
  return {
    plugins: [bands(() => shown().data), heat(shown)],
    scales: { y: { distr: 3, range: () => rangeOf(shown()) } },
    axes: [timeAxis(times), logMsAxis()],
    series: [
      {},
      line("--ink", shared.p50),
      line("--p90", shared.p90),
      line("--p99", shared.p99),
      {
        label: "p90, other run",
        stroke: () => color("--other"),
        width: 1.5,
        points: { show: false },
      },
    ],
  };
}

/** A value that many columns share is drawn as steps: between them nothing is known. */
function line(name: string, shared: number): uPlot.Series {
  return {
    stroke: () => color(name),
    width: 2,
    ...(shared > 1 && { paths: uPlot.paths.stepped!({ align: 1 }) }),
    points: { ...LONE_POINTS, fill: () => color(name) },
  };
}

/** All cells are in sight, whatever the lines do. */
function rangeOf({ series: { heat } }: Shown): [number, number] {
  if (heat.rows === 0) return [1, 1000];
  const [low, high] = [rowMs(heat.firstRow), rowMs(heat.firstRow + heat.rows)];
  return logRange(null as unknown as uPlot, low, high);
}

function dataOf(shown: Shown): Lines {
  const { data, series } = shown;
  return [
    middles(data),
    series.p50,
    series.p90,
    series.p99,
    laidOver(shown),
  ];
}

function laidOver(shown: Shown): (number | null)[] {
  const { data, series, other } = shown;
  const p90 = other && seriesOf(other, series.target).p90;
  return data.run.planned.map((_, i) =>
    p90 && (p90[columnBeside(shown, other!, i)] ?? null)
  );
}
