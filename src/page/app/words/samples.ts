import type { PageData, PageReport } from "../../contract.ts";
import { box, type Cell, el, folded, table } from "../dom.ts";
import { ms, type Times } from "../format.ts";

type Sample = PageReport["samples"][number];

const HEAD = ["due", "target", "response", "service", "what came"];
/** Rows of a table; the JSON report has all of them. */
const ROWS_MAX = 40;

/** Requests to look at: the slowest, and some that failed; null = there are none. */
export function samplesBlock(
  { report: { samples } }: PageData,
  times: Times,
): HTMLElement | null {
  const slow = samples.filter(({ why }) => why === "slow")
    .toSorted((a, b) => b.responseMs - a.responseMs);
  const failed = samples.filter(({ why }) => why === "failure");
  if (samples.length === 0) return null;
  return box(
    "div",
    "",
    el(
      "p",
      "Each by the instant at which it was due: kar run --start sends from there again.",
    ),
    ...listOf("The slowest", slow, times),
    ...listOf("Some that failed", failed, times),
  );
}

function listOf(
  title: string,
  samples: readonly Sample[],
  times: Times,
): HTMLElement[] {
  if (samples.length === 0) return [];
  const rows = samples.slice(0, ROWS_MAX).map((sample): Cell[] => [
    { text: times.milli(Date.parse(sample.intended)) },
    { text: sample.target },
    { text: ms(sample.responseMs) },
    { text: ms(sample.serviceMs) },
    { text: answerOf(sample), class: "words" },
  ]);
  return [folded(`${title} (${samples.length})`, table(title, HEAD, rows))];
}

function answerOf({ kind, code, reason, body }: Sample): string {
  const end = kind === null
    ? `answered ${code ?? ""}`.trim()
    : code === null
    ? kind
    : `${kind} ${code}`;
  return [end, reason, body ?? ""].filter((text) => text !== "").join(" · ");
}
