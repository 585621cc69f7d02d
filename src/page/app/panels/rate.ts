import uPlot from "uplot";
import { bands } from "../charts/bands.ts";
import { fromZero, timeAxis, valueAxis } from "../charts/axes.ts";
import type { ChartSpec, Lines, Surroundings } from "../charts/chart.ts";
import { figure, type Key } from "../dom.ts";
import { count, rate } from "../format.ts";
import {
  columnBeside,
  columnsIn,
  drainFrom,
  lengths,
  middles,
  perSecond,
  plannedOf,
  type Shown,
  totals,
} from "../model.ts";
import { poissonBand } from "../poisson.ts";
import { color } from "../theme.ts";
import { phaseKeys } from "../charts/phase_keys.ts";

/** Beyond so many columns in sight dots become a tube, and a line says more. */
const DOTS_MAX = 400;

/** What the plan said, and what was sent. */
export function ratePanel(): ChartSpec {
  return {
    figure: figure(
      "Planned against achieved",
      "Requests a second: what the plan says, and what was sent. 99 of 100 dots lie in the band that chance allows; right of now is what is coming.",
    ),
    height: 260,
    isTimed: true,
    keys,
    lines: (shown) => String(isFew(shown)),
    data: dataOf,
    say: ({ series }) => {
      const [due, sent] = [sum(series.due), sum(series.sent)];
      return `${count(due)} requests were due and ${count(sent)} sent`;
    },
    options,
  };
}

function keys({ data, series, other }: Shown): Key[] {
  const missed = totals(series.missed).reduce((all, [, n]) => all + n, 0);
  return [
    { color: "--plan", name: "planned", mark: "line" },
    { color: "--band", name: "99 % by chance" },
    { color: "--ink", name: "sent", mark: "dots" },
    { color: "--answered", name: "answered", mark: "dash" },
    ...(missed > 0
      ? [{ color: "--missed", name: "missed", count: count(missed) }]
      : []),
    ...(data.forecast !== null
      ? [{ color: "--plan", name: "forecast", mark: "dash" } as const]
      : []),
    ...(other !== null
      ? [{ color: "--other", name: "sent, other run", mark: "line" } as const]
      : []),
    ...phaseKeys(data),
  ];
}

function options(
  shown: () => Shown,
  { times }: Surroundings,
): Omit<uPlot.Options, "width" | "height"> {
  const few = isFew(shown());
  const none = { show: false };
  return {
    plugins: [bands(() => shown().data, { isWorded: true })],
    scales: { y: fromZero(1) },
    axes: [timeAxis(times), valueAxis(rate)],
    bands: [{ series: [1, 2], fill: () => color("--band") }],
    series: [
      {},
      { label: "band high", stroke: "transparent", points: none },
      { label: "band low", stroke: "transparent", points: none },
      {
        label: "planned",
        stroke: () => color("--plan"),
        width: 2,
        points: none,
      },
      {
        label: "forecast",
        stroke: () => color("--plan"),
        width: 2,
        dash: [6, 4],
        points: none,
      },
      {
        label: "answered",
        stroke: () => color("--answered"),
        width: 1,
        dash: [3, 3],
        points: none,
      },
      {
        label: "sent",
        stroke: () => color("--ink"),
        width: 1,
        ...(few ? { paths: () => null } : {}),
        points: { show: few, size: 5, fill: () => color("--ink"), width: 0 },
      },
      {
        label: "missed",
        stroke: () => color("--missed"),
        fill: () => color("--missed"),
        paths: uPlot.paths.bars!({ size: [0.7, 16] }),
        points: none,
      },
      {
        label: "sent, other run",
        stroke: () => color("--other"),
        width: 1,
        points: none,
      },
    ],
  };
}

/** Columns in sight: few enough to be dots. */
function isFew({ data, range: [from, to] }: Shown): boolean {
  const inSight = (to - from) * 1000 / data.span.stepMs;
  return Math.min(inSight, columnsIn(data)) <= DOTS_MAX;
}

function dataOf(shown: Shown): Lines {
  const { data, series } = shown;
  const { arrivals, forecast } = data;
  const drain = drainFrom(data);
  const seconds = lengths(data).map((sec, i) => i < drain ? sec : null);
  const means = plannedOf(shown);
  const limits = means.map((mean): readonly [number, number] =>
    arrivals === "poisson"
      ? poissonBand(mean)
      : [Math.max(0, mean - 1), mean + 1]
  );
  const coming = forecast?.rate ?? [];
  const past = coming.map(() => null);
  const future = means.map(() => null);
  const completed = series.ok.map((n, i) =>
    Object.values(series.failed).reduce((all, list) => all + list[i]!, n)
  );
  const missed = Object.values(series.missed);
  const missedIn = means.map((_, i) =>
    missed.reduce((all, list) => all + list[i]!, 0)
  );
  const lines = [
    limits.map(([, high]) => high),
    limits.map(([low]) => low),
    means,
  ].map((list) => [...perSecond(list, seconds), ...past]);
  const middle = (i: number) =>
    (forecast!.fromMs + (i + 0.5) * forecast!.stepMs) / 1000;
  return [
    [...middles(data), ...coming.map((_, i) => middle(i))],
    ...lines,
    [...future, ...coming.map((perSec) => perSec * series.share)],
    [...perSecond(completed, seconds), ...past],
    [...perSecond(series.sent, seconds), ...past],
    [...perSecond(missedIn, seconds).map((n) => n || null), ...past],
    [...laidOver(shown, means.length), ...past],
  ];
}

/** What another run sent, at the same distance from its start. */
function laidOver(shown: Shown, columns: number): (number | null)[] {
  const none = new Array<null>(columns).fill(null);
  const { other } = shown;
  if (other === null) return none;
  const rates = perSecond(other.series[0]!.sent, lengths(other))
    .slice(0, drainFrom(other));
  return none.map((_, i) => rates[columnBeside(shown, other, i)] ?? null);
}

function sum(list: readonly number[]): number {
  return list.reduce((all, n) => all + n, 0);
}
