import type { PageData, PageReport } from "../../contract.ts";
import { type Cell, table } from "../dom.ts";
import { count, ms, percent } from "../format.ts";

type Journey = NonNullable<PageReport["journeys"]>[number];

const PERCENTILES = ["p50Ms", "p90Ms", "p95Ms", "p99Ms", "maxMs"] as const;
/** With what a journey waits for by itself, and without. */
const DURATIONS = [
  ["duration", "with thinking"],
  ["active", "without thinking"],
] as const;

/** How journeys ended and how long they took; null = there is none. */
export function journeysTable({ report }: PageData): HTMLElement | null {
  const { journeys = [] } = report;
  if (journeys.length === 0) return null;
  return table(
    "Journeys",
    [
      "journey",
      "started",
      "finished",
      "failed",
      "took",
      ...["p50", "p90", "p95", "p99", "max"],
    ],
    journeys.flatMap(rowsOf),
  );
}

function rowsOf(journey: Journey, i: number): Cell[][] {
  const { name, started, finished, failed, latency } = journey;
  const path = `journeys.${i}.`;
  const lost = Object.values(failed).reduce((all, n) => all + (n ?? 0), 0);
  return DURATIONS.map(([key, words], row): Cell[] => [
    { text: name },
    ...(row === 0
      ? [
        { text: count(started), path: `${path}started` },
        { text: count(finished), path: `${path}finished` },
        { text: lost === 0 ? "0" : percent(lost, started) },
      ]
      : [{ text: "" }, { text: "" }, { text: "" }]),
    { text: words },
    ...PERCENTILES.map((percentile) => ({
      text: ms(latency[key][percentile]),
      path: `${path}latency.${key}.${percentile}`,
    })),
  ]);
}
