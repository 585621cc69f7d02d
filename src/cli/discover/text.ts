import { formatDuration, type Painted } from "../../base/mod.ts";
import type {
  Discovery,
  SearchEnd,
  StepMeasure,
  StepTaken,
} from "../../discover/mod.ts";
import {
  bar,
  dim,
  formatMs,
  formatRate,
  labelled,
  type Line,
  paintText,
  type TerminalCaps,
} from "../../report/mod.ts";

const BAR_COLUMNS_MAX = 40;
/** What stands beside a bar. */
const BESIDE_COLUMNS = 40;

const ENDS: Readonly<Record<SearchEnd, string>> = {
  target: "the target",
  kar:
    "kar itself, or this machine: kar could not send more in time; kar doctor looks why",
  max: "--max: nothing gave way up to there",
  harmful: "the target: it began to suffer, so the search ended at once",
  not_recovered: "the target: it did not recover from what was too much",
  unknown: "too few answers: a longer --step would tell",
  interrupted: "you: this is what was known until then",
};

const MARKS = {
  sustained: "✓",
  broken: "✗",
  harmful: "✗",
  kar: "?",
  unknown: "?",
} as const;
const SAID = {
  broken: "did not hold",
  harmful: "did harm",
  kar: "says nothing of the target",
  unknown: "not clear",
} as const;

/** One line for a step that was made. */
export function stepLine({ measure, verdict, pass }: StepTaken): string {
  const { rate, durationMs, p95Ms } = measure;
  const seconds = formatDuration(Math.round(durationMs / 1000) * 1000 || 100);
  const said = verdict.kind === "sustained"
    ? "held"
    : `${SAID[verdict.kind]}: ${verdict.first}`;
  const way = pass === "down" ? " coming down" : "";
  return `${formatRate(rate)}${way} for ${seconds}: ${said}; p95 ${
    formatMs(p95Ms)
  }, ${failedText(measure)}`;
}

function failedText({ failed, completed, unfinished }: StepMeasure): string {
  const share = completed === 0 ? 0 : failed / completed * 100;
  const open = unfinished === 0 ? "" : `, ${unfinished} without an answer`;
  return `errors ${share.toFixed(share > 0 && share < 1 ? 2 : 0)}%${open}`;
}

/** What a search came to, for people: the rates, and latency against rate. */
export function discoveryText(
  discovery: Discovery,
  { caps, width, thresholds }: {
    readonly caps: TerminalCaps;
    readonly width: number;
    readonly thresholds: readonly string[];
  },
): Painted {
  const { sustained, breaking, comingDown, recommended, end } = discovery;
  const row = (label: string, text: string) =>
    labelled(label.padEnd(11), text, width);
  const lines: Line[] = [
    [["title", "kar discover"]],
    ...row(
      "Sustained",
      `${rateText(sustained)}: the highest rate with ${thresholds.join(", ")}`,
    ),
    ...row(
      "Breaking",
      breaking === null
        ? "not found"
        : `${formatRate(breaking.rate)}: ${breaking.first}`,
    ),
    ...(comingDown === null ? [] : row(
      "Coming down",
      `${formatRate(comingDown)} held again after an overload`,
    )),
    ...row(
      "Recommended",
      `${
        rateText(recommended)
      } as base rate: 80% of it, and never more than holds after an overload`,
    ),
    ...row("Limited by", ENDS[end]),
    [],
    ...plot(discovery.steps, width),
  ];
  return paintText(lines, caps, width);
}

function rateText(rate: number | null): string {
  return rate === null ? "not found" : formatRate(rate);
}

/** Latency against rate, a bar for each rate, on a scale of logarithms. */
function plot(steps: readonly StepTaken[], width: number): Line[] {
  const up = steps.filter(({ pass }) => pass === "up")
    .toSorted((a, b) => a.measure.rate - b.measure.rate);
  if (up.length === 0) return [];
  const times = up.flatMap(({ measure }) => measure.p95Ms ?? []);
  const least = Math.min(...times, 1);
  const height = (ms: number) => Math.log(ms / least) + 0.5;
  const most = height(Math.max(...times, least));
  const columns = Math.max(
    8,
    Math.min(BAR_COLUMNS_MAX, width - BESIDE_COLUMNS),
  );
  return [
    [dim(
      "Response p95 against rate, by logarithm; ✗ did not hold, ? not known",
    )],
    ...up.map(({ measure: { rate, p95Ms }, verdict }): Line => [
      "  ",
      formatRate(rate).padStart(9),
      ` ${MARKS[verdict.kind]} `,
      formatMs(p95Ms).padStart(7),
      " ",
      p95Ms === null ? "" : bar(height(p95Ms), most, columns),
    ]),
  ];
}
