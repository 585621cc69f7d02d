import { isoTime, printable } from "../../base/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import type { ThresholdSnapshot } from "../../threshold/mod.ts";
import { verdictOf } from "../../verdict/mod.ts";
import { foundText, limitText, verdictText } from "./words.ts";

/** What came of a test case; null = it passed. */
interface Flaw {
  readonly kind: "failure" | "error" | "skipped";
  readonly message: string;
  /** Beside the message, one line each. */
  readonly details: readonly string[];
}

/** One test case of JUnit's XML. */
interface TestCase {
  readonly group: string;
  readonly name: string;
  readonly flaw: Flaw | null;
}

/**
 * The verdict as JUnit's XML, which CI systems show: a test case for each
 * threshold, in the group of its target, and one for kar itself. What could not
 * be judged is an error, a warning is skipped with its message.
 */
export function renderJunit(snapshot: Snapshot): string {
  const { nowMs, startMs, begunMs, runId, plan } = snapshot;
  const cases = casesOf(snapshot);
  const count = (kind: Flaw["kind"]) =>
    cases.filter(({ flaw }) => flaw?.kind === kind).length;
  const counts = attributes({
    tests: cases.length,
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
    time: (nowMs - startMs) / 1000,
  });
  const suite = attributes({
    name: `kar run ${runId}`,
    timestamp: isoTime(begunMs).replace(/(\.\d+)?Z$/, ""),
  });
  const properties = { planId: plan.planId, seed: plan.pattern.seed };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="kar"${counts}>`,
    `  <testsuite${suite}${counts}>`,
    "    <properties>",
    ...Object.entries(properties).map(([name, value]) =>
      `      <property${attributes({ name, value })}/>`
    ),
    "    </properties>",
    ...cases.flatMap(caseLines),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function casesOf(snapshot: Snapshot): TestCase[] {
  const { verdict } = snapshot;
  const judged = verdict.thresholds.map((each) => caseOf(each, snapshot));
  return judged.length === 0 ? [impliedCase(snapshot)] : [
    ...judged,
    ...dueCases(snapshot),
    karCase(snapshot),
  ];
}

function caseOf(judged: ThresholdSnapshot, snapshot: Snapshot): TestCase {
  const { allowUnknown } = snapshot.verdict;
  const { threshold, result, breachedMs } = judged;
  const { select } = threshold.measure;
  const message = foundText(judged);
  const details = [
    threshold.text,
    ...(breachedMs === null ? [] : [`first at ${isoTime(breachedMs)}`]),
  ];
  const kind = flawOf(judged, allowUnknown);
  return {
    group: select.target ?? select.step ?? groupOfAll(snapshot),
    name: threshold.text,
    flaw: result === "pass" || kind === null
      ? null
      : { kind, message, details },
  };
}

/** Whose case it is that nobody is named in: of one target alone it is that one's. */
function groupOfAll({ targets, journeys }: Snapshot): string {
  const [only, ...others] = targets;
  return only === undefined || others.length > 0 || journeys.length > 0
    ? "all targets"
    : only.name;
}

function flawOf(
  { threshold: { action }, result }: ThresholdSnapshot,
  allowUnknown: boolean,
): Flaw["kind"] | null {
  if (result === "pass") return null;
  if (action === "warn" || (result === "unknown" && allowUnknown)) {
    return "skipped";
  }
  return result === "fail" ? "failure" : "error";
}

function karCase(snapshot: Snapshot): TestCase {
  const flaw = karFlaw(snapshot);
  return { group: "kar", name: "kar was not the limit", flaw };
}

/** A run in which nothing was due has tested nothing, whatever its thresholds say. */
function dueCases(snapshot: Snapshot): TestCase[] {
  if (!verdictOf(snapshot).hasNothingDue) return [];
  const { allowUnknown } = snapshot.verdict;
  const message = "nothing was due, so that nothing was tested";
  const kind = allowUnknown ? "skipped" : "error";
  const flaw = { kind, message, details: [] } as const;
  return [{ group: groupOfAll(snapshot), name: "something was due", flaw }];
}

/** A run whose numbers are kar's is an error, and no failure of the target. */
function karFlaw(snapshot: Snapshot): Flaw | null {
  const { isUntrusted, hasHoles, refuted } = verdictOf(snapshot);
  if (isUntrusted || hasHoles || refuted.length > 0) {
    const message = verdictText(snapshot).text;
    return { kind: "error", message, details: [] };
  }
  const message = limitText(snapshot);
  return message === null ? null : { kind: "skipped", message, details: [] };
}

/** What is asked of a run where nobody asked anything. */
function impliedCase(snapshot: Snapshot): TestCase {
  const { outcome } = verdictOf(snapshot);
  const message = verdictText(snapshot).text;
  return {
    group: groupOfAll(snapshot),
    name: "some request was answered as wanted",
    flaw: outcome === "failed"
      ? { kind: "failure", message, details: [] }
      : null,
  };
}

function caseLines({ group, name, flaw }: TestCase): string[] {
  const head = `    <testcase${
    attributes({ classname: `kar.${group}`, name, time: 0 })
  }`;
  if (flaw === null) return [`${head}/>`];
  const { kind, message, details } = flaw;
  const open = `      <${kind}${attributes({ message })}`;
  return [
    `${head}>`,
    details.length === 0
      ? `${open}/>`
      : `${open}>${escaped(details.join("; "))}</${kind}>`,
    "    </testcase>",
  ];
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`).join("");
}

/** Text as XML has it, with nothing in it that XML forbids. */
function escaped(text: string): string {
  return printable(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
