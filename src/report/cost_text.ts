import type { Snapshot } from "../stats/mod.ts";
import {
  bullets,
  formatBytes,
  formatMs,
  formatPercent,
  labelled,
  type Line,
  roundDuration,
  type Section,
  UNKNOWN,
} from "./format/mod.ts";
import { FLOOR_NOTE, noiseLines } from "./judged/mod.ts";
import { mayResend } from "./json.ts";
import { explainBounds, explainLimit, limitReasons } from "./verdict.ts";

/** Of a shorter run the start of the program is a good part of what it cost. */
const SHORT_MS = 30_000;

/** What kar itself cost, and whether it was the limit. */
export function costSection(snapshot: Snapshot, width: number): Section {
  const { cost, latency } = snapshot;
  const waited = `${
    roundDuration(cost.pollMs)
  } of it waiting for the next instant`;
  const lag = [0.5, 0.99].map((share) =>
    `p${share * 100} ${formatMs(latency.sendLag.percentile(share))}`
  );
  return [
    [["title", "kar itself"]],
    ...labelled("cpu     ", `${cpuText(snapshot)}; ${waited}`, width),
    ...labelled("memory  ", formatBytes(cost.rssBytes), width),
    ...labelled(
      "send lag",
      `${lag.join(", ")} (${pacingText(snapshot)})`,
      width,
    ),
    ...noiseLines(snapshot, width),
    ...verdictLines(snapshot, width),
  ];
}

function pacingText({ plan, cost }: Snapshot): string {
  const { pacing } = cost;
  return plan.pacing === "auto" ? `pacing auto: ${pacing}` : `pacing ${pacing}`;
}

function cpuText(snapshot: Snapshot): string {
  const { cost, nowMs, startMs, own: { sent } } = snapshot;
  const ofCore = formatPercent(cost.cpuSec * 1000, nowMs - startMs);
  const each = sent === 0 ? UNKNOWN : formatMs(cost.cpuSec * 1000 / sent);
  const start = nowMs - startMs < SHORT_MS ? ", its start included" : "";
  return `${
    formatMs(cost.cpuSec * 1000)
  } (${ofCore} of a core), ${each} a request${start}`;
}

function verdictLines(snapshot: Snapshot, width: number): Line[] {
  const reasons = limitReasons(snapshot);
  if (reasons.length === 0) return [["  ", ["ok", "kar was not the limit"]]];
  return [
    ["  ", ["error", "kar was the limit:"]],
    ...bullets(reasons.map((r) => explainLimit(r, snapshot)), width),
  ];
}

/** What went wrong around the run, as it was noticed. */
export function warningSection({ warnings }: Snapshot, width: number): Section {
  if (warnings.length === 0) return [];
  return [[["warn", "Warnings"]], ...bullets(warnings, width)];
}

/** How to read this report. */
export function noteSection(
  snapshot: Snapshot,
  { width, hasUnknown, hasMarked }: {
    readonly width: number;
    readonly hasUnknown: boolean;
    readonly hasMarked: boolean;
  },
): Section {
  const notes = [...explainBounds(snapshot), ...resendNotes(snapshot)];
  if (hasUnknown) {
    notes.push(
      `${UNKNOWN} is a percentile with fewer than ten samples beyond it: a number would be a guess`,
    );
  }
  if (hasMarked) notes.push(FLOOR_NOTE);
  return notes.length === 0
    ? []
    : [[["title", "Notes"]], ...bullets(notes, width)];
}

function resendNotes({ plan }: Snapshot): string[] {
  const targets = plan.targets.filter(mayResend);
  if (targets.length === 0) return [];
  const names = targets.map(({ name, client }) => `${name} (${client})`);
  return [
    `may_resend: ${
      names.join(", ")
    }: this client silently sends a request again, POST too, when a kept connection closes without an answer; the target may see more requests than were sent here`,
  ];
}
