import { isoTime, type Painted } from "../../base/mod.ts";
import {
  bullets,
  dim,
  grouped,
  lawText,
  type Line,
  paintText,
  proofRow,
  type TerminalCaps,
  wrap,
} from "../../report/mod.ts";
import type { LogFault, VerifyResult } from "../../verify/mod.ts";

/** Stretches that a text names. */
const SHOWN_FAULTS_MAX = 10;

interface VerifyTextOptions extends TerminalCaps {
  readonly width: number;
  readonly record: string;
  readonly log: string;
}

/** What the server's log proves. */
export function verifyText(
  result: VerifyResult,
  { width, record, log, ...caps }: VerifyTextOptions,
): Painted {
  const { counts, law, lawNotTaken } = result;
  const notes = [...faultTexts(result), ...noteTexts(result)];
  const lines: Line[] = [
    [["title", "kar verify"], `  ${record} by ${log}`],
    ...proofRow("counts", [counts.result, countsText(counts)], width),
    ...proofRow("law", [law.result, lawNotTaken ?? lawText(law)], width),
    ...(notes.length === 0 ? [] : [[] as Line, ...bullets(notes, width)]),
    [],
    ...wrap(tickText(result), width).map((line): Line => [dim(line)]),
  ];
  return paintText(lines, caps, width);
}

function countsText(
  { planned, missed, unanswered, lines }: VerifyResult["counts"],
): string {
  const less = [
    ...missed === 0 ? [] : [`${grouped(missed)} missed`],
    ...unanswered === 0 ? [] : [`${grouped(unanswered)} without an answer`],
  ];
  const of = less.length === 0 ? "" : ` (${less.join(", ")})`;
  return `${grouped(planned)} planned again${of}, ${grouped(lines)} in the log`;
}

function faultTexts({ counts }: VerifyResult): string[] {
  const { faults, missing, surplus } = counts;
  const shown = faults.slice(0, SHOWN_FAULTS_MAX).map(faultText);
  if (faults.length <= SHOWN_FAULTS_MAX) return shown;
  return [
    ...shown,
    `in all: ${grouped(missing)} missing, ${grouped(surplus)} surplus`,
  ];
}

function faultText({ kind, lines, fromMs, toMs }: LogFault): string {
  return `${kind}: ${grouped(lines)} ${
    lines === 1 ? "line" : "lines"
  } between ${isoTime(fromMs)} and ${isoTime(toMs)}`;
}

function noteTexts({ counts, lines }: VerifyResult): string[] {
  const { planned, due, surplus, healthChecks } = counts;
  const { otherPaths, outside, unreadable, firstUnreadable, unordered } = lines;
  const first = firstUnreadable;
  return [
    ...surplus > 0
      ? ["surplus lines may be other traffic: take the run's own by --path"]
      : [],
    ...(healthChecks === 0 ? [] : [
      `up to ${
        grouped(healthChecks)
      } health checks of kar's own may be among the lines: as many may be missing or surplus unseen`,
    ]),
    ...planned === due ? [] : [
      `the record has counted ${
        grouped(due)
      } due: the clock leapt, or the process was killed`,
    ],
    ...first === null ? [] : [
      `${
        grouped(unreadable)
      } cannot be read; line ${first.line} is: ${first.text}`,
    ],
    ...otherPaths === 0 ? [] : [`${grouped(otherPaths)} of other paths`],
    ...outside === 0 ? [] : [`${grouped(outside)} before or after the run`],
    ...unordered === 0
      ? []
      : [`${grouped(unordered)} far out of order: counted, and not in the law`],
  ];
}

/** What stamps of that tick can show. */
function tickText({ lines: { tickMs, read } }: VerifyResult): string {
  const all = `${grouped(read)} lines`;
  if (tickMs === null) return `${all}; none of them belongs to the run.`;
  const tick = tickMs >= 1000
    ? "a second"
    : tickMs >= 1
    ? "a millisecond or so"
    : "less than a millisecond";
  return `${all}, stamped to ${tick}: what happens within that is not seen.`;
}
