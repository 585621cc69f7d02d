import uPlot from "uplot";
import { fromZero, timeAxis, valueAxis } from "../charts/axes.ts";
import { bands } from "../charts/bands.ts";
import type { ChartSpec, Lines } from "../charts/chart.ts";
import { figure } from "../dom.ts";
import { count, rate } from "../format.ts";
import {
  columnsIn,
  lengths,
  middles,
  perSecond,
  type Shown,
  totals,
} from "../model.ts";
import { color, SET } from "../theme.ts";

/** Kinds with a colour of their own; the rest is one. */
const KINDS_MAX = SET.length - 1;
const REST = "others";

/** A kind of failure, or a reason for not being sent, with its counts. */
interface OutcomeKind {
  readonly name: string;
  readonly total: number;
  readonly counts: readonly number[];
}

/** What went wrong, and when. */
export function outcomesPanel(): ChartSpec {
  return {
    figure: figure(
      "Failed and missed",
      "Requests a second without a good answer, by kind and code, and those that were not sent, by reason.",
    ),
    height: 260,
    isTimed: true,
    keys: (shown) =>
      kindsOf(shown).map(({ name, total }, i) => ({
        color: SET[i]!,
        name,
        count: count(total),
      })),
    nothing: (shown) =>
      kindsOf(shown).length > 0
        ? null
        : "Nothing failed, and nothing was missed.",
    lines: (shown) => JSON.stringify(kindsOf(shown).map(({ name }) => name)),
    data: dataOf,
    say: (shown) => {
      const said = kindsOf(shown)
        .map(({ name, total }) => `${name} ${count(total)}`);
      return said.length === 0 ? "Nothing went wrong" : said.join(", ");
    },
    options: (shown, { times }) => ({
      plugins: [bands(() => shown().data)],
      scales: { y: fromZero(0) },
      axes: [timeAxis(times), valueAxis(rate)],
      series: [
        {},
        // The tallest first: each shorter one is drawn over it.
        ...kindsOf(shown()).map((_, i, { length }) =>
          barsOf(SET[length - 1 - i]!)
        ),
      ],
    }),
  };
}

function barsOf(name: string): uPlot.Series {
  return {
    stroke: () => color(name),
    fill: () => color(name),
    width: 0,
    paths: uPlot.paths.bars!({ size: [0.8, 16] }),
    points: { show: false },
  };
}

/** The most frequent ones, and all others together. */
function kindsOf({ series }: Shown): OutcomeKind[] {
  const named = { ...prefixed(series.missed), ...series.failed };
  const all = totals(named)
    .filter(([, total]) => total > 0)
    .map(([name, total]) => ({ name, total, counts: named[name]! }));
  if (all.length <= KINDS_MAX + 1) return all;
  const rest = all.slice(KINDS_MAX);
  return [...all.slice(0, KINDS_MAX), {
    name: REST,
    total: rest.reduce((sum, { total }) => sum + total, 0),
    counts: rest[0]!.counts.map((_, i) =>
      rest.reduce((sum, { counts }) => sum + counts[i]!, 0)
    ),
  }];
}

function prefixed(
  missed: Readonly<Record<string, readonly number[]>>,
): Record<string, readonly number[]> {
  return Object.fromEntries(
    Object.entries(missed).map(([name, list]) => [`missed: ${name}`, list]),
  );
}

/** Bars upon bars: each line is the sum of its kind and those below. */
function dataOf(shown: Shown): Lines {
  const { data } = shown;
  const kinds = kindsOf(shown);
  const seconds = lengths(data);
  const sums = new Array<number>(columnsIn(data)).fill(0);
  const lines = kinds.map(({ counts }) => {
    counts.forEach((n, i) => sums[i]! += n);
    return perSecond(sums, seconds).map((n) => n || null);
  });
  return [middles(data), ...lines.reverse()];
}
