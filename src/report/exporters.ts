import type { Distribution, Snapshot } from "../stats/mod.ts";
import { hdrLog, type LogInterval } from "../stats/hdr/mod.ts";
import type { StepV1 } from "./contract.ts";
import { buildReport, renderJson } from "./json.ts";
import { renderJunit, renderMarkdown } from "./judged/mod.ts";
import { renderText } from "./text.ts";

/** A way to write down a run that has ended. */
export interface Exporter {
  /** What it is for, in a few words. */
  readonly about: string;
  /** The whole file, with a final newline. */
  readonly render: (snapshot: Snapshot) => string;
}

/** Columns of a text that no terminal shows. */
const FILE_COLUMNS = 80;

/** First line of the steps as CSV, a contract: columns are only added at the end. */
export const STEP_COLUMNS = [
  "t",
  "planned",
  "due",
  "sent",
  "completed",
  "ok",
  "failed",
  "missed",
  "phase",
] as const satisfies readonly (keyof StepV1)[];

/** Formats of `--out FORMAT=FILE` that the last snapshot is enough for, one row a format. */
export const EXPORTERS = {
  json: { about: "everything, for machines", render: renderJson },
  text: { about: "the report as people read it", render: plainText },
  csv: { about: "the steps of the run", render: stepsCsv },
  hlog: { about: "response times, for HdrHistogram", render: renderHdrLog },
  junit: { about: "the verdict, for CI", render: renderJunit },
  md: { about: "a summary for a pull request", render: renderMarkdown },
} as const satisfies Readonly<Record<string, Exporter>>;

function plainText(snapshot: Snapshot): string {
  const caps = { color: "none", unicode: true } as const;
  return renderText(snapshot, { ...caps, width: FILE_COLUMNS });
}

/** The steps under a header of `STEP_COLUMNS`; `t` is milliseconds since the start. */
function stepsCsv(snapshot: Snapshot): string {
  const rows = buildReport(snapshot).steps.map((step) =>
    STEP_COLUMNS.map((column) => step[column]).join(",")
  );
  return `${[STEP_COLUMNS.join(","), ...rows].join("\n")}\n`;
}

/**
 * The response times of a run as HdrHistogram's log: a line for all requests,
 * and one for each target. `kar report` has one for each interval besides.
 */
function renderHdrLog(snapshot: Snapshot): string {
  const { startMs, nowMs, latency, targets } = snapshot;
  const span = { startMs, lengthMs: Math.max(0, nowMs - startMs) };
  const line = (tag: string | null, times: Distribution): LogInterval => ({
    ...span,
    tag,
    cells: [...times.cells()].flat(),
    shape: times.shape,
    maxMs: times.maxMs,
  });
  return hdrLog(startMs, [
    line(null, latency.response),
    ...targets.filter(({ response }) => response.count > 0)
      .map(({ name, response }) => line(name, response)),
  ]);
}
