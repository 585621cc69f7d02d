import { formatDuration } from "../base/mod.ts";
import type { Plan } from "../plan/mod.ts";
import { writtenTarget } from "./written_target.ts";

/** Lines that tell a difference; nobody reads more. */
const LINES_MAX = 50;
const VALUE_CHARS_MAX = 80;

/** Parts of a plan that a run takes at its start and keeps. */
const KEPT = ["pacing", "workers", "health", "metrics"];
/** A literal secret may stand there: the log says that it changed, not to what. */
const UNSPOKEN = /\.(?:headers|body|url|grpc|webhook)\b/;
/** What the file calls otherwise than the plan, the inmost first. */
const KEYS: readonly (readonly [inPlan: RegExp, inFile: string])[] = [
  [/^pattern\.spikes\.factor\b/, "pattern.poisson.spike_factor"],
  [/^pattern\.spikes\.riseMs\b/, "pattern.poisson.ramp_up"],
  [/^pattern\.spikes\.decayMs\b/, "pattern.poisson.ramp_down"],
  [/^pattern\.spikes\.minGapMs\b/, "pattern.poisson.min_interval"],
  [/^pattern\.spikes\.maxGapMs\b/, "pattern.poisson.max_interval"],
  [/^pattern\.spikes\b/, "pattern.poisson"],
  [/^pattern\.noise\.kind\b/, "pattern.noise.type"],
  [/^pattern\.base\b/, "controller.base_tps"],
  [/^pattern\.max\b/, "controller.max_tps"],
  [/^pattern\.rampUpMs\b/, "controller.ramp_up_duration"],
  [/^pattern\.schedule\b/, "controller.schedule"],
  [/^pattern\.seed\b/, "seed"],
  [/^pattern\.zone\b/, "timezone"],
  [/^shutdownTimeoutMs\b/, "controller.shutdown_timeout"],
];
/** What follows from the rest. */
const DERIVED = ["planId", "variables"];

/**
 * What is different in another plan, one line each, by the keys of a config
 * file: `controller.base_tps: 100 → 200`. Targets are told apart by their names.
 */
export function differences(before: Plan, after: Plan): string[] {
  const lines = [...compared("", valuesOf(before), valuesOf(after))];
  if (lines.length <= LINES_MAX) return lines;
  const rest = lines.length - LINES_MAX;
  return [...lines.slice(0, LINES_MAX), `and ${rest} more`];
}

type Values = Readonly<Record<string, unknown>>;

/** What a user has written of a plan, with targets by their names. */
function valuesOf({ targets, ...rest }: Plan): Values {
  const byName = Object.fromEntries(
    targets.filter(({ weight }) => weight > 0)
      .map((target) => [target.name, writtenTarget(target)]),
  );
  const written = Object.entries(rest).filter(([key]) =>
    !DERIVED.includes(key)
  );
  return { ...Object.fromEntries(written), targets: byName };
}

function* compared(
  path: string,
  from: unknown,
  to: unknown,
): Generator<string> {
  if (isGroup(from) && isGroup(to)) {
    for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
      const inside = path === "" ? key : `${path}.${key}`;
      yield* compared(inside, from[key], to[key]);
    }
  } else if (JSON.stringify(from) !== JSON.stringify(to)) {
    yield lineOf(path, from, to);
  }
}

function lineOf(path: string, from: unknown, to: unknown): string {
  const isKept = KEPT.some((part) =>
    path === part || path.startsWith(`${part}.`)
  );
  const isWhole = isGroup(from) || isGroup(to);
  return `${keyOf(path, isWhole)}: ${changeOf(path, from, to)}${
    isKept ? " (holds after a restart)" : ""
  }`;
}

/** `limits.maxLatenessMs` → `limits.max_lateness`. */
function keyOf(path: string, isWhole: boolean): string {
  // A target's name stays as it is, its keys are the file's already.
  if (path.startsWith("targets.")) {
    return isWhole ? path : path.replace(/Ms$/, "");
  }
  const found = KEYS.find(([inPlan]) => inPlan.test(path));
  if (found !== undefined) return path.replace(...found);
  return path.replace(/Ms$/, "").replace(
    /[A-Z]/g,
    (letter) => `_${letter.toLowerCase()}`,
  );
}

function changeOf(path: string, from: unknown, to: unknown): string {
  if (isGroup(to)) return "added";
  if (isGroup(from)) return "removed";
  if (UNSPOKEN.test(path)) return "changed";
  const told = path.endsWith("Ms") ? shortMs : short;
  return `${told(from)} → ${told(to)}`;
}

function isGroup(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shortMs(value: unknown): string {
  return typeof value === "number" ? formatDuration(value) : short(value);
}

function short(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  const text = JSON.stringify(value);
  return text.length <= VALUE_CHARS_MAX
    ? text
    : `${text.slice(0, VALUE_CHARS_MAX - 1)}…`;
}
