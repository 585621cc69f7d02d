import {
  compact,
  dim,
  endsOf,
  formatMs,
  formatPercent,
  isWaiting,
  judgedText,
  type Line,
  lineWidth,
  reasonText,
  type Span,
  type Style,
  table,
  UNKNOWN,
} from "../report/mod.ts";
import { seriesName } from "../plan/mod.ts";
import {
  type Distribution,
  type RunState,
  type Snapshot,
  type TargetSnapshot,
  total,
} from "../stats/mod.ts";
import type { ScreenModel, ScreenSize } from "./model.ts";
import { PRIORITY, single, type StackBlock } from "./stack.ts";

const SHARES = [0.5, 0.95, 0.99] as const;
const TIMES = ["mean", "p50", "p95", "p99", "max"] as const;
/** Narrower screens show some of the times, by their places, and not all. */
const TIMES_IN = [
  { columns: 52, shown: [0, 1, 2, 3, 4] },
  { columns: 44, shown: [0, 1, 2, 3] },
  { columns: 0, shown: [0, 1, 3] },
] as const;
/** Narrower screens show one percentile of each target, not all. */
const WIDE_COLUMNS = 64;
/** No number is wider: columns stay where they are while numbers change. */
const CELL_COLUMNS = 6;

/** What ENTER does, in the states in which it does something. */
const ENTER_DOES: Readonly<Partial<Record<RunState, string>>> = {
  armed: "fire",
  firing: "pause",
  tripped: "pause",
  paused: "resume",
};

/** Sent, failed, missed, on as many lines as they need. */
export function counterBlock(
  { snapshot }: ScreenModel,
  { columns }: ScreenSize,
): StackBlock {
  const { sent, ok, completed, inFlight } = snapshot;
  const failed = total(snapshot.failed);
  const missed = total(snapshot.missed);
  const failedText = failed === 0
    ? "0"
    : `${compact(failed)} ${formatPercent(failed, completed)}`;
  const lines = flow([
    [dim(" sent "), compact(sent), " "],
    [dim(" failed "), alarm("error", failed, failedText), " "],
    [dim(" missed "), alarm("warn", missed, compact(missed)), " "],
    [dim(" in flight "), compact(inFlight), " "],
    [dim(" ok "), ["ok", compact(ok)], " "],
  ], columns);
  return {
    priority: PRIORITY.counters,
    minRows: 1,
    maxRows: lines.length,
    isSpaced: true,
    draw: (rows) => lines.slice(0, rows),
  };
}

function alarm(style: Style, count: number, text: string): Span {
  return count > 0 ? [style, text] : text;
}

/** Sets items side by side, none of them broken, in as many lines as it takes. */
function flow(items: readonly Line[], columns: number): Line[] {
  const lines: Line[] = [];
  for (const item of items) {
    const longer = [...(lines.at(-1) ?? []), ...item];
    if (lines.length > 0 && lineWidth(longer) <= columns) {
      lines[lines.length - 1] = longer;
    } else lines.push(item);
  }
  return lines;
}

/** How many answers had which code, and what got none; no block before the first. */
export function answerBlocks(
  { snapshot: { targets } }: ScreenModel,
): StackBlock[] {
  const counts = Object.entries(endsOf(targets))
    .filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
  if (counts.length === 0) return [];
  const text = counts.map(([name, count]) => `${name} ×${compact(count)}`)
    .join(" · ");
  return [single(PRIORITY.answers, [dim(" answers "), text])];
}

/** Response time of the last seconds and of the run, and kar's own lateness. */
export function latencyBlock(
  { snapshot }: ScreenModel,
  { columns }: ScreenSize,
): StackBlock {
  const { recent, latency } = snapshot;
  const heads: Span[] = [["title", " response"], ...TIMES.map(heading)];
  const whole = [
    heads,
    timeRow(" last 10s", recent),
    timeRow(" whole run", latency.response),
    timeRow(" send lag", latency.sendLag),
  ];
  const { shown } = TIMES_IN.find((each) => columns >= each.columns)!;
  const rows = table(
    whole.map(([name, ...times]) => [name!, ...shown.map((at) => times[at]!)]),
    columns,
  );
  return {
    priority: PRIORITY.latency,
    minRows: 2,
    maxRows: rows.length,
    isSpaced: true,
    draw: (count) => rows.slice(0, count),
  };
}

function heading(name: string): Span {
  return dim(name.padStart(CELL_COLUMNS));
}

function timeRow(name: string, durations: Distribution): Span[] {
  const { count, maxMs, meanMs } = durations;
  return [
    name,
    formatMs(meanMs),
    ...SHARES.map((share) => formatMs(durations.percentile(share))),
    formatMs(count === 0 ? null : maxMs),
  ];
}

/** How each target does; those that find no room are counted. */
export function targetBlock(
  { snapshot }: ScreenModel,
  { columns }: ScreenSize,
): StackBlock {
  const targets = sentRows(snapshot);
  return {
    priority: PRIORITY.targets,
    minRows: 2,
    maxRows: 1 + targets.length,
    isSpaced: true,
    draw(rows) {
      const isWide = columns >= WIDE_COLUMNS;
      const isCut = rows < 1 + targets.length;
      const shown = targets.slice(0, isCut ? rows - 2 : targets.length);
      const lines = targetTable(shown, { columns, isWide });
      const rest = targets.length - shown.length;
      return isCut ? [...lines, [dim(` … and ${rest} more`)]] : lines;
    },
  };
}

/** A target, a journey by its duration, or one of its steps. */
type SentRow = Pick<
  TargetSnapshot,
  "name" | "sent" | "failed" | "completed" | "response" | "healthy"
>;

function sentRows({ targets, journeys, plan }: Snapshot): SentRow[] {
  return [
    ...targets,
    ...journeys.flatMap((journey) => [
      { ...journey, response: journey.duration, healthy: null },
      ...journey.steps.map((step) => ({
        ...step,
        name: `  ${plan.targets[step.series]!.step!.name}`,
      })),
    ]),
  ];
}

function targetTable(
  targets: readonly SentRow[],
  { columns, isWide }: { columns: number; isWide: boolean },
): Line[] {
  const times = isWide ? ["p50", "p95", "p99"] : ["p99"];
  const shares = isWide ? SHARES : [0.99];
  return table([
    [
      ["title", " target"],
      ...["sent", "failed", ...times, "health"].map(heading),
    ],
    ...targets.map((target): Span[] => [
      ` ${target.name}`,
      compact(target.sent),
      failedCell(target),
      ...shares.map((share) => formatMs(target.response.percentile(share))),
      healthCell(target),
    ]),
  ], columns);
}

function failedCell({ failed, completed }: SentRow): Span {
  const count = total(failed);
  return alarm("error", count, formatPercent(count, completed));
}

function healthCell({ healthy }: SentRow): Span {
  if (healthy === null) return UNKNOWN;
  return healthy ? ["ok", "up"] : ["error", "down"];
}

/** The answer to a key, else the newest warning; no block when there is neither. */
export function messageBlocks(
  { message, snapshot }: ScreenModel,
): StackBlock[] {
  const warning = snapshot.warnings.at(-1);
  if (message !== null) return [messageBlock("accent", message)];
  return warning === undefined ? [] : [messageBlock("warn", `! ${warning}`)];
}

/** Why the last of the failed requests failed; no block as long as all is well. */
export function reasonBlocks({ snapshot }: ScreenModel): StackBlock[] {
  const { newestReason, plan } = snapshot;
  if (newestReason === null) return [];
  const line: Line = [
    dim(" failed last "),
    ["error", reasonText(newestReason, seriesName(plan, newestReason.target))],
  ];
  return [single(PRIORITY.reason, line)];
}

/** How the thresholds stand; no block where none were asked for. */
export function thresholdBlocks({ snapshot }: ScreenModel): StackBlock[] {
  const judged = judgedText(snapshot);
  if (judged === null) return [];
  const line: Line = [dim(" thresholds "), [judged.style, judged.text]];
  return [single(PRIORITY.thresholds, line)];
}

function messageBlock(style: Style, text: string): StackBlock {
  return { ...single(PRIORITY.message, [[style, ` ${text}`]]), isSpaced: true };
}

/** The keys, as many as fit. */
export function helpLine(
  { snapshot, quit = "stop" }: ScreenModel,
  columns: number,
): Line {
  const enter = isWaiting(snapshot) && snapshot.state === "armed"
    ? ENTER_DOES.firing
    : ENTER_DOES[snapshot.state];
  const keys = enter === undefined
    ? [["q", quit === "leave" ? quit : "stop at once"]]
    : [
      ["q", quit],
      ["ENTER", enter],
      ["s", "spike"],
      ["+/-", "scale"],
    ];
  const items = keys.map(([key, does]): Line => [
    ["title", ` ${key}`],
    dim(` ${does} `),
  ]);
  return flow(items, columns)[0]!;
}
