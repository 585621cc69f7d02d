/**
 * The slow way to judge: every window is counted anew from its seconds, with
 * nothing kept in between.
 *
 * @module
 */
import { Histogram } from "../../src/stats/mod.ts";
import type { DurationGrowth } from "../../src/stats/mod.ts";
import type { Threshold, ThresholdSnapshot } from "../../src/threshold/mod.ts";
import { type JudgedSecond, limitsOf } from "../../src/verdict/mod.ts";
import { FINE } from "../../src/stats/mod.ts";
import { TARGETS } from "./seconds.ts";

type SlowJudgement = Pick<
  ThresholdSnapshot,
  "result" | "value" | "breachedMs" | "windows"
>;

/** What windows of a threshold come to over some seconds. */
export function slowly(
  threshold: Threshold,
  seconds: readonly JudgedSecond[],
  tolerate: number,
): SlowJudgement {
  const { lengthSec, times } = threshold.window!;
  const windows = { kept: 0, breached: 0, unknown: 0 };
  const breached: boolean[] = [];
  let value: number | null = null;
  let breachedMs: number | null = null;
  for (let end = lengthSec; end <= seconds.length; end++) {
    const span = seconds.slice(end - lengthSec, end);
    const bad = span.filter(isBad).length;
    const found = bad > tolerate * lengthSec ? null : measured(threshold, span);
    const isKept = found === null ? null : keeps(threshold, found);
    breached[end] = isKept === false;
    if (isKept === null) windows.unknown++;
    else if (isKept) windows.kept++;
    else windows.breached++;
    if (
      found !== null && (value === null || isWorse(threshold, found, value))
    ) {
      value = found;
    }
    const ends = Array.from({ length: times }, (_, i) => end - i * lengthSec);
    if (ends.every((at) => breached[at])) breachedMs ??= span.at(-1)!.atMs;
  }
  const result = breachedMs !== null
    ? "fail"
    : windows.kept > 0
    ? "pass"
    : "unknown";
  return { result, value, breachedMs, windows };
}

function isBad({ parts, sendLag }: JudgedSecond): boolean {
  const sum = (key: "sent" | "missed" | "late" | "workerLost" | "generator") =>
    parts.reduce((sum, part) => sum + part[key], 0);
  return limitsOf({
    due: sum("sent") + sum("missed"),
    late: sum("late"),
    workerLost: sum("workerLost"),
    generator: sum("generator"),
    sendLag: distributionOf([sendLag]),
  }).length > 0;
}

function distributionOf(all: readonly DurationGrowth[]) {
  const sum = new Histogram(all[0]?.shape ?? FINE);
  for (const { cells, sumMs, minMs, maxMs } of all) {
    for (let i = 0; i < cells.length; i += 2) {
      sum.counts[cells[i]!]! += cells[i + 1]!;
    }
    sum.sumMs += sumMs;
    sum.minMs = Math.min(sum.minMs, minMs);
    sum.maxMs = Math.max(sum.maxMs, maxMs);
  }
  return sum.distribution();
}

function measured(
  { measure }: Threshold,
  span: readonly JudgedSecond[],
): number | null {
  const { select, statistic, codes } = measure;
  const isPhase = (phase: string) =>
    select.phase === undefined ? phase !== "ramp" : phase === select.phase;
  const isTarget = (target: number) =>
    select.target === undefined || TARGETS[target] === select.target;
  const parts = span.flatMap(({ parts }) => parts)
    .filter(({ phase, target }) => isPhase(phase) && isTarget(target));
  const during = span.filter(({ phase }) => isPhase(phase));
  const sum = (key: "sent" | "missed" | "completed" | "failed") =>
    parts.reduce((sum, part) => sum + part[key], 0);
  const share = (some: number, whole: number) =>
    whole < 20 ? null : some / whole;
  switch (measure.name) {
    case "response":
    case "lag": {
      const all = measure.name === "lag"
        ? during.map(({ sendLag }) => sendLag)
        : parts.map(({ response }) => response);
      const found = distributionOf(all);
      if (found.count === 0) return null;
      if (statistic!.kind === "mean") return found.meanMs;
      if (statistic!.kind === "max") return found.maxMs;
      return found.percentile(statistic!.share);
    }
    case "errors":
      return share(sum("failed"), sum("completed"));
    case "achieved":
      return share(sum("sent"), sum("sent") + sum("missed"));
    case "missed":
      return sum("sent") + sum("missed") === 0 ? null : sum("missed");
    case "rate":
      return during.length === 0 ? null : sum("sent") / during.length;
    case "status": {
      const [from, to] = codes!;
      const some = during.flatMap(({ codes }) => codes)
        .filter(({ target }) => isTarget(target))
        .flatMap(({ codes }) => codes)
        .filter(([code]) => code >= from && code <= to)
        .reduce((sum, [, count]) => sum + count, 0);
      const whole = during.flatMap(({ parts }) => parts)
        .filter(({ target }) => isTarget(target))
        .reduce((sum, { completed }) => sum + completed, 0);
      return share(some, whole);
    }
    default:
      throw new Error(`the reference has no ${measure.name}`);
  }
}

function keeps({ operator, limit }: Threshold, value: number): boolean {
  const bound = Number(limit.value);
  return {
    "<": value < bound,
    "<=": value <= bound,
    "==": value === bound,
    ">=": value >= bound,
    ">": value > bound,
  }[operator];
}

function isWorse(
  { operator, limit }: Threshold,
  value: number,
  than: number,
): boolean {
  const bound = Number(limit.value);
  if (operator === "==") {
    return Math.abs(value - bound) > Math.abs(than - bound);
  }
  return operator.startsWith("<") ? value > than : value < than;
}
