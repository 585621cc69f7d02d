import { printableJson } from "../../base/mod.ts";
import type { Plan, TargetPlan } from "../../plan/mod.ts";

/** Headers whose literal values are nobody's business. */
const SECRET_HEADERS = [
  "authorization",
  "cookie",
  "proxy-authorization",
  "x-api-key",
];
/** What may stand beside a variable: a scheme's name. */
const HARMLESS_REGEXP = /^(?:\s|Bearer|Basic|Digest|\$\{\w+\})*$/;
const HIDDEN = "(hidden)";

/** The plan as people read it: variables stand as `${NAME}`, literal secrets are hidden. */
export function configText(plan: Plan): string {
  return printableJson({ ...plan, targets: plan.targets.map(shown) }, 2);
}

function shown(target: TargetPlan): TargetPlan {
  return { ...target, headers: target.headers.map(shownHeader) };
}

function shownHeader(
  [name, value]: readonly [string, string],
): readonly [string, string] {
  const isSecret = SECRET_HEADERS.includes(name.toLowerCase()) &&
    !HARMLESS_REGEXP.test(value);
  return [name, isSecret ? HIDDEN : value];
}
