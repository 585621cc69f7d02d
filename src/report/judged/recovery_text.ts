import type { Snapshot } from "../../stats/mod.ts";
import type { SpikeRecovery, TargetRecovery } from "../../threshold/mod.ts";
import {
  dim,
  grouped,
  labelled,
  type Line,
  localTime,
  roundDuration,
  type Section,
  type Span,
} from "../format/mod.ts";

/** Spikes that are shown one by one; the JSON has them all. */
const SPIKES_SHOWN = 5;
const LABEL_COLUMNS = 10;

/** How long each target took to come back after the spikes. */
export function recoverySection(snapshot: Snapshot, width: number): Section {
  const { spikes, medians } = snapshot.recovery;
  if (spikes.length === 0) return [];
  const shown = spikes.slice(-SPIKES_SHOWN);
  const left = spikes.length - shown.length;
  const title: Line = [
    ["title", "Recovery"],
    left === 0
      ? ""
      : dim(`  the last ${SPIKES_SHOWN} of ${grouped(spikes.length)} spikes`),
  ];
  const median = medians.filter((each) => each.spikes > 0)
    .map(({ target, medianMs }) =>
      `${target} ${medianMs === null ? "not known" : roundDuration(medianMs)}`
    );
  return [
    title,
    ...shown.flatMap((spike) => spikeLines(spike, snapshot, width)),
    ...(median.length === 0
      ? []
      : labelled("median".padEnd(LABEL_COLUMNS), median.join(", "), width)),
  ];
}

function spikeLines(
  { endMs, factor, targets }: SpikeRecovery,
  { plan }: Snapshot,
  width: number,
): Line[] {
  const at = localTime(endMs, plan.pattern.zone, "time");
  const text = targets.map((each) => `${each.target} ${cameText(each)}`)
    .join(", ");
  return labelled(at.padEnd(LABEL_COLUMNS), `×${factor}: ${text}`, width)
    .map((line): Line => isStuck(targets) ? marked(line) : line);
}

function cameText({ result, ms }: TargetRecovery): string {
  switch (result) {
    case "recovered":
      return ms === 0 ? "at once" : `after ${roundDuration(ms ?? 0)}`;
    case "censored":
      return `not back within ${roundDuration(ms ?? 0)}`;
    case "unknown":
      return "not known";
  }
}

function isStuck(targets: readonly TargetRecovery[]): boolean {
  return targets.some(({ result }) => result === "censored");
}

function marked([label, ...rest]: Line): Line {
  return [label!, ...rest.map((span): Span => ["warn", String(span)])];
}
