import { expand, variablesIn } from "../base/mod.ts";
import { isSecretName } from "../draft/mod.ts";
import type { CellUse, Vars } from "../request/mod.ts";
import { type JourneyPlan, setupNames } from "./journeys.ts";
import type { Plan, TargetPlan } from "./types.ts";

/** `Bearer abc`: the scheme is no secret. */
const SCHEME_REGEXP = /^[A-Za-z][\w-]* +(?=\S)/;

/**
 * Secrets that stand in a plan themselves and not by a variable's name, each
 * under a name that says where: what a server says back is searched for them.
 *
 * @param variables of the environment; with them also what `basic_auth` makes
 *   of them is known
 */
export function literalSecrets(
  { targets, setup, journeys = [] }: Pick<
    Plan,
    "targets" | "setup" | "journeys"
  >,
  variables: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const secrets: Record<string, string> = {};
  const requests = [...targets, ...setup?.requests ?? []];
  const found = [
    ...requests.flatMap(secretsOf),
    ...requests.flatMap((request) => sentBasic(request, variables)),
    ...journeys.flatMap(givenSecrets),
  ];
  for (const [name, value] of found) {
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

/** The last word of where a field stands: a header, a key of JSON, a name in a form. */
const LAST_WORD_REGEXP = /[\w-]+$/;

/** Whether the cells of a column are secrets: by the column's name, or by that of their place. */
export function isSecretCell({ column, where }: CellUse): boolean {
  const place = LAST_WORD_REGEXP.exec(where)?.[0] ?? "";
  return isSecretName(column) || isSecretName(place);
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

/** What has a name, and is hidden under it. */
type Named = readonly [name: string, value: string];

function secretsOf({ headers, basicAuth }: TargetPlan): Named[] {
  const ofHeaders = headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => isSecretName(name))
    .map(([name, value]) => [name, value.replace(SCHEME_REGEXP, "")] as const);
  return basicAuth === undefined
    ? ofHeaders
    : [...ofHeaders, ["basic_auth", basicAuth.password]];
}

/** What `basic_auth` sends, unless each request has its own. */
function sentBasic(
  { basicAuth }: TargetPlan,
  variables: Readonly<Record<string, string>>,
): Named[] {
  if (basicAuth === undefined) return [];
  const { user, password } = basicAuth;
  if (`${user}${password}`.includes("{{")) return [];
  const texts = [user, password];
  const isKnown = texts.flatMap(variablesIn)
    .every((name) => Object.hasOwn(variables, name));
  if (!isKnown) return [];
  const sent = texts.map((text) => expand(text, variables)).join(":");
  const bytes = new TextEncoder().encode(sent);
  return [["basic_auth", bytes.toBase64()]];
}

/** What a script is given under a name that says that it is one. */
function givenSecrets({ script }: JourneyPlan): Named[] {
  return Object.entries(script?.vars ?? {})
    .filter(([name]) => isSecretName(name));
}

/** Whether it is made of what stands elsewhere: then it is hidden by that. */
function isPlaced(value: string): boolean {
  return value.includes("${") || value.includes("{{");
}
