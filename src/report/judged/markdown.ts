import { printable } from "../../base/mod.ts";
import type { Distribution, Snapshot } from "../../stats/mod.ts";
import { total } from "../../stats/mod.ts";
import type { ThresholdSnapshot } from "../../threshold/mod.ts";
import {
  formatMs,
  formatPercent,
  grouped,
  roundDuration,
} from "../format/mod.ts";
import { foundText, limitText, resultWord, verdictText } from "./words.ts";

/** Rows of a table; a summary stands among other text. */
const ROWS_MAX = 50;

/** What a run came to as Markdown, for a pull request or `$GITHUB_STEP_SUMMARY`. */
export function renderMarkdown(snapshot: Snapshot): string {
  const { runId, nowMs, startMs, plan } = snapshot;
  return [
    `### kar: ${text(verdictText(snapshot).text)}`,
    "",
    ...thresholdTable(snapshot.verdict.thresholds),
    ...targetTable(snapshot),
    ...limitLines(snapshot),
    `Run ${runId}, plan ${plan.planId}, seed ${plan.pattern.seed}, ${
      roundDuration(nowMs - startMs)
    }.`,
    "",
  ].join("\n");
}

function limitLines(snapshot: Snapshot): string[] {
  const limit = limitText(snapshot);
  return limit === null ? [] : [`${text(limit)}.`, ""];
}

function thresholdTable(thresholds: readonly ThresholdSnapshot[]): string[] {
  if (thresholds.length === 0) return [];
  const rows = thresholds.map((judged) => [
    resultWord(judged).word,
    code(judged.threshold.text),
    text(foundText(judged)),
  ]);
  return table(["", "threshold", "found"], rows);
}

function targetTable({ targets, latency, ...all }: Snapshot): string[] {
  const rows = targets.map((target) => [
    text(target.name),
    ...countCells(target),
    ...timeCells(target.response),
  ]);
  const sum = ["all", ...countCells(all), ...timeCells(latency.response)];
  return table(
    ["target", "sent", "failed", "missed", "p50", "p95", "p99", "max"],
    targets.length > 1 ? [...rows, sum] : rows,
  );
}

function countCells(
  { sent, completed, failed, missed }: Pick<
    Snapshot,
    "sent" | "completed" | "failed" | "missed"
  >,
): string[] {
  const share = formatPercent(total(failed), completed);
  return [grouped(sent), share, grouped(total(missed))];
}

function timeCells(response: Distribution): string[] {
  const { count, maxMs } = response;
  return [
    ...[0.5, 0.95, 0.99].map((share) => formatMs(response.percentile(share))),
    formatMs(count === 0 ? null : maxMs),
  ];
}

function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rest = rows.length - ROWS_MAX;
  return [
    line(heads),
    line(heads.map(() => "---")),
    ...rows.slice(0, ROWS_MAX).map(line),
    ...(rest > 0 ? [line([`and ${rest} more`])] : []),
    "",
  ];
}

/** Text in which no character means anything to Markdown, and that calls nobody by `@name`. */
function text(raw: string): string {
  return printable(raw).replaceAll(/[\\`*_{}[\]<>#|~]/g, "\\$&")
    .replaceAll("@", "&#64;");
}

/** Text as it stands; in a table even code must not hold a bare bar. */
function code(raw: string): string {
  return `\`${printable(raw).replaceAll("`", "'").replaceAll("|", "\\|")}\``;
}
