import type { Painted } from "../../base/mod.ts";
import type { ComparedMeasure, Comparison } from "../../compare/mod.ts";
import {
  bullets,
  dim,
  formatMs,
  formatPercent,
  type Line,
  paintText,
  type Span,
  table,
  type TerminalCaps,
  UNKNOWN,
} from "../../report/mod.ts";

const HEAD = ["A", "B", "change", "99% between", ""];
const WORD_STYLE = {
  better: "ok",
  worse: "error",
  "no difference seen": "dim",
  "cannot tell": "dim",
} as const;

/** Two runs beside each other. */
export function compareText(
  comparison: Comparison,
  { width, ...caps }: TerminalCaps & { readonly width: number },
): Painted {
  const { a, b, isPaired, differences, measures } = comparison;
  const how = isPaired
    ? "the same traffic, compared stretch by stretch"
    : "not the same traffic:";
  const lines: Line[] = [
    [["title", "kar compare"], `  A ${a}  B ${b}`],
    [isPaired ? how : ["warn", how]],
    ...bullets(differences, width),
    [],
    ...table([["", ...HEAD.map(dim)], ...measures.map(row)], width),
    [],
    [dim("Without the ramp. A change that is seen is more than chance;")],
    [dim("a smaller one than the interval is wide may be there unseen.")],
  ];
  return paintText(lines, caps, width);
}

function row(measure: ComparedMeasure): Span[] {
  const { measure: name, unit, a, b, change, low, high, word } = measure;
  const value = (x: number | null) =>
    x === null ? UNKNOWN : unit === "ms" ? formatMs(x) : formatPercent(x, 1);
  const between = low === null || high === null
    ? UNKNOWN
    : `${changeText(low, unit)} … ${changeText(high, unit)}`;
  // The names of measures need the room.
  const said = word === "no difference seen" ? "no difference" : word;
  return [
    name,
    value(a),
    value(b),
    change === null ? UNKNOWN : changeText(change, unit),
    between,
    [WORD_STYLE[word], said],
  ];
}

/** Of a duration percent of A, of a share percentage points. */
function changeText(change: number, unit: ComparedMeasure["unit"]): string {
  const sign = change > 0 ? "+" : "";
  const points = (change * 100).toFixed(unit === "ms" ? 1 : 3);
  return `${sign}${points}${unit === "ms" ? "%" : "pt"}`;
}
