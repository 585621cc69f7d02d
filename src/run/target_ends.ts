import type { Ends } from "../health/mod.ts";
import { okRule, type Plan, type TargetPlan } from "../plan/mod.ts";
import { protocolOf } from "../protocol/mod.ts";
import { Reading, total } from "../stats/mod.ts";
import type { RunTotals } from "./run_totals.ts";

/**
 * All ended requests of this process that say something about the targets, for
 * the circuit breaker. A failure is a missing answer, or one that
 * `targets[].ok` does not name; without `ok`, one of HTTP ≥ 500 or 429, or gRPC
 * ≠ OK. What kar itself broke (`generator`) or ended (`aborted`) does not
 * count. All are judged by the plan in force, earlier ones too.
 */
export function readEnds(
  { collector: { own }, layout }: RunTotals,
  plan: Plan,
): Ends {
  const reading = new Reading(own);
  const response = own.distribution([layout.run.response]);
  const boundMs = plan.safety?.p95AboveMs ?? Infinity;
  let requests = 0;
  let failures = 0;
  plan.targets.forEach((target, i) => {
    const { completed, failed } = reading.tally(i);
    const ownDoing = (failed.generator ?? 0) + (failed.aborted ?? 0);
    requests += completed - ownDoing;
    failures += total(failed) - (failed.status ?? 0) - ownDoing;
    // A script may have asked for a code that is an error elsewhere.
    const codes = target.step?.script === undefined
      ? own.codes(i)
      : own.failedCodes(i);
    for (const [code, count] of codes) {
      if (isAiling(target, code)) failures += count;
    }
  });
  const timed = response.count;
  return {
    requests,
    failures,
    timed,
    slow: timed - response.countUpTo(boundMs),
  };
}

/** Requests under way. */
export function readOpen({ collector }: RunTotals): number {
  const { sent, completed } = new Reading(collector.own).requests();
  return sent - completed;
}

/** Whether an answer means that the target is failing, and not that the request is wrong. */
function isAiling(target: TargetPlan, code: number): boolean {
  return target.ok === null
    ? protocolOf(target.protocol).codes.isTargetFault(code)
    : !okRule(target)(code);
}
