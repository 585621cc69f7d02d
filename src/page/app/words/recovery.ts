import type { PageData, PageReport } from "../../contract.ts";
import { box, type Cell, el, folded, table } from "../dom.ts";
import { count, ms, type Times, UNKNOWN } from "../format.ts";

type Recovery = PageReport["recovery"];
type Spike = Recovery["spikes"][number];

/** Spikes of a list: the last ones. */
const SPIKES_MAX = 100;

/** How long the targets took to come back from spikes; null = there was none. */
export function recoveryBlock(
  { report: { recovery } }: PageData,
  times: Times,
): HTMLElement | null {
  if (recovery.spikes.length === 0) return null;
  const spikes = recovery.spikes.slice(-SPIKES_MAX).toReversed();
  return box(
    "div",
    "",
    el(
      "p",
      "From the planned end of a spike until response times and errors were back in the band of the baseline before it. > says that it was not seen to end.",
    ),
    medians(recovery),
    folded(
      `Each spike (${count(recovery.spikes.length)})`,
      table(
        "Recovery after each spike",
        ["spike", "height", "target", "back after", "p95 before"],
        spikes.flatMap((spike) => rowsOf(spike, times)),
      ),
    ),
  );
}

function medians({ medians }: Recovery): HTMLElement {
  return table(
    "Recovery by target",
    ["target", "half were back within", "spikes"],
    medians.map(({ target, medianMs, spikes }, i): Cell[] => [
      { text: target },
      { text: ms(medianMs), path: `recovery.medians.${i}.medianMs` },
      { text: count(spikes), path: `recovery.medians.${i}.spikes` },
    ]),
  );
}

function rowsOf({ start, factor, targets }: Spike, times: Times): Cell[][] {
  return targets.map(({ target, result, ms: backMs, baselineP95Ms }) => [
    { text: times.second(Date.parse(start)) },
    { text: `×${Number(factor.toFixed(1))}` },
    { text: target },
    { text: backText(result, backMs) },
    { text: ms(baselineP95Ms) },
  ]);
}

/** A target that was watched and did not come back took longer than it was watched. */
function backText(result: string, backMs: number | null): string {
  if (result === "recovered") return ms(backMs);
  return backMs === null ? UNKNOWN : `> ${ms(backMs)}`;
}
