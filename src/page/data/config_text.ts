import { printableJson } from "../../base/mod.ts";
import type { Plan, SetupPlan, TargetPlan } from "../../plan/mod.ts";

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
  const targets = plan.targets.map(shown);
  const setup = plan.setup && shownSetup(plan.setup);
  return printableJson({ ...plan, targets, ...(setup && { setup }) }, 2);
}

/** What logs in is nobody's business: of its requests no body is shown at all. */
function shownSetup(setup: SetupPlan): SetupPlan {
  const requests = setup.requests.map(({ content: _, ...request }) => ({
    ...shown(request),
    body: null,
  }));
  return { ...setup, requests };
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
