import { formatDuration } from "../base/mod.ts";
import type { Config } from "./config.ts";
import {
  type CodeRange,
  configSchemaJson,
  isDuration,
  type JsonSchema,
} from "./schema/mod.ts";

/** Upper bound of lines that tell a difference. */
const LINES_MAX = 50;
const VALUE_CHARS_MAX = 80;

/** Blocks that a run takes at its start and keeps. */
const KEPT = ["pacing", "workers", "health", "metrics", "record", "ui"];
/** A literal secret may stand there: the log says that it changed, not to what. */
const UNSPOKEN = ["headers", "body", "url", "grpc", "webhook", "token"];
/** Lists of codes, which one writes as ranges. */
const CODES = ["ok", "expect"];

type Values = Readonly<Record<string, unknown>>;

/** Where two values stand. */
interface ValuePlace {
  /** Keys from the top of the file; a target has its name there. */
  readonly path: readonly string[];
  /** Absent where the file has any keys. */
  readonly schema: JsonSchema | undefined;
  readonly isUnspoken: boolean;
}

/**
 * What is different in another config, one line each:
 * `controller.base_tps: 100 → 200`. Targets are told apart by their names.
 */
export function differences(before: Config, after: Config): string[] {
  const top = { path: [], schema: configSchemaJson(), isUnspoken: false };
  const lines = [...compared(top, valuesOf(before), valuesOf(after))];
  if (lines.length <= LINES_MAX) return lines;
  const rest = lines.length - LINES_MAX;
  return [...lines.slice(0, LINES_MAX), `and ${rest} more`];
}

function valuesOf(config: Config): Values {
  const { variables: _, targets, journeys, setup, ...some } = config;
  const { thresholds, scenarios, ...rest } = some;
  return {
    ...rest,
    thresholds: thresholds.map(({ text }) => text),
    targets: byName(targets),
    scenarios: byName(
      scenarios.map((scenario) => ({
        ...scenario,
        // Steps have places, no names.
        ...(scenario.inject && { inject: { ...scenario.inject } }),
      })),
    ),
    journeys: byName(journeys.map(withStepNames)),
    ...(setup && { setup: withStepNames(setup) }),
  };
}

/** Steps are told apart by their names, too. */
function withStepNames<T extends Pick<Config["journeys"][number], "steps">>(
  journey: T,
) {
  const steps = journey.steps.map((step, i) => ({
    ...step,
    name: step.name ?? `think ${i}`,
  }));
  return { ...journey, steps: byName(steps) };
}

function byName(all: readonly { readonly name: string }[]): Values {
  return Object.fromEntries(
    all.map(({ name, ...rest }) => [name, rest] as const),
  );
}

function* compared(
  place: ValuePlace,
  from: unknown,
  to: unknown,
): Generator<string> {
  if (JSON.stringify(from) === JSON.stringify(to)) return;
  if (!isGroup(from) || !isGroup(to)) return yield lineOf(place, from, to);
  const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
  const known = place.schema?.properties;
  // Made of what stands there, and called otherwise.
  const isMade = known && [...keys].some((key) => !Object.hasOwn(known, key));
  if (isMade) return yield lineOf(place, from, to);
  for (const key of keys) {
    yield* compared(inside(place, key), from[key], to[key]);
  }
}

function inside(
  { path, schema, isUnspoken }: ValuePlace,
  key: string,
): ValuePlace {
  return {
    path: [...path, key],
    schema: schema?.items ?? propertyOf(schema, key),
    isUnspoken: isUnspoken || (path.length > 0 && UNSPOKEN.includes(key)),
  };
}

/** What a key means in an object, or in the first kind of it that has one. */
function propertyOf(
  schema: JsonSchema | undefined,
  key: string,
): JsonSchema | undefined {
  const kinds = schema === undefined
    ? []
    : [schema, ...schema.anyOf ?? [], ...schema.oneOf ?? []];
  return kinds.find(({ properties }) => properties?.[key] !== undefined)
    ?.properties?.[key];
}

function lineOf(place: ValuePlace, from: unknown, to: unknown): string {
  const { path } = place;
  const kept = KEPT.includes(path[0]!) ? " (holds after a restart)" : "";
  return `${path.join(".")}: ${changeOf(place, from, to)}${kept}`;
}

function changeOf(place: ValuePlace, from: unknown, to: unknown): string {
  if (isGroup(to)) return isGroup(from) ? "changed" : "added";
  if (isGroup(from)) return "removed";
  if (place.isUnspoken) return "changed";
  return `${told(place, from)} → ${told(place, to)}`;
}

function isGroup(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function told({ path, schema }: ValuePlace, value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (schema && isDuration(schema)) return formatDuration(Number(value));
  return short(
    CODES.includes(path.at(-1)!)
      ? (value as readonly CodeRange[]).map(writtenCodes)
      : value,
  );
}

/** `[200, 299]` → `"200-299"`, `[404, 404]` → 404. */
function writtenCodes([from, to]: CodeRange): string | number {
  return from === to ? from : `${from}-${to}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= VALUE_CHARS_MAX
    ? text
    : `${text.slice(0, VALUE_CHARS_MAX - 1)}…`;
}
