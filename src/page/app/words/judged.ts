import type { PageData, PageReport } from "../../contract.ts";
import { type Cell, table } from "../dom.ts";
import { count, ms, rate, type Times, UNKNOWN } from "../format.ts";

type Judged = PageReport["thresholds"][number];

/** Result and a sign, so that colour is not all that tells them apart. */
const RESULTS = {
  pass: "✓ pass",
  fail: "✗ fail",
  unknown: "? unknown",
} as const;

/** What was required of the run, and the results; null = nothing was. */
export function thresholdsTable(
  { report }: PageData,
  times: Times,
): HTMLElement | null {
  if (report.thresholds.length === 0) return null;
  const rows = report.thresholds.map((judged, i): Cell[] => [
    { text: judged.threshold, class: "words" },
    { text: RESULTS[judged.result], class: judged.result },
    valueCell(judged, i),
    { text: valueIn(judged.limit, judged.unit) },
    { text: windowsIn(judged) },
    {
      text: judged.breachedAt === null
        ? UNKNOWN
        : times.second(Date.parse(judged.breachedAt)),
    },
  ]);
  return table(
    "Thresholds",
    ["threshold", "result", "value", "limit", "windows", "first not kept"],
    rows,
  );
}

/** A value as it stands in the report; a share is shown as percent, which is another number. */
function valueCell({ value, unit }: Judged, i: number): Cell {
  const text = valueIn(value, unit);
  const isPlain = typeof value === "number" && unit !== "share" &&
    unit !== "perSec";
  return isPlain ? { text, path: `thresholds.${i}.value` } : { text };
}

function valueIn(value: Judged["value"], unit: Judged["unit"]): string {
  if (value === null) return UNKNOWN;
  if (typeof value === "string") return value;
  switch (unit) {
    case "ms":
      return ms(value);
    case "share":
      return `${Number((value * 100).toPrecision(3))} %`;
    case "perSec":
      return rate(value);
    default:
      return count(value);
  }
}

function windowsIn({ windows }: Judged): string {
  if (windows === null) return UNKNOWN;
  const { kept, breached } = windows;
  return `${count(breached)} of ${count(kept + breached)} not kept`;
}

/** Whether what was sent is what was planned. */
export function proofTable({ report }: PageData): HTMLElement {
  const { law, counts, lag } = report.proof;
  const d = (value: number | null) =>
    value === null ? UNKNOWN : value.toFixed(4);
  return table("Proof", ["proof", "result", "what stands behind it"], [
    [
      { text: "the law of the arrivals" },
      { text: worded(law.result) },
      {
        class: "words",
        text: `${count(law.gaps)} gaps, distance ${d(law.distance)}, band ${
          d(law.band)
        }`,
      },
    ],
    [
      { text: "counts" },
      { text: worded(counts.result) },
      {
        class: "words",
        text: `${count(counts.planned)} planned, ${
          count(counts.handled)
        } sent, missed or open`,
      },
    ],
    [
      { text: "punctuality" },
      { text: worded(lag.result) },
      {
        class: "words",
        text: `p50 ${ms(lag.p50Ms)}, p99 ${ms(lag.p99Ms)}, at most ${
          ms(lag.maxMs)
        }`,
      },
    ],
  ]);
}

function worded(result: string): string {
  return result.replaceAll("_", " ");
}
