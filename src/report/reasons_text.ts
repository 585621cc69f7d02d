import type { Reason, Snapshot } from "../stats/mod.ts";
import { requestsOf } from "./answers.ts";
import { seriesName } from "../plan/mod.ts";
import { codeText } from "../protocol/mod.ts";
import {
  dim,
  grouped,
  type Line,
  localTime,
  roundDuration,
  type Section,
  table,
  wrap,
} from "./format/mod.ts";

const INDENT = "    ";
/** Traced requests that are shown; the JSON has them all. */
const TRACES_SHOWN = 10;

/** What is known of why requests of a target failed. */
export interface Failing {
  readonly failed: Readonly<Record<string, number | undefined>>;
  readonly reasons: readonly TextReason[];
}

/** A reason that may have come from another process. */
type TextReason = Omit<Reason, "kind"> & { readonly kind: string };

/**
 * Why requests failed, a line for each reason: `tls ×20: the certificate …`.
 * A code that says no more than its name stands among the answers already.
 */
function reasonTexts({ failed, reasons }: Failing): string[] {
  const kinds = [...new Set(reasons.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const all = reasons.filter((reason) => reason.kind === kind);
    const known = all.reduce((sum, { count }) => sum + count, 0);
    const rest = (failed[kind] ?? 0) - known;
    const texts = all.filter(saysMore).map(({ count, reason }) =>
      `${kind} ×${grouped(count)}: ${reason}`
    );
    if (rest > 0 && texts.length > 0) {
      texts.push(`${kind} ×${grouped(rest)}: for other reasons`);
    }
    return texts;
  });
}

/** The same as lines of a text report. */
export function reasonLines(failing: Failing, width: number): Line[] {
  return reasonTexts(failing).flatMap((text) =>
    wrap(text, width - 2 * INDENT.length).map((
      line,
      i,
    ): Line => [[
      "error",
      `${INDENT}${i === 0 ? "" : INDENT}${line}`,
    ]])
  );
}

function saysMore({ code, reason }: TextReason): boolean {
  return code === null || reason !== codeText(code);
}

/** A reason in one line, with the name of its target, step or journey. */
export function reasonText(
  { kind, reason }: Reason,
  name: string,
): string {
  return `${name}: ${kind}: ${reason}`;
}

/** The reason that most failed requests of a target or step have, in one line; null = none is known. */
export function tellingReason(
  { targets, journeys }: Pick<Snapshot, "targets" | "journeys">,
): string | null {
  const all = requestsOf({ targets, journeys }).flatMap(({ name, reasons }) =>
    reasons.map((reason) => ({ name, reason }))
  );
  const [first, ...others] = all;
  if (first === undefined) return null;
  const most = others.reduce(
    (most, one) => one.reason.count > most.reason.count ? one : most,
    first,
  );
  return reasonText(most.reason, most.name);
}

/** Requests that failed or were slow and were sent with a trace, to be looked up where traces are kept. */
export function traceSection(
  { samples, plan }: Snapshot,
  width: number,
): Section {
  // One that failed and was slow is kept as both.
  const traced = samples.filter(({ trace }, i) =>
    trace !== null && samples.findIndex((each) => each.trace === trace) === i
  );
  if (traced.length === 0) return [];
  const shown = traced.slice(0, TRACES_SHOWN);
  const left = shown.length === traced.length
    ? ""
    : dim(`  ${shown.length} of ${traced.length}`);
  const rows = shown.map(({ trace, target, intendedMs, responseMs, kind }) => [
    `  ${seriesName(plan, target)}`,
    localTime(intendedMs, plan.pattern.zone, "time"),
    roundDuration(responseMs),
    kind ?? "slow",
    trace!,
  ]);
  return [[["title", "Traces"], left], ...table(rows, width)];
}
