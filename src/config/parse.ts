import { dirname, isAbsolute } from "node:path";
import { KarError, variablesIn } from "../base/mod.ts";
import type { Config } from "./config.ts";
import { explain, pathComplaint, wordsFor } from "./explain.ts";
import { withPreset } from "./presets.ts";
import {
  isFilePath,
  keepsNull,
  keepsVariables,
  roleOf,
  type Root,
  RootSchema,
  zoneName,
} from "./schema/mod.ts";
import {
  applyOverrides,
  type Environment,
  formatProblem,
  isGiven,
  type Override,
  type Path,
  pathText,
  type Place,
  placeOf,
  plainOf,
  type Problem,
  readTree,
  type ScalarNode,
  scalarsOf,
  type TreeNode,
} from "./source/mod.ts";
import { proxyWarnings, warningsOf } from "./warnings.ts";

/** Problems told of one file; nobody reads more. */
const PROBLEMS_MAX = 100;

/** What parsing needs from its surroundings. */
export interface ParseOptions {
  /** The file as the user named it; relative paths inside start from its folder. */
  readonly file: string;
  readonly environment: Environment;
  /** The system's time zone, for who gives none. */
  readonly systemZone: string;
  /** What `--set` says, in order. */
  readonly overrides?: readonly Override[];
}

/** A file that a config names, and where it does. */
export interface NamedFile extends Place {
  /** Keys and list indexes joined by dots. */
  readonly path: string;
  /** From where kar runs; may hold `${NAME}`. */
  readonly name: string;
}

/** A config, or null when a problem is an error. */
export interface ParsedConfig {
  readonly config: Config | null;
  /** Files that the config names; whether they are there is not known here. */
  readonly files: readonly NamedFile[];
  /** Everything that is wrong or surprising, in the order of the file. */
  readonly problems: readonly Problem[];
}

/**
 * Reads a configuration file, with all its problems at once.
 *
 * Whatever the text is, problems come as values. Warnings come only once there
 * is no error, since most of them look at the whole.
 *
 * @throws {KarError} `usage` when an override cannot be read
 */
export function parseConfig(text: string, options: ParseOptions): ParsedConfig {
  const { file, environment } = options;
  const role = roleOf;
  const read = readTree(text, {
    file,
    inFile: true,
    environment,
    role,
    base: [],
  });
  if (read.node === null) return rejected(read.problems);
  const isEmpty = read.node.kind === "scalar" && read.node.value === null;
  if (isEmpty) return rejected([...read.problems, empty(file)]);
  const overridden = applyOverrides(read.node, options.overrides ?? [], {
    environment,
    role,
    complaint: pathComplaint,
  });
  const known = [...read.problems, ...overridden.problems];
  return validate(overridden.root, known, options);
}

/**
 * The config of a file without errors.
 *
 * @throws {KarError} `config` with one line for each problem
 */
export function configOf({ config, problems }: ParsedConfig): Config {
  if (config !== null) return config;
  throw new KarError("config", problems.map(formatProblem).join("\n"));
}

/** @param known what reading already told */
function validate(
  root: TreeNode,
  known: readonly Problem[],
  options: ParseOptions,
): ParsedConfig {
  const input = withPreset(plainOf(root, keepsNull));
  const result = RootSchema.safeParse(input, { error: wordsFor });
  // What could not even be read needs no second complaint.
  const told = new Set(known.map((problem) => problem.path));
  const found = (result.error?.issues ?? [])
    .flatMap((issue) => explain(issue, root))
    .filter((problem) => !told.has(problem.path));
  const errors = [...known, ...found];
  if (errors.length > 0 || !result.success) return rejected(errors);
  const config = finished(result.data, root, options);
  const problems = sorted([
    ...proxyWarnings(options),
    ...warningsOf(config, root),
  ]);
  return { config, problems, files: filesIn(root, options) };
}

function filesIn(root: TreeNode, options: ParseOptions): NamedFile[] {
  return [...scalarsOf(root)].filter(([path]) => isFilePath(path)).map((
    [path, scalar],
  ) => ({
    ...placeOf(root, path),
    path: pathText(path),
    name: String(fileFrom(path, scalar, options)),
  }));
}

function rejected(problems: readonly Problem[]): ParsedConfig {
  const told = sorted(problems).slice(0, PROBLEMS_MAX);
  const rest = problems.length - told.length;
  if (rest === 0) return { config: null, problems: told, files: [] };
  const last = told.at(-1)!;
  const message = `and ${rest} more problems`;
  const all = [...told, { ...last, path: "", message }];
  return { config: null, problems: all, files: [] };
}

function sorted(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.col - b.col);
}

function empty(file: string): Problem {
  const message = "is empty, must at least have targets with a name and a url";
  return { file, line: 1, col: 1, path: "", severity: "error", message };
}

/** The config in its final form: strings as templates, Go's names read, zone known. */
function finished(data: Root, root: TreeNode, options: ParseOptions): Config {
  const { worker, preset: _, dashboard: _d, master: _m, ...rest } = data;
  const { scenarios: _s, ...kept } = rest;
  const variables = new Set<string>();
  for (const [path, scalar] of scalarsOf(root)) {
    if (!keepsVariables(path)) continue;
    const template = fileFrom(path, scalar, options);
    if (template !== scalar.value) put(kept, path, template);
    for (const name of variablesIn(String(template))) variables.add(name);
  }
  const poolSize = isGiven(root, ["limits", "in_flight"])
    ? undefined
    : worker?.pool_size;
  return {
    ...kept,
    limits: { ...kept.limits, in_flight: poolSize ?? kept.limits.in_flight },
    // A system whose zone has no name keeps UTC.
    timezone: zoneName(data.timezone ?? options.systemZone) ?? "UTC",
    variables: [...variables].sort(),
  };
}

/** The text that stays in the config; the name of a file starts from the config's folder. */
function fileFrom(path: Path, scalar: ScalarNode, options: ParseOptions) {
  const text = scalar.template ?? scalar.value;
  const isRelative = isFilePath(path) && scalar.at.line > 0 &&
    !isAbsolute(String(scalar.value));
  const folder = dirname(options.file);
  return isRelative && folder !== "." ? `${folder}/${text}` : text;
}

function put(target: object, path: Path, value: unknown): void {
  let at = target as Record<string, unknown>;
  for (const step of path.slice(0, -1)) {
    at = at[step] as Record<string, unknown>;
  }
  at[String(path.at(-1))] = value;
}
