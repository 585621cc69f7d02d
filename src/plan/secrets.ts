import { isSecretName } from "../draft/mod.ts";
import type { Vars } from "../request/mod.ts";
import { setupNames } from "./journeys.ts";
import type { Plan, TargetPlan } from "./types.ts";

/** `Bearer abc`: the scheme is no secret. */
const SCHEME_REGEXP = /^[A-Za-z][\w-]* +(?=\S)/;

/**
 * Secrets that stand in a plan themselves and not by a variable's name, each
 * under a name that says where: what a server says back is searched for them.
 */
export function literalSecrets(
  { targets, setup }: Pick<Plan, "targets" | "setup">,
): Readonly<Record<string, string>> {
  const secrets: Record<string, string> = {};
  const requests = [...targets, ...setup?.requests ?? []];
  for (const [name, value] of requests.flatMap(secretsOf)) {
    if (isPlaced(value) || Object.values(secrets).includes(value)) continue;
    let free = name;
    for (let n = 2; Object.hasOwn(secrets, free); n++) free = `${name}_${n}`;
    secrets[free] = value;
  }
  return secrets;
}

/** What the setup has captured, under the names that a reader sees in its place. */
export function setupSecrets(
  plan: Pick<Plan, "setup">,
  values: Vars | null,
): Readonly<Record<string, string>> {
  if (values === null) return {};
  const decoder = new TextDecoder();
  return Object.fromEntries(
    setupNames(plan).map((name, i) => {
      const bytes = values[i] ?? null;
      return [`setup.${name}`, bytes === null ? "" : decoder.decode(bytes)];
    }),
  );
}

/** Secrets with newer ones of the same names; those just before them stay, since answers may still tell them. */
export function withNewer(
  before: Readonly<Record<string, string>>,
  newer: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const old = Object.keys(newer).flatMap((name) => {
    const value = before[name];
    const isOld = value !== undefined && value !== newer[name];
    return isOld ? [[`${name}_before`, value] as const] : [];
  });
  return { ...before, ...Object.fromEntries(old), ...newer };
}

function secretsOf(
  { headers, basicAuth }: TargetPlan,
): (readonly [name: string, value: string])[] {
  const ofHeaders = headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => isSecretName(name))
    .map(([name, value]) => [name, value.replace(SCHEME_REGEXP, "")] as const);
  if (basicAuth === undefined) return ofHeaders;
  const { user, password } = basicAuth;
  if (isPlaced(user + password)) {
    return [...ofHeaders, ["basic_auth", password]];
  }
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  const sent = btoa(String.fromCharCode(...bytes));
  return [...ofHeaders, ["basic_auth", password], ["basic_auth", sent]];
}

/** Whether it is made of what stands elsewhere: then it is hidden by that. */
function isPlaced(value: string): boolean {
  return value.includes("${") || value.includes("{{");
}
