import { KarError } from "../../base/mod.ts";
import { planIdOf } from "../../plan/build/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import { type ReplayGiven, targetsOf } from "./config.ts";

/**
 * Refuses thresholds on a law, before a long log is read for nothing.
 *
 * @throws {KarError} `config` where one asks for it
 */
export function refuseLaw(lines: readonly string[]): void {
  const asked = lines.find((line) => /\bproof\.law\b/.test(line));
  if (asked === undefined) return;
  throw new KarError(
    "config",
    `threshold ${asked}: a replay has the law of its trace and none of its own; ask for proof.counts or proof.lag`,
  );
}

/** The plan that sends the instants of a trace to the targets of another. */
export function replayed(
  plan: Plan,
  { head, ...given }: ReplayGiven,
): Plan {
  const names = plan.targets.map(({ name }) => name);
  const replay = { ...given, targets: targetsOf(head, names) };
  const whole = { ...plan, arrivals: "replay" as const, replay };
  return { ...whole, planId: planIdOf(whole) };
}
