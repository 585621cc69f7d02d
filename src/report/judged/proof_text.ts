import type { ProofSnapshot, Snapshot } from "../../stats/mod.ts";
import type { ProofResult } from "../../threshold/mod.ts";
import {
  dim,
  formatMs,
  grouped,
  type Line,
  type Section,
  type Style,
  UNKNOWN,
  wrap,
} from "../format/mod.ts";

const LABEL_COLUMNS = 12;

/** A replay sends the instants of its trace, whatever law they had. */
const NO_LAW = "none     a replay has that of its trace";

const WORDS: Readonly<Record<ProofResult, readonly [Style, string]>> = {
  proved: ["ok", "proved"],
  refuted: ["error", "REFUTED"],
  not_yet: ["dim", "not yet"],
};

/** What is proved of the sending itself: nothing of it rests on what the target did. */
export function proofSection(
  { proof, due, plan }: Snapshot,
  width: number,
): Section {
  if (due === 0) return [];
  const { law, counts, lag } = proof;
  const isReplay = plan.arrivals === "replay";
  return [
    [["title", "Proof of what was sent"]],
    ...proofRow("counts", [counts.result, countsText(counts)], width),
    ...(isReplay
      ? [[dim("  law".padEnd(LABEL_COLUMNS)), dim(NO_LAW)] satisfies Line]
      : proofRow("law", [law.result, lawText(law)], width)),
    ...proofRow("lag", [lag.result, lagText(lag)], width),
    ...(isReplay ? [] : dispersionLines(proof)),
  ];
}

/** A proof: its name, its result, and what it rests on. */
export function proofRow(
  label: string,
  [result, text]: readonly [ProofResult, string],
  width: number,
): Line[] {
  const [style, word] = WORDS[result];
  const indent = " ".repeat(LABEL_COLUMNS + 9);
  return wrap(text, width - indent.length).map((line, i): Line =>
    i === 0
      ? [dim(`  ${label}`.padEnd(LABEL_COLUMNS)), [style, word.padEnd(9)], line]
      : [indent, line]
  );
}

function countsText(
  { planned, handled, wrongLanes }: ProofSnapshot["counts"],
): string {
  return wrongLanes === 0
    ? `${grouped(planned)} planned again, ${grouped(handled)} sent or missed`
    : `${grouped(planned)} planned again, ${grouped(handled)} sent or missed; ${
      grouped(wrongLanes)
    } lanes of a minute do not agree`;
}

/** How far gaps were from the promised law. */
export function lawText(
  { distance, band, tolerance, gaps }: ProofSnapshot["law"],
): string {
  if (distance === null || band === null) return "no gap between two sends yet";
  const least = Math.max(0, distance - band).toFixed(4);
  const most = (distance + band).toFixed(4);
  return `distance ${least} to ${most}, ${tolerance} tolerated, ${
    grouped(gaps)
  } gaps`;
}

function lagText({ p50Ms, p99Ms, maxMs }: ProofSnapshot["lag"]): string {
  return `p50 ${formatMs(p50Ms)}, p99 ${formatMs(p99Ms)}, max ${
    formatMs(maxMs)
  }`;
}

/** Beside the proofs: nobody is held to it. */
function dispersionLines({ dispersion }: ProofSnapshot): Line[] {
  const known = dispersion.filter(({ index }) => index !== null);
  if (known.length === 0) return [];
  const text = dispersion.map(({ windowSec, index }) =>
    `${windowSec}s ${index === null ? UNKNOWN : index.toFixed(2)}`
  ).join(", ");
  return [[
    dim("  dispersion".padEnd(LABEL_COLUMNS)),
    " ".repeat(9),
    `${text} (1 = as a Poisson process)`,
  ]];
}
