import { REDACTED_CHARS_MIN } from "../base/mod.ts";
import { isSecretName } from "../draft/mod.ts";
import type { JourneyPlan } from "./journeys.ts";
import { literalSecrets } from "./secrets.ts";
import type { Plan, SetupPlan, TargetPlan } from "./types.ts";

/** What stands in the place of a secret. */
const MASK = "***";

/** `Bearer abc`: the scheme is no secret. */
const SCHEME_REGEXP = /^([A-Za-z][\w-]*) +(?=\S)/;
/** What is put in when a request is made: `${NAME}`, `{{users.token}}`. */
const PLACES_REGEXP = /\$\{[^}]*\}|\{\{.*?\}\}/g;

/**
 * A plan that may be kept, shown and mailed around, as records and pages hold
 * it: headers that hold a secret, `basic_auth`, and what a script is given, keep
 * their names. What comes from the environment or from data
 * stands there by its name anyway, and stays.
 */
export function maskedPlan(plan: Plan): Plan {
  const secrets = Object.values(literalSecrets(plan))
    .filter(({ length }) => length >= REDACTED_CHARS_MIN)
    // A value may be a part of another one.
    .sort((a, b) => b.length - a.length);
  const targets = plan.targets.map(maskedTarget);
  // The same value may stand in a body or an address, too.
  return mapped(
    {
      ...{ ...plan, targets },
      ...(plan.setup && { setup: maskedSetup(plan.setup) }),
      ...(plan.journeys && { journeys: plan.journeys.map(maskedJourney) }),
    },
    (text) =>
      secrets.reduce((rest, secret) => rest.replaceAll(secret, MASK), text),
  );
}

/** The same value with each of its texts changed. */
function mapped<T>(value: T, change: (text: string) => string): T {
  if (typeof value === "string") return change(value) as T;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((item) => mapped(item, change)) as T;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapped(item, change)]),
  ) as T;
}

/** What logs in is nobody's business: of its requests no body is kept at all. */
function maskedSetup(setup: SetupPlan): SetupPlan {
  const requests = setup.requests.map(({ content: _, ...request }) => ({
    ...maskedTarget(request),
    body: null,
  }));
  return { ...setup, requests };
}

/** A key to sign with has any name: of all that a script is given nothing literal is kept. */
function maskedJourney(journey: JourneyPlan): JourneyPlan {
  const { script } = journey;
  if (script === undefined) return journey;
  const vars = Object.entries(script.vars)
    .map(([name, value]) => [name, masked(value)] as const);
  return {
    ...journey,
    script: { ...script, vars: Object.fromEntries(vars) },
  };
}

function maskedTarget(target: TargetPlan): TargetPlan {
  const { basicAuth } = target;
  const headers = target.headers.map(([name, value]) =>
    [name, isSecretName(name) ? maskedHeader(value) : value] as const
  );
  return {
    ...target,
    headers,
    ...(basicAuth && {
      basicAuth: { ...basicAuth, password: masked(basicAuth.password) },
    }),
  };
}

function maskedHeader(value: string): string {
  const scheme = SCHEME_REGEXP.exec(value)?.[0] ?? "";
  return scheme + masked(value.slice(scheme.length));
}

/** A text of which nothing literal may be kept. */
function masked(text: string): string {
  return text.replaceAll(PLACES_REGEXP, "").trim() === "" ? text : MASK;
}
