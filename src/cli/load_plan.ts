import { KarError } from "../base/mod.ts";
import {
  type Config,
  configOf,
  formatProblem,
  type Override,
  parseConfig,
  type ParsedConfig,
  type Problem,
  told,
} from "../config/mod.ts";
import { buildPlan } from "../plan/build/mod.ts";
import type { Plan } from "../plan/mod.ts";
import {
  NO_SOURCES,
  type PlanSources,
  TargetFaults,
} from "../transport/mod.ts";
import { pathOf, requestsOf } from "./config_place.ts";
import { type LoadedConfig, variablesOf, withData } from "./load_data.ts";
import type { ReplayGiven } from "./replay/config.ts";
import { replayed } from "./replay/replayed.ts";
import { loadScripts } from "./scripts.ts";
import type { System } from "./system.ts";
import type { Setting } from "./values.ts";

/** The flags that say what a run is held against, beside its file. */
export interface JudgingFlags {
  /** One line each, as in the file. */
  readonly threshold?: readonly string[] | undefined;
  readonly tolerate?: string | undefined;
  readonly allowUnknown?: true | undefined;
}

/** The flags that decide a plan. */
export interface PlanFlags extends JudgingFlags {
  readonly config: string;
  readonly seed?: number | undefined;
  readonly set?: readonly Setting[] | undefined;
  /** A seed that was drawn before and is used again, where the file wants one drawn. */
  readonly drawnSeed?: number | undefined;
  /** The trace whose instants are sent, instead of drawn ones. */
  readonly replay?: ReplayGiven | undefined;
}

/** A plan that can be run. */
export interface LoadedPlan {
  /** What the plan was made of. */
  readonly config: Config;
  readonly plan: Plan;
  /** Value of each of `plan.variables`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Data and files that its requests are made of. */
  readonly sources: PlanSources;
  /** What is legal but surprising. */
  readonly warnings: readonly Problem[];
  /** An error with the places of the file, where it is one of the plan's targets. */
  readonly located: (error: unknown) => unknown;
}

/**
 * Reads a config file and freezes it into a plan.
 *
 * @throws {KarError} `config` with one line for each problem; `usage` for a flag
 */
export async function loadPlan(
  system: System,
  { config, set = [], ...flags }: PlanFlags,
): Promise<LoadedPlan> {
  const text = await system.readConfigFile(config);
  const parsed = parseText(system, {
    text,
    file: config,
    overrides: [...set, ...strictnessOf(flags)],
    thresholds: flags.threshold ?? [],
  });
  const loaded = planOf(system, await withSources(system, parsed), flags);
  if (flags.replay === undefined) return loaded;
  return { ...loaded, plan: replayed(loaded.plan, flags.replay) };
}

/** Flags that are short for keys of the file. */
function strictnessOf({ tolerate, allowUnknown }: JudgingFlags): Override[] {
  return [
    ...(tolerate === undefined
      ? []
      : [["tolerate", tolerate, "--tolerate"] as const]),
    ...(allowUnknown
      ? [["allow_unknown", "true", "--allow-unknown"] as const]
      : []),
  ];
}

/**
 * Reads and checks a config file; what is wrong inside it comes as a value.
 *
 * @throws {KarError} when the file cannot be read, or a flag makes no sense
 */
export async function readConfig(
  system: System,
  file: string,
  overrides: readonly Setting[] = [],
): Promise<LoadedConfig> {
  const text = await system.readConfigFile(file);
  return await withSources(
    system,
    parseText(system, { text, file, overrides }),
  );
}

/** The same without its scripts, which are not looked at. */
export async function readConfigData(
  system: System,
  file: string,
): Promise<LoadedConfig> {
  const text = await system.readConfigFile(file);
  return await withData(system, parseText(system, { text, file }));
}

/** Reads what a config's requests need; what is wrong with it joins the config's problems. */
export async function withSources(
  system: System,
  parsed: ParsedConfig,
): Promise<LoadedConfig> {
  return await withScripts(system, await withData(system, parsed));
}

/** Reads the scripts of a config's journeys, and checks them before anything is sent. */
async function withScripts(
  system: System,
  loaded: LoadedConfig,
): Promise<LoadedConfig> {
  const { config } = loaded;
  if (!config?.journeys.some(({ script }) => script !== undefined)) {
    return loaded;
  }
  const plan = buildPlan(config, { drawSeed: () => 0 });
  const scripts = await loadScripts(config, variablesOf(system, plan));
  const problems = scripts.problems.map(({ path, message }) =>
    loaded.problemAt(path, message)
  );
  return problems.length === 0
    ? { ...loaded, scripts }
    : { ...loaded, config: null, problems: told(problems) };
}

/** Checks the text of a config. */
export function parseText(
  system: System,
  { text, file, overrides = [], thresholds = [] }: {
    readonly text: string;
    readonly file: string;
    readonly overrides?: readonly Override[];
    readonly thresholds?: readonly string[];
  },
): ParsedConfig {
  return parseConfig(text, {
    file,
    overrides,
    thresholds,
    environment: (name) => system.env(name),
    systemZone: system.zone(),
  });
}

/**
 * Freezes a config that was read.
 *
 * @param seeds `seed` counts instead of the config's
 * @throws {KarError} `config` with one line for each problem
 */
export function planOf(
  system: System,
  parsed: LoadedConfig,
  { seed, drawnSeed }: Pick<PlanFlags, "seed" | "drawnSeed"> = {},
): LoadedPlan {
  const config = configOf(parsed);
  const plan = buildPlan(config, {
    ...(seed !== undefined && { seed }),
    drawSeed: () => drawnSeed ?? tellSeed(system, system.drawSeed()),
    ...(parsed.read && {
      digests: parsed.read.digests,
      fileDigests: parsed.read.fileDigests,
    }),
    ...(parsed.scripts && { scripts: parsed.scripts.built }),
  });
  return {
    config,
    plan,
    variables: variablesOf(system, plan),
    sources: {
      ...parsed.read?.sources ?? NO_SOURCES,
      ...(parsed.scripts && { scripts: parsed.scripts.sources }),
    },
    warnings: parsed.problems,
    located: (error) => located(error, plan, parsed),
  };
}

function located(
  error: unknown,
  plan: Plan,
  parsed: LoadedConfig,
): unknown {
  if (!(error instanceof TargetFaults)) return error;
  const lines = error.faults.map(({ target, path, message }) => {
    const index = requestsOf(plan).findIndex(({ name }) => name === target);
    // A target that a reload has left out is in the old file only.
    return index < 0 ? `target ${target}: ${message}` : formatProblem(
      parsed.problemAt(
        pathOf(
          { ...parsed.config!, built: parsed.scripts?.built },
          index,
          path,
        ),
        message,
      ),
    );
  });
  return new KarError("config", lines.join("\n"), { cause: error });
}

/** Without the seed the same traffic could not be sent again. */
function tellSeed({ stderr }: System, seed: number): number {
  stderr.write(`kar: Seed ${seed} was drawn; --seed ${seed} repeats it\n`);
  return seed;
}
