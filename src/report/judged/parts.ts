import { formatDuration } from "../../base/mod.ts";
import {
  type HoleReason,
  notConfirmed,
  type PartDouble,
  type PartHole,
  partText,
} from "../../merge/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import {
  grouped,
  type Line,
  localTime,
  type Section,
  wrap,
} from "../format/mod.ts";

/** Parts and machines that are named one by one. */
const NAMES_SHOWN_MAX = 16;
/** Holes, and what was sent twice, that are told one by one; JSON has all. */
const SHOWN_MAX = 20;

const WHY: Readonly<Record<HoleReason, string>> = {
  absent: "no record of it was named",
  late: "it joined late",
  killed: "it was killed, or goes on: its last seconds may have been sent",
  stopped: "it ended before others did",
};

/** Of which parts a report was merged, and what of the plan none of them has. */
export function partsSection(snapshot: Snapshot, width: number): Section {
  const { merged, plan } = snapshot;
  if (merged === undefined) return [];
  const { spans, holes, doubled = [] } = merged;
  const names = [...new Set(spans.map(partText))];
  const hosts = [...new Set(spans.map(({ host }) => host))];
  const { zone } = plan.pattern;
  const told = [
    ...doubled.map((double) => doubleText(double, zone)),
    ...holes.map((hole) => holeText(hole, zone)),
  ];
  const shown = told.slice(0, SHOWN_MAX);
  const more = told.length - shown.length;
  return [
    [["title", "Parts"]],
    ...lines(`${listText(names)} of ${listText(hosts)}`, width),
    ...shown.flatMap((text) =>
      lines(text, width)
        .map((line): Line => line.map((span) => ["warn", String(span)]))
    ),
    ...(more > 0 ? lines(`and ${grouped(more)} more`, width) : []),
    ...lines(
      holes.length === 0
        ? "nothing of the plan is missing"
        : `${grouped(notConfirmed(holes))} requests are not confirmed`,
      width,
    ),
  ];
}

function listText(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN_MAX;
  const shown = names.slice(0, NAMES_SHOWN_MAX).join(", ");
  return more > 0 ? `${shown} and ${grouped(more)} more` : shown;
}

function lines(text: string, width: number): Line[] {
  return wrap(text, width - 2).map((line): Line => [`  ${line}`]);
}

function holeText({ fromMs, toMs, due, why, ...part }: PartHole, zone: string) {
  const from = localTime(fromMs, zone, "full");
  const span = formatDuration(toMs - fromMs);
  return `part ${partText(part)} lacks ${
    grouped(due)
  } requests in ${span} from ${from} on: ${WHY[why]}`;
}

function doubleText({ fromMs, toMs, due, ...part }: PartDouble, zone: string) {
  const from = localTime(fromMs, zone, "full");
  const span = formatDuration(toMs - fromMs);
  return `part ${
    partText(part)
  } was sent by two members in ${span} from ${from} on: one that was cut off went on, with ${
    grouped(due)
  } requests`;
}
