import type uPlot from "uplot";
import { axis, logMsAxis, logRange } from "../charts/axes.ts";
import type { ChartSpec, Lines } from "../charts/chart.ts";
import { figure } from "../dom.ts";
import type { Shown } from "../model.ts";
import { color, phaseColor } from "../theme.ts";

/** A percentile with fewer requests beyond it is a guess. */
const SAMPLES_BEYOND = 10;
/** 1 / (1 − share) of what is labelled. */
const LABELS = [
  [1, "0"],
  [2, "50 %"],
  [10, "90 %"],
  [100, "99 %"],
  [1000, "99.9 %"],
  [10_000, "99.99 %"],
  [100_000, "99.999 %"],
] as const;

/** How response time grows towards the tail. */
export function curvePanel(): ChartSpec {
  return {
    figure: figure(
      "Towards the tail",
      "Response time by percentile, for each phase. Grey, where fewer than ten requests were slower: a guess.",
    ),
    height: 260,
    isTimed: false,
    keys: (shown) => [
      ...phasesIn(shown).map((name) => ({
        color: lineColor(name),
        name,
        mark: "line" as const,
      })),
      ...(shown.other === null
        ? []
        : [{ color: "--soft", name: "other run", mark: "dash" as const }]),
    ],
    nothing: (shown) =>
      phasesIn(shown).length > 0 ? null : "No request was answered yet.",
    lines: (shown) => JSON.stringify([phasesIn(shown), shown.other !== null]),
    data: dataOf,
    options: (shown) => ({
      cursor: { show: false },
      scales: {
        x: { time: false, distr: 3, range: () => [1, farthest(shown())] },
        y: { distr: 3, range: logRange },
      },
      axes: [
        axis({
          size: 28,
          splits: (_, __, low, high) =>
            LABELS.map(([at]) => at).filter((at) => at >= low && at <= high),
          filter: apart,
          values: (_, splits) =>
            splits.map((at) =>
              LABELS.find(([value]) => value === at)?.[1] ?? ""
            ),
        }),
        logMsAxis(),
      ],
      series: [{}, ...phasesIn(shown()).flatMap(linesOf)],
    }),
  };
}

/** Labels closer than that run together. */
const LABEL_PX = 48;

/** Those that have room; on a phone the first ones have none. */
function apart(plot: uPlot, splits: number[]): (number | null)[] {
  let next = Infinity;
  return splits.toReversed().map((at) => {
    const px = plot.valToPos(at, "x");
    if (px > next) return null;
    next = px - LABEL_PX;
    return at;
  }).reverse();
}

function phasesIn({ data: { curves } }: Shown): string[] {
  return Object.keys(curves).filter((phase) => curves[phase]!.length > 0);
}

function lineColor(phase: string): string {
  return phaseColor(phase) ?? "--plan";
}

/** What is known, what is a guess, and what another run had. */
function linesOf(phase: string): uPlot.Series[] {
  const points = { show: false };
  const stroke = () => color(lineColor(phase));
  return [
    { label: phase, stroke, width: 2, points },
    {
      label: `${phase}, a guess`,
      stroke: () => color("--guess"),
      width: 1.5,
      points,
    },
    { label: `${phase}, other run`, stroke, width: 1.5, dash: [4, 4], points },
  ];
}

const xOf = (share: number) => 1 / (1 - share);

function farthest(shown: Shown): number {
  const { curves } = shown.data;
  const ends = phasesIn(shown).map((name) => xOf(curves[name]!.at(-1)![0]));
  return Math.max(100, ...ends);
}

function dataOf(shown: Shown): Lines {
  const { data: { curves }, other } = shown;
  const names = phasesIn(shown);
  const all = [
    ...names.map((name) => curves[name]!),
    ...names.map((name) => other?.curves[name] ?? []),
  ];
  const shares = [...new Set(all.flat().map(([share]) => share))]
    .sort((a, b) => a - b);
  const lines = names.flatMap((name) => {
    const own = new Map(curves[name]!.map((point) => [point[0], point]));
    const others = new Map(
      (other?.curves[name] ?? []).map(([share, ms]) => [share, ms]),
    );
    const known = shares.map((share) => {
      const [, ms, beyond] = own.get(share) ?? [];
      return beyond !== undefined && beyond >= SAMPLES_BEYOND ? ms! : null;
    });
    const last = known.findLastIndex((value) => value !== null);
    // The guess begins where knowledge ends.
    const guess = shares.map((share, i) =>
      i < last ? null : own.get(share)?.[1] ?? null
    );
    return [known, guess, shares.map((share) => others.get(share) ?? null)];
  });
  return [shares.map(xOf), ...lines];
}
