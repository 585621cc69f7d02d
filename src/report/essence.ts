import { dueIn, notConfirmed } from "../merge/mod.ts";
import { type Snapshot, total } from "../stats/mod.ts";
import { holesShare, verdictOf } from "../verdict/mod.ts";
import { breakerText } from "./breaker_text.ts";
import {
  countsText,
  dim,
  formatMs,
  formatPercent,
  grouped,
  labelled,
  type Line,
  type Section,
  type Span,
  type Style,
  UNKNOWN,
  widthOf,
  wrap,
} from "./format/mod.ts";
import { BELOW_FLOOR, percentileText, verdictLines } from "./judged/mod.ts";
import { tellingReason } from "./reasons_text.ts";
import { explainBounds, explainLimit, limitReasons } from "./verdict.ts";

/** Lines of the essence at most: with a prompt below it, half of a small terminal. */
export const ESSENCE_LINES_MAX = 12;

const LABEL_COLUMNS = 12;
/** Lines that explaining the limit, or the failures, may take. */
const LIMIT_LINES_MAX = 3;
const REASON_LINES_MAX = 2;
const TITLE_LINES_MAX = 2;
/** Where the failed requests stand among the counts. */
const FAILED_ROW = 2;
const SHARES = [0.5, 0.95, 0.99] as const;

/** One count of the essence. */
interface Count {
  readonly label: string;
  readonly count: number;
  readonly style?: Style;
  /** What the count is a share of, as text. */
  readonly share?: string;
  /** What it is made of. */
  readonly parts?: string;
}

/**
 * The answer of a run in at most `ESSENCE_LINES_MAX` lines: it is what stays on
 * the screen below a long report. Lists are cut at the edge, not wrapped.
 */
export function essenceSection(snapshot: Snapshot, width: number): Section {
  const title = titleLines(snapshot, width);
  const counts = countLines(snapshot);
  const verdict = askedVerdict(snapshot, width);
  const room = ESSENCE_LINES_MAX - 1 - title.length - counts.length -
    verdict.length;
  const limit = labelled("limited by", limitText(snapshot), width)
    .slice(0, Math.min(room, LIMIT_LINES_MAX));
  const reason = reasonLines(snapshot, width)
    .slice(0, Math.min(room - limit.length, REASON_LINES_MAX));
  return [
    ...title,
    ...counts.toSpliced(FAILED_ROW + 1, 0, ...reason),
    [dim("  response".padEnd(LABEL_COLUMNS)), " ", timesText(snapshot)],
    ...limit,
    ...verdict,
  ];
}

function titleLines(snapshot: Snapshot, width: number): Line[] {
  const { style, text } = headline(snapshot);
  return wrap(text, width - LABEL_COLUMNS - 1).slice(0, TITLE_LINES_MAX)
    .map((line, i): Line => [
      ["title", (i === 0 ? "Result" : "").padEnd(LABEL_COLUMNS)],
      " ",
      [style, line],
    ]);
}

/** What was asked came to; in one line, since the thresholds stand above. */
function askedVerdict(snapshot: Snapshot, width: number): Line[] {
  const { isAsked, outcome } = verdictOf(snapshot);
  if (!isAsked && outcome === "passed") return [];
  const label = "verdict".padEnd(LABEL_COLUMNS - 2);
  return verdictLines(snapshot, { label, width }).slice(0, 1);
}

/** Why most requests failed; empty where nothing is known of it. */
function reasonLines(snapshot: Snapshot, width: number): Line[] {
  const reason = tellingReason(snapshot);
  if (reason === null) return [];
  const indent = " ".repeat(LABEL_COLUMNS + 1);
  return wrap(reason, width - indent.length)
    .map((line): Line => [indent, ["error", line]]);
}

/** What came of a run in one sentence, for whoever reads nothing else. */
export function headline(
  snapshot: Snapshot,
): { readonly style: Style; readonly text: string } {
  const { due, sent, completed, ok } = snapshot;
  if (due === 0) {
    return { style: "warn", text: "nothing was due: nothing was tested" };
  }
  if (sent === 0) {
    const text = `nothing was sent: all ${grouped(due)} due were missed`;
    return { style: "error", text };
  }
  if (completed > 0 && ok === 0) {
    return {
      style: "error",
      text: `all ${grouped(completed)} requests failed`,
    };
  }
  const { failed, missed } = snapshot;
  const flaws = [
    ...shareText(total(failed), completed, "of the requests failed"),
    ...shareText(total(missed), due, "of what was due was not sent"),
    ...holesText(snapshot),
  ];
  const isLimit = limitReasons(snapshot).length > 0;
  const text = flaws.length > 0
    ? flaws.join(", ")
    : `all ${grouped(ok)} requests were answered as wanted`;
  return {
    style: flaws.length > 0 || isLimit ? "warn" : "ok",
    text: isLimit
      ? `${text}${flaws.length > 0 ? ";" : ", but"} kar was the limit`
      : text,
  };
}

function holesText(snapshot: Snapshot): string[] {
  const share = holesShare(snapshot);
  return shareText(share, 1, "of the plan is in no record");
}

function shareText(part: number, whole: number, what: string): string[] {
  return part === 0 ? [] : [`${formatPercent(part, whole)} ${what}`];
}

function countLines(snapshot: Snapshot): Line[] {
  const counts = countsOf(snapshot);
  const digits = Math.max(...counts.map(({ count }) => grouped(count).length));
  const shares = Math.max(...counts.map(({ share = "" }) => widthOf(share)));
  return counts.map(({ label, count, style, share = "", parts = "" }) => {
    const text = grouped(count).padStart(digits);
    const number: Span = style !== undefined && count > 0
      ? [style, text]
      : text;
    const line: Line = [
      dim(`  ${label}`.padEnd(LABEL_COLUMNS)),
      " ",
      number,
      dim(`  ${share.padStart(shares)}`),
    ];
    return parts === "" || count === 0 ? line : [...line, `  ${parts}`];
  });
}

function countsOf(snapshot: Snapshot): Count[] {
  const { due, sent, completed, ok, waiting, inFlight } = snapshot;
  const { generator = 0, ...theirs } = snapshot.failed;
  const missed = total(snapshot.missed);
  const failed = total(theirs);
  const { holes = [] } = snapshot.merged ?? {};
  const missing = dueIn(holes);
  const ofDue = (count: number) => formatPercent(count, due);
  const ofCompleted = (count: number) => formatPercent(count, completed);
  return [
    {
      label: "sent",
      count: sent,
      share: ofDue(sent),
      parts: `of ${grouped(due)} due`,
    },
    { label: "ok", count: ok, style: "ok", share: ofCompleted(ok) },
    {
      label: "failed",
      count: failed,
      style: "error",
      share: ofCompleted(failed),
      parts: countsText(theirs),
    },
    ...(generator === 0 ? [] : [
      {
        label: "kar's fault",
        count: generator,
        style: "error",
        share: ofCompleted(generator),
        parts: "no file descriptors, ports or memory left",
      } as const,
    ]),
    {
      label: "missed",
      count: missed,
      style: "warn",
      share: ofDue(missed),
      parts: countsText(snapshot.missed),
    },
    ...(missing <= 0 ? [] : [
      {
        label: "no record",
        count: missing,
        style: "warn",
        share: formatPercent(missing, due + missing),
        parts: `of the plan, ${grouped(notConfirmed(holes))} not confirmed`,
      } as const,
    ]),
    ...(waiting + inFlight === 0 ? [] : [{
      label: "open",
      count: waiting + inFlight,
      parts: `${grouped(waiting)} waiting, ${grouped(inFlight)} in flight`,
    }]),
  ];
}

function timesText({ latency: { response }, noise }: Snapshot): string {
  const { count, maxMs, meanMs } = response;
  const shares = SHARES.map((share) =>
    `p${share * 100} ${percentileText(response, share, noise)}`
  );
  const max = formatMs(count === 0 ? null : maxMs);
  const isShort = count > 0 && shares.some((share) => share.includes(UNKNOWN));
  const isMarked = shares.some((share) => share.includes(BELOW_FLOOR));
  // The line has no room for both, and the mean has noise in it, too.
  const mean = isMarked ? [] : [`mean ${formatMs(meanMs)}`];
  const text = [...shares, `max ${max}`, ...mean].join("  ");
  const why = [
    ...(isShort ? [`${UNKNOWN} too few`] : []),
    ...(isMarked ? [`${BELOW_FLOOR} noise`] : []),
  ];
  return why.length > 0 ? `${text}  (${why.join(", ")})` : text;
}

/** The first thing that kept the run from showing more: kar, a limit, the breaker. */
function limitText(snapshot: Snapshot): string {
  const kar = limitReasons(snapshot).map((each) =>
    `kar: ${explainLimit(each, snapshot)}`
  );
  const limits = [...kar, ...explainBounds(snapshot)];
  const { breaker } = snapshot;
  if (breaker.trips > 0) {
    limits.push(
      `the circuit breaker: it ${breakerText(breaker, "at the end")}`,
    );
  }
  const [first, ...more] = limits;
  if (first === undefined) return "nothing: kar and its settings had room";
  const rest = more.length === 0 ? "" : `(1 of ${limits.length}) `;
  return rest + first;
}
