import { KarError } from "../../base/mod.ts";
import type { StepCheck } from "../../discover/mod.ts";
import {
  type Distribution,
  SAMPLES_BEYOND,
  type Snapshot,
  total,
} from "../../stats/mod.ts";
import { parseThreshold, type Threshold } from "../../threshold/mod.ts";

/** What a rate has to meet where nobody says otherwise. */
export const DEFAULT_THRESHOLDS = ["response.p95 < 500ms", "errors < 5%"];

/** Measures that a step of some seconds has. */
const MEASURES = ["response", "service", "errors", "status"];
/** So many answers a share of failures is judged by. */
const SHARE_SAMPLES = 200;
/** Above it, the time to end is not stretched. */
const LIMIT_MS_MAX = 5000;
const LIMIT_MS_DEFAULT = 500;

/**
 * The thresholds that a rate has to meet.
 *
 * @throws {KarError} `usage` for what is none, and for what a step cannot be held against
 */
export function thresholdsOf(texts: readonly string[]): readonly Threshold[] {
  return texts.map((text) => {
    const read = parseThreshold(text);
    if (read.kind === "wrong") throw wrong(text, read.message);
    const why = complaint(read.threshold);
    if (why !== null) throw wrong(text, why);
    return read.threshold;
  });
}

function complaint(threshold: Threshold): string | null {
  const { measure, operator, window, action } = threshold;
  if (!MEASURES.includes(measure.name)) {
    return `a step has ${MEASURES.join(", ")}`;
  }
  if (Object.keys(measure.select).length > 0) {
    return "a step is judged as a whole: leave out what stands in braces";
  }
  if (window !== null || action !== "fail") {
    return "each step is a window of its own: leave out over, for and ->";
  }
  return operator.startsWith("<")
    ? null
    : "a rate holds while a value stays below a limit: write < or <=";
}

function wrong(text: string, why: string): KarError {
  return new KarError("usage", `--threshold '${text}': ${why}`);
}

/** What a step came to, and how many of its requests never got an answer. */
export interface StepOutcome {
  readonly snapshot: Snapshot;
  /** Given up when the step ended: slower than any limit. */
  readonly unfinished: number;
}

/** Holds each threshold against a step. */
export function checksOf(
  thresholds: readonly Threshold[],
  outcome: StepOutcome,
): readonly StepCheck[] {
  return thresholds.map((threshold) => ({
    text: threshold.text,
    result: resultOf(threshold, outcome),
  }));
}

function resultOf(
  { measure, operator, limit }: Threshold,
  { snapshot, unfinished }: StepOutcome,
): StepCheck["result"] {
  const value = Number(limit.value);
  const keeps = (found: number) =>
    (operator === "<" ? found < value : found <= value) ? "kept" : "broken";
  switch (measure.name) {
    case "response":
      return durationResult(snapshot.latency.response);
    case "service":
      return durationResult(snapshot.latency.service);
    default: {
      const { all, failed, byCode } = answersOf(snapshot);
      if (all < SHARE_SAMPLES) return "unknown";
      const [from, to] = measure.codes ?? [0, 0];
      return keeps(
        (measure.name === "errors" ? failed : byCode(from, to)) / all,
      );
    }
  }

  function durationResult(times: Distribution): StepCheck["result"] {
    const all = times.count + unfinished;
    const { statistic } = measure;
    if (statistic?.kind === "percentile") {
      const beyond = all * (1 - statistic.share);
      if (beyond + 1e-9 < SAMPLES_BEYOND) return "unknown";
      const isKept = times.countUpTo(value) >= all * statistic.share - 1e-9;
      return isKept ? "kept" : "broken";
    }
    if (all === 0) return "unknown";
    if (unfinished > 0) return "broken";
    return keeps(statistic?.kind === "max" ? times.maxMs : times.meanMs!);
  }
}

/** How many got an answer or failed by themselves, and how. */
export function answersOf({ completed, failed, targets }: Snapshot) {
  // What was given up at the end of a step is counted apart.
  const { aborted = 0, generator = 0 } = failed;
  return {
    all: completed - aborted - generator,
    failed: total(failed) - aborted - generator,
    byCode: (from: number, to: number) =>
      targets.flatMap(({ status }) => [...status])
        .reduce(
          (sum, [code, n]) => code >= from && code <= to ? sum + n : sum,
          0,
        ),
  };
}

/** The response time that a rate may have at most, in milliseconds. */
export function limitMsOf(thresholds: readonly Threshold[]): number {
  const limits = thresholds.flatMap(({ limit }) =>
    limit.unit === "ms" ? [limit.value] : []
  );
  const most = limits.length === 0 ? LIMIT_MS_DEFAULT : Math.max(...limits);
  return Math.min(most, LIMIT_MS_MAX);
}
