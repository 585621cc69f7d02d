import { KarError } from "../../base/mod.ts";
import { planIdOf } from "../../plan/build/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import { type ReplayGiven, targetsOf } from "./config.ts";

/**
 * The plan that sends the instants of a trace to the targets of another.
 *
 * @throws {KarError} `config` where it is held to a law, which a replay has not
 */
export function replayed(
  plan: Plan,
  { head, ...given }: ReplayGiven,
): Plan {
  const asked = plan.judging?.thresholds.find(({ text }) =>
    /\bproof\.law\b/.test(text)
  );
  if (asked !== undefined) {
    throw new KarError(
      "config",
      `threshold ${asked.text}: a replay has the law of its trace and none of its own; ask for proof.counts or proof.lag`,
    );
  }
  const names = plan.targets.map(({ name }) => name);
  const replay = { ...given, targets: targetsOf(head, names) };
  const whole = { ...plan, arrivals: "replay" as const, replay };
  return { ...whole, planId: planIdOf(whole) };
}
