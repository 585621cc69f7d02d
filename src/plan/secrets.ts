import type { Plan, TargetPlan } from "./types.ts";

/** Headers whose literal values nobody may read in a reason or an example. */
const SECRET_HEADERS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
  "x-api-key",
]);
/** `Bearer abc`: the scheme is no secret. */
const SCHEME_REGEXP = /^[A-Za-z][\w-]* +(?=\S)/;

/**
 * Secrets that stand in a plan themselves and not by a variable's name, each
 * under a name that says where: what a server says back is searched for them.
 */
export function literalSecrets(
  { targets }: Pick<Plan, "targets">,
): Readonly<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const [name, value] of targets.flatMap(secretsOf)) {
    if (isPlaced(value) || Object.values(secrets).includes(value)) continue;
    let free = name;
    for (let n = 2; Object.hasOwn(secrets, free); n++) free = `${name}_${n}`;
    secrets[free] = value;
  }
  return secrets;
}

function secretsOf(
  { headers, basicAuth }: TargetPlan,
): (readonly [name: string, value: string])[] {
  const ofHeaders = headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => SECRET_HEADERS.has(name))
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
