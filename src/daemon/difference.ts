import type { Plan } from "../plan/mod.ts";

/** Lines that tell a difference; nobody reads more. */
const LINES_MAX = 50;
const VALUE_CHARS_MAX = 80;

/** Parts of a plan that a run takes at its start and keeps. */
const KEPT = ["pacing", "workers", "health", "metrics", "shutdownTimeoutMs"];
/** A literal secret may stand there: the log says that it changed, not to what. */
const UNSPOKEN = /\.(?:headers|body|url|grpc|webhook)\b/;
/** What follows from the rest. */
const DERIVED = ["planId", "variables"];

/**
 * What is different in another plan, one line each: `pattern.base: 100 → 200`.
 * Targets are told apart by their names.
 */
export function differences(before: Plan, after: Plan): string[] {
  const [old, next] = [flat(before), flat(after)];
  const lines: string[] = [];
  for (const path of new Set([...old.keys(), ...next.keys()])) {
    const [from, to] = [old.get(path), next.get(path)];
    if (from !== to) lines.push(lineOf(path, from, to));
  }
  if (lines.length <= LINES_MAX) return lines;
  const rest = lines.length - LINES_MAX;
  return [...lines.slice(0, LINES_MAX), `and ${rest} more`];
}

function lineOf(path: string, from?: string, to?: string): string {
  const isKept = KEPT.some((part) =>
    path === part || path.startsWith(`${part}.`)
  );
  const what = UNSPOKEN.test(path)
    ? "changed"
    : `${short(from)} → ${short(to)}`;
  return `${path}: ${what}${isKept ? " (holds after a restart)" : ""}`;
}

/** Every value of a plan by its path. */
function flat(plan: Plan): Map<string, string> {
  const { targets, ...rest } = plan;
  const byName = Object.fromEntries(
    targets.filter(({ weight }) => weight > 0).map((t) => [t.name, t]),
  );
  const values = new Map<string, string>();
  put(values, "", { ...rest, targets: byName });
  for (const path of DERIVED) values.delete(path);
  return values;
}

function put(values: Map<string, string>, path: string, value: unknown): void {
  const isPlain = typeof value !== "object" || value === null ||
    Array.isArray(value);
  if (isPlain) {
    values.set(path, JSON.stringify(value));
    return;
  }
  for (const [key, part] of Object.entries(value)) {
    put(values, path === "" ? key : `${path}.${key}`, part);
  }
}

function short(value: string | undefined): string {
  if (value === undefined) return "nothing";
  return value.length <= VALUE_CHARS_MAX
    ? value
    : `${value.slice(0, VALUE_CHARS_MAX - 1)}…`;
}
