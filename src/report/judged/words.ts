import type { Snapshot } from "../../stats/mod.ts";
import type {
  Limit,
  ThresholdSnapshot,
  UnknownReason,
} from "../../threshold/mod.ts";
import { holesShare, type RunVerdict, verdictOf } from "../../verdict/mod.ts";
import {
  formatMs,
  formatPercent,
  formatRate,
  grouped,
  type Style,
  UNKNOWN,
} from "../format/mod.ts";
import { explainLimit, limitReasons } from "../verdict.ts";

const WHY: Readonly<Record<UnknownReason, string>> = {
  no_data: "nothing was counted there",
  too_few: "too few requests to say",
  too_short: "no window was ever full",
  too_coarse: "the record has longer intervals only",
  generator: "kar itself was the limit in every window",
};

/** A measured value in the unit of its limit. */
function valueText(
  value: ThresholdSnapshot["value"],
  { unit }: Limit,
): string {
  if (value === null) return UNKNOWN;
  if (typeof value === "string") return value;
  switch (unit) {
    case "ms":
      return formatMs(value);
    case "share":
      return shareText(value);
    case "perSec":
      return formatRate(value);
    default:
      return grouped(value);
  }
}

/** A share with the digits that tell it from its limit. */
function shareText(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}

/** What came of one threshold, in a few words: `was 812ms`, `too few requests to say`. */
export function foundText(judged: ThresholdSnapshot): string {
  const { threshold, result, value, windows, why } = judged;
  if (result === "unknown") return unknownText(judged, why ?? "no_data");
  const found = valueText(value, threshold.limit);
  if (windows === null) return `was ${found}`;
  const { kept, breached } = windows;
  return `${found} at worst, ${grouped(breached)} of ${
    grouped(kept + breached)
  } windows not kept`;
}

function unknownText(
  { threshold: { measure, window } }: ThresholdSnapshot,
  why: UnknownReason,
): string {
  const isWithoutRamp = measure.select.phase === undefined &&
    why === "no_data";
  const ramp = isWithoutRamp ? "; the ramp is left out unless selected" : "";
  const windows = window !== null && why === "too_few" ? " in any window" : "";
  return `${WHY[why]}${windows}${ramp}`;
}

/** The sign of what came of a threshold. */
export function resultWord(
  { result, threshold }: ThresholdSnapshot,
): { readonly word: string; readonly style: Style } {
  switch (result) {
    case "pass":
      return { word: "kept", style: "ok" };
    case "fail":
      return threshold.action === "warn"
        ? { word: "warning", style: "warn" }
        : { word: "NOT KEPT", style: "error" };
    case "unknown":
      return { word: "unknown", style: "warn" };
  }
}

/** How thresholds stand while a run goes on: null = none was asked for. */
export function judgedText(
  { verdict: { thresholds } }: Snapshot,
): { readonly style: Style; readonly text: string } | null {
  if (thresholds.length === 0) return null;
  const count = (result: ThresholdSnapshot["result"]) =>
    thresholds.filter((judged) => judged.result === result).length;
  const broken = thresholds.filter(({ result }) => result === "fail");
  const parts = ([["kept", count("pass")], ["open", count("unknown")]] as const)
    .filter(([, count]) => count > 0).map(([word, n]) => `${n} ${word}`);
  if (broken.length === 0) return { style: "ok", text: parts.join(" · ") };
  const isWarning = broken.every((each) => each.threshold.action === "warn");
  const not = `${broken.length} not kept: ${listText(broken, "names")}`;
  return {
    style: isWarning ? "warn" : "error",
    text: [...parts, not].join(" · "),
  };
}

/** How kar was the limit, over the whole run; null = it was not. */
export function limitText(snapshot: Snapshot): string | null {
  const reasons = limitReasons(snapshot);
  if (reasons.length === 0) return null;
  const why = reasons.map((reason) => explainLimit(reason, snapshot));
  return `kar was the limit: ${why.join("; ")}`;
}

/** Whether a sentence says what was found of each threshold that it names. */
export type Detail = "names" | "found";

/** What a run comes to, in one sentence. */
export function verdictText(
  snapshot: Snapshot,
  detail: Detail = "found",
): { readonly style: Style; readonly text: string } {
  const verdict = verdictOf(snapshot);
  const text = sentenceOf(verdict, snapshot, detail);
  return { style: styleOf(verdict), text };
}

function styleOf({ outcome, warned }: RunVerdict): Style {
  switch (outcome) {
    case "passed":
      return warned.length > 0 ? "warn" : "ok";
    case "unknown":
      return "warn";
    default:
      return "error";
  }
}

function sentenceOf(
  verdict: RunVerdict,
  snapshot: Snapshot,
  detail: Detail,
): string {
  const { thresholds } = snapshot.verdict;
  switch (verdict.outcome) {
    case "invalid":
      return `invalid: ${invalidText(verdict, snapshot, detail)}`;
    case "stopped":
      return `stopped: ${stoppedText(snapshot)}`;
    case "failed":
      return `failed: ${failedText(verdict, snapshot, detail)}`;
    case "unknown":
      return `unknown: ${openText(verdict, detail)}`;
    case "passed":
      return verdict.isAsked
        ? `passed: ${keptText(thresholds)}`
        : "passed: no threshold was asked for";
  }
}

function openText(
  { hasNothingDue, unknown }: RunVerdict,
  detail: Detail,
): string {
  return hasNothingDue
    ? "nothing was due, so that nothing was tested"
    : `${listText(unknown, detail)} could not be judged`;
}

function keptText(all: readonly ThresholdSnapshot[]): string {
  const kept = all.filter(({ result }) => result === "pass").length;
  const of = kept === all.length ? "" : ` of ${all.length}`;
  return `${kept}${of} ${all.length === 1 ? "threshold" : "thresholds"} kept`;
}

function invalidText(
  { ofKar, isUntrusted, hasHoles, refuted }: RunVerdict,
  snapshot: Snapshot,
  detail: Detail,
): string {
  if (ofKar.length > 0) return `kar did not keep ${listText(ofKar, detail)}`;
  const { untrustedSeconds, seconds, tolerate } = snapshot.verdict;
  const most = formatPercent(tolerate, 1);
  if (isUntrusted) {
    return `kar itself was the limit in ${grouped(untrustedSeconds)} of ${
      grouped(seconds)
    } seconds, more than ${most}`;
  }
  return hasHoles
    ? `${
      formatPercent(holesShare(snapshot), 1)
    } of the plan is in no record, more than ${most}`
    : `the proof of ${refuted.join(" and ")} is refuted`;
}

function stoppedText({ verdict: { stoppedBy }, breaker }: Snapshot): string {
  if (stoppedBy !== null) return `by ${stoppedBy}`;
  const why = breaker.reason === null ? "" : `: ${breaker.reason}`;
  return `by the circuit breaker${why}`;
}

function failedText(
  { failed }: RunVerdict,
  { completed }: Snapshot,
  detail: Detail,
): string {
  return failed.length > 0
    ? listText(failed, detail)
    : `not one of ${grouped(completed)} requests was answered as wanted`;
}

/** The first by its text, the others by their number. */
function listText(
  all: readonly ThresholdSnapshot[],
  detail: Detail = "found",
): string {
  const [first, ...more] = all;
  if (first === undefined) return "";
  const rest = more.length === 0 ? "" : `, and ${more.length} more`;
  const found = detail === "found" ? ` (${foundText(first)})` : "";
  return `${first.threshold.text}${found}${rest}`;
}
