import { variablesIn } from "../base/mod.ts";
import { isSecretName } from "../draft/mod.ts";
import type { Plan, TargetPlan } from "../plan/mod.ts";

/** What stands in the place of a secret. */
export const MASK = "***";

/** `Bearer abc`: the scheme is no secret. */
const SCHEME_REGEXP = /^([A-Za-z][\w-]*) +\S/;

/**
 * A plan that may be kept and mailed around: headers that hold a secret keep
 * their names. What comes from the environment stands there as `${NAME}`
 * anyway, and stays.
 */
export function maskedPlan(plan: Plan): Plan {
  return { ...plan, targets: plan.targets.map(maskedTarget) };
}

function maskedTarget(target: TargetPlan): TargetPlan {
  const headers = target.headers.map(([name, value]) =>
    isSecretName(name) && variablesIn(value).length === 0
      ? [name, masked(value)] as const
      : [name, value] as const
  );
  return { ...target, headers };
}

function masked(value: string): string {
  const scheme = SCHEME_REGEXP.exec(value);
  return scheme === null ? MASK : `${scheme[1]} ${MASK}`;
}
