import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import type { Painted } from "../../base/mod.ts";
import type { Status } from "../../daemon/ask/mod.ts";
import {
  besideState,
  breakerText,
  bullets,
  changesOf,
  countsText,
  dim,
  type Failing,
  formatBytes,
  formatElapsed,
  formatMs,
  formatProgress,
  formatRate,
  grouped,
  type Line,
  paintText,
  reasonLines,
  type Span,
  stateStyle,
  type Style,
  table,
  type TerminalCaps,
  wrap,
} from "../../report/mod.ts";

const LABEL_COLUMNS = 10;

type ResponseTimes = NonNullable<Status["response"]>;
type CountsByName = Readonly<Record<string, number>>;

/** How a run goes, for people. */
export function statusText(
  status: Status,
  { width, ...caps }: TerminalCaps & { readonly width: number },
): Painted {
  const lines = [
    ...titleLines(status),
    [],
    ...trafficLines(status),
    [],
    ...targetLines(status, width),
    ...journeyLines(status, width),
    ...thresholdLines(status, width),
    ...warningLines(status, width),
  ];
  return paintText(lines, caps, width);
}

function titleLines(status: Status): Line[] {
  const { name, state, phase, scenario, pid, version, config, planId, seed } =
    status;
  const level = status.breaker?.level ?? 1;
  const beside = besideState({ state, phase, scenario, level });
  const colored: Span = [stateStyle(state), state];
  const rest = `${beside === "" ? "" : ` ${beside}`}  ${elapsedOf(status)}`;
  return [
    [["title", name], "  ", colored, rest],
    [dim(`  process ${pid}, kar ${version}, ${config}`)],
    [dim(`  plan ${planId}, seed ${seed}`)],
    ...(status.logFile === "" ? [] : [[dim(`  log ${status.logFile}`)]]),
    ...partsLines(status),
  ];
}

/** Which part of a fleet's run answers, and whom it hears. */
function partsLines({ part, parts }: Status): Line[] {
  if (part === 0) return [];
  if (parts.length === 0) return [[dim(`  part ${part} of a fleet by itself`)]];
  const silent = parts.filter(({ up }) => !up).map(({ part }) => part);
  const alone = parts.filter(({ alone }) => alone).map(({ part }) => part);
  const named = (list: readonly number[], what: string): Span[] =>
    list.length === 0 ? [] : [["warn", `, ${list.join(", ")} ${what}`]];
  return [[
    dim(`  all ${parts.length} parts of a fleet, as part ${part} hears them`),
    ...named(silent, "silent"),
    ...named(alone, "without the bus"),
  ]];
}

/** How long a run lasts, or how long it waits. */
export function elapsedOf({ startedAt, now, endsAt }: Status): string {
  if (startedAt === undefined || now === undefined) return "";
  const sinceStart = (instant: Timestamp) =>
    timestampMs(instant) - timestampMs(startedAt);
  const whole = endsAt === undefined
    ? ""
    : ` of ${formatElapsed(sinceStart(endsAt))}`;
  return formatProgress(sinceStart(now)) + whole;
}

function trafficLines(status: Status): Line[] {
  const { due, sent, waiting, inFlight, completed, ok } = status;
  const { workersUp, workersWanted, cpuSec, rssBytes, requests } = status;
  const hasJourneys = status.journeys.length > 0;
  const open = `${grouped(waiting)} waiting, ${grouped(inFlight)} in flight`;
  return [
    row(
      "rate",
      `${formatRate(status.sentRate)} sent, ${
        formatRate(status.plannedRate)
      } planned`,
    ),
    ...changedLines(status),
    row(
      hasJourneys ? "arrivals" : "requests",
      `${grouped(due)} due, ${grouped(sent)} sent, ${open}`,
    ),
    ...(hasJourneys
      ? [row("requests", `${grouped(requests)} with all steps of journeys`)]
      : []),
    row("answers", `${grouped(completed)} completed, ${grouped(ok)} ok`),
    ...counted("missed", status.missed, "warn"),
    ...counted("failed", status.failed, "error"),
    row("response", timesText(status.response)),
    row("last 10 s", timesText(status.recent)),
    row("send lag", timesText(status.sendLag)),
    ...breakerLines(status),
    row(
      "kar",
      `${workersUp} of ${workersWanted} workers up, ${
        cpuSec.toFixed(1)
      } s of CPU, ${formatBytes(rssBytes)}`,
    ),
  ];
}

function changedLines({ changes }: Status): Line[] {
  if (changes === undefined) return [];
  const { base = NaN, max = NaN, scale } = changes;
  const texts = changesOf({ base, max, scale });
  return texts.length === 0 ? [] : [row("changed", ["warn", texts.join(", ")])];
}

function breakerLines({ breaker }: Status): Line[] {
  if (breaker === undefined) return [];
  const { reason } = breaker;
  const text = breakerText({ ...breaker, reason });
  const isHolding = breaker.level < 1;
  return [
    row("breaker", isHolding ? ["error", text] : text),
    ...(reason === "" ? [] : [row("", dim(`because ${reason}`))]),
  ];
}

function targetLines({ targets }: Status, width: number): Line[] {
  const head = ["", "sent", "ok", "failed", "p50", "p99", "health"].map(dim);
  const rows = targets.map((target): Span[] => [
    `  ${target.name}`,
    grouped(target.sent),
    grouped(target.ok),
    grouped(target.completed - target.ok),
    formatMs(target.response?.p50Ms ?? null),
    formatMs(target.response?.p99Ms ?? null),
    healthOf(target.healthy),
  ]);
  const [header, ...lines] = table([head, ...rows], width);
  return [
    header!,
    ...targets.flatMap((target, i) => [
      lines[i]!,
      ...reasonLines(failingOf(target), width),
    ]),
  ];
}

/** How journeys as a whole do; their steps stand among the targets. */
function journeyLines({ journeys }: Status, width: number): Line[] {
  if (journeys.length === 0) return [];
  const head = ["", "started", "finished", "failed", "open", "p50", "p99"]
    .map(dim);
  const rows = journeys.map(({ failed, cancelled, ...journey }): Span[] => [
    `  ${journey.name}`,
    grouped(journey.started),
    grouped(journey.finished),
    grouped(sumOf(failed) + cancelled),
    grouped(journey.open),
    formatMs(journey.duration?.p50Ms ?? null),
    formatMs(journey.duration?.p99Ms ?? null),
  ]);
  const [header, ...lines] = table([head, ...rows], width);
  return [
    [],
    [["title", "Journeys"]],
    header!,
    ...journeys.flatMap((journey, i) => [
      lines[i]!,
      ...reasonLines(failingOf(journey), width),
    ]),
  ];
}

function sumOf(counts: CountsByName): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function failingOf(
  { failed, reasons }: Pick<Status["targets"][number], "failed" | "reasons">,
): Failing {
  return {
    failed,
    reasons: reasons.map(({ kind, code, reason, count }) => ({
      ...{ kind, reason, count },
      code: code ?? null,
    })),
  };
}

function healthOf(healthy: boolean | undefined): Span {
  if (healthy === undefined) return dim("–");
  return healthy ? ["ok", "up"] : ["error", "down"];
}

/** A result in the words of the report. */
const RESULT_WORDS: Readonly<Record<string, Span>> = {
  pass: ["ok", "kept     "],
  fail: ["error", "NOT KEPT "],
  unknown: dim("open     "),
};

function thresholdLines({ thresholds }: Status, width: number): Line[] {
  if (thresholds.length === 0) return [];
  const indent = " ".repeat(LABEL_COLUMNS + 2);
  const lines = thresholds.flatMap(({ threshold, result, found }) =>
    wrap(`${threshold}: ${found}`, width - indent.length)
      .map((line, i): Line =>
        i === 0 ? ["  ", RESULT_WORDS[result] ?? result, " ", line] : [
          indent,
          line,
        ]
      )
  );
  return [[], [["title", "Thresholds"]], ...lines];
}

function warningLines({ warnings }: Status, width: number): Line[] {
  if (warnings.length === 0) return [];
  return [[], [["warn", "Warnings"]], ...bullets(warnings, width)];
}

function counted(label: string, counts: CountsByName, style: Style): Line[] {
  const text = countsText(counts);
  return text === "" ? [] : [row(label, [style, text])];
}

function row(label: string, text: Span): Line {
  return [dim(`  ${label.padEnd(LABEL_COLUMNS)} `), text];
}

function timesText(times: ResponseTimes | undefined): string {
  if (times === undefined || times.count === 0) return "–";
  const parts = [
    ["p50", times.p50Ms],
    ["p90", times.p90Ms],
    ["p95", times.p95Ms],
    ["p99", times.p99Ms],
    ["max", times.maxMs],
  ] as const;
  return parts.map(([name, ms]) => `${name} ${formatMs(ms ?? null)}`)
    .join("  ");
}
