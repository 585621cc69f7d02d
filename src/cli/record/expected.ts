import { KarError } from "../../base/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import {
  type RecordReader,
  sentTraffic,
  snapshotOf,
} from "../../record/mod.ts";
import type { FailureKind } from "../../protocol/mod.ts";
import type { TargetSnapshot } from "../../stats/mod.ts";
import type { Expected } from "../../verify/mod.ts";
import { traceOf } from "../replay/trace_of.ts";

/** Failures in which the server has answered, so that it has a line for each. */
const ANSWERED: readonly FailureKind[] = ["status", "check", "truncated"];

/** What is asked of a record. */
export interface ExpectedOptions {
  /** Names of the targets that the server is; absent = all. */
  readonly targets: readonly string[] | undefined;
  readonly slackMs: number;
  /** Where the trace of a replay is; absent = where it was. */
  readonly trace?: string | undefined;
  /** Closes the trace of a replay, once nothing more is asked of what is expected. */
  readonly opened: DisposableStack;
}

/**
 * What the server of a recorded run must have seen.
 *
 * @throws {KarError} `usage` when the record does not say it
 */
export function expectedOf(
  reader: RecordReader,
  { targets, slackMs, trace, opened }: ExpectedOptions,
): Expected {
  const open = traceOf(reader, { trace, opened });
  const { plan, traffic, spans, offsetMs } = sentTraffic(reader, open);
  if (plan.journeys !== undefined && plan.journeys.length > 0) {
    throw new KarError(
      "usage",
      `Cannot verify ${reader.path}: an arrival of a journey sends as many requests as its answers have it, so no log can be planned`,
    );
  }
  const numbers = targets === undefined ? null : numbersOf(plan, targets);
  const seen = snapshotOf(reader, undefined).targets
    .filter(({ series }) => numbers === null || numbers.has(series));
  const sum = (of: (target: TargetSnapshot) => number) =>
    seen.reduce((total, target) => total + of(target), 0);
  // Workers of a killed process were a slot apart: some did not come so far.
  const behind = spans.reduce((n, { over }) => n + Math.max(0, -over), 0);
  return {
    ...{ plan, traffic, offsetMs, slackMs },
    ...(plan.replay && { trace: open() }),
    spans: spans.map(({ fromSlot, toSlot, lanes, end }) => ({
      from: fromSlot,
      to: toSlot,
      lanes,
      isKilled: end === "killed",
    })),
    targets: numbers,
    due: sum(({ due }) => due),
    missed: sum(missedOf),
    unanswered: behind + sum(unansweredOf),
    latencyMs: Math.max(0, ...seen.map(({ response }) => response.maxMs || 0)),
  };
}

function missedOf({ missed }: TargetSnapshot): number {
  return Object.values(missed).reduce((n, count) => n + count, 0);
}

/**
 * Requests that got no answer. A process that was killed had open ones, and
 * waiting ones that it may have sent since.
 */
function unansweredOf(target: TargetSnapshot): number {
  const { due, ok, failed } = target;
  return due - missedOf(target) - ok -
    ANSWERED.reduce((n, kind) => n + (failed[kind] ?? 0), 0);
}

function numbersOf(
  { targets }: Plan,
  names: readonly string[],
): ReadonlySet<number> {
  return new Set(names.map((wanted) => {
    const number = targets.findIndex(({ name }) => name === wanted);
    if (number >= 0) return number;
    throw new KarError(
      "usage",
      `--target '${wanted}' is invalid: no such target; targets: ${
        targets.map(({ name }) => name).join(", ")
      }`,
    );
  }));
}
