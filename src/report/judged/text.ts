import type { Snapshot } from "../../stats/mod.ts";
import type { ThresholdSnapshot } from "../../threshold/mod.ts";
import {
  dim,
  labelled,
  type Line,
  localTime,
  type Section,
  wrap,
} from "../format/mod.ts";
import { foundText, resultWord, verdictText } from "./words.ts";

const RESULT_COLUMNS = 8;

/** Each threshold and what came of it; nothing where none was asked for. */
export function thresholdSection(snapshot: Snapshot, width: number): Section {
  const { thresholds } = snapshot.verdict;
  if (thresholds.length === 0) return [];
  return [
    [["title", "Thresholds"]],
    ...thresholds.flatMap((judged) => linesOf(judged, snapshot, width)),
  ];
}

function linesOf(
  judged: ThresholdSnapshot,
  { plan }: Snapshot,
  width: number,
): Line[] {
  const { word, style } = resultWord(judged);
  const indent = " ".repeat(RESULT_COLUMNS + 4);
  const room = width - indent.length;
  const { breachedMs, result } = judged;
  // What was kept over the whole run may have looked bad for a while.
  const first = result === "pass" ? "not kept for a while, first" : "first";
  const since = breachedMs === null
    ? ""
    : `, ${first} at ${localTime(breachedMs, plan.pattern.zone, "full")}`;
  return [
    ...wrap(judged.threshold.text, room).map((line, i): Line =>
      i === 0
        ? ["  ", [style, word.padEnd(RESULT_COLUMNS)], "  ", line]
        : [indent, line]
    ),
    ...wrap(`${foundText(judged)}${since}`, room)
      .map((line): Line => [dim(indent + line)]),
  ];
}

/** The verdict beside its label. */
export function verdictLines(
  snapshot: Snapshot,
  { label, width }: { readonly label: string; readonly width: number },
): Line[] {
  const { style, text } = verdictText(snapshot, "names");
  return labelled(label, text, width).map(([lead, line]): Line => [
    lead!,
    [style, String(line)],
  ]);
}
