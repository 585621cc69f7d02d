import { box, el } from "./dom.ts";
import { count, ms, rate, type Times } from "./format.ts";
import { HIDDEN } from "./filter/scenario.ts";
import { columnsIn, lengths, plannedOf, type Shown, totals } from "./model.ts";

/** One value below the cursor. */
type Value = readonly [name: string, text: string];

/** The line at the bottom that says what the cursor stands on, and why the rate was what it was. */
export class Readout {
  readonly element = el("output", "", { class: "readout" });

  constructor() {
    this.element.hidden = true;
    this.element.setAttribute("aria-live", "off");
  }

  /** @param sec seconds since the epoch; null = the cursor is nowhere */
  show(shown: Shown, times: Times, sec: number | null): void {
    const column = sec === null ? null : columnAt(shown, sec);
    this.element.hidden = column === null;
    if (column === null) return;
    const values = column < columnsIn(shown.data)
      ? past(shown, column)
      : coming(shown, sec!);
    this.element.replaceChildren(
      el("b", times.second(sec! * 1000)),
      ...values.map(([name, text]) => box("span", "", el("i", name), text)),
    );
  }
}

function columnAt({ data }: Shown, sec: number): number | null {
  const at = Math.floor((sec * 1000 - data.span.fromMs) / data.span.stepMs);
  if (at < 0) return null;
  if (at < columnsIn(data) || data.forecast !== null) return at;
  return null;
}

function past(shown: Shown, at: number): Value[] {
  const { data, series } = shown;
  const { run, phases } = data;
  if (run.phase[at] === HIDDEN) return scenarioAt(data, at);
  const sec = lengths(data)[at] ?? data.span.stepMs / 1000;
  const perSec = (n: number) => rate(n / sec);
  const ends = [
    ...countsAt(series.failed, at),
    ...countsAt(series.missed, at, "missed: "),
  ];
  return [
    ...scenarioAt(data, at),
    ["phase", phases[run.phase[at]!] ?? ""],
    ["planned", perSec(plannedOf(shown)[at]!)],
    ["sent", perSec(series.sent[at]!)],
    ["p50", ms(series.p50[at]!)],
    ["p99", ms(series.p99[at]!)],
    ...ends,
    ...why(data, at),
    ...marksIn(data, at),
  ];
}

/** Which scenario went on; nothing where the plan has none. */
function scenarioAt({ run, scenarios }: Shown["data"], at: number): Value[] {
  if (scenarios === undefined) return [];
  return [["scenario", scenarios[run.scenario?.[at] ?? -1]?.name ?? "none"]];
}

function countsAt(
  counts: Readonly<Record<string, readonly number[]>>,
  at: number,
  prefix = "",
): Value[] {
  return totals(counts)
    .map(([name]): [string, number] => [name, counts[name]![at] ?? 0])
    .filter(([, n]) => n > 0)
    .map(([name, n]) => [`${prefix}${name}`, count(n)]);
}

/** Changes that were made in a column. */
function marksIn({ marks, span }: Shown["data"], at: number): Value[] {
  const fromMs = span.fromMs + at * span.stepMs;
  const words = marks.filter(({ t }) => t >= fromMs && t < fromMs + span.stepMs)
    .map(({ text }) => text);
  return words.length === 0 ? [] : [["event", words.join(", ")]];
}

/** The rate as a product: base, and each factor that was not 1. */
function why({ run: { factors } }: Shown["data"], at: number): Value[] {
  const known = Object.entries(factors)
    .map(([name, list]) => [name, list[at] ?? null] as const)
    .filter(([name, value]) =>
      value !== null && (name === "base" || value !== 1)
    );
  if (known.length === 0) return [];
  const terms = known.map(([name, value]) =>
    name === "base" ? rate(value!) : `${name} ${Number(value!.toFixed(3))}`
  );
  return [["why", terms.join(" × ")]];
}

function coming(
  { data: { forecast, phases }, series }: Shown,
  sec: number,
): Value[] {
  const { fromMs, stepMs, rate: rates, phase } = forecast!;
  const at = Math.floor((sec * 1000 - fromMs) / stepMs);
  const perSec = rates[at];
  if (perSec === undefined) return [];
  return [
    ["coming", rate(perSec * series.share)],
    ["phase", phases[phase[at]!] ?? ""],
  ];
}
