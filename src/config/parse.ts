import { dirname, isAbsolute } from "node:path";
import { KarError, variablesIn } from "../base/mod.ts";
import type { Config } from "./config.ts";
import { explain, pathComplaint, wordsFor } from "./explain.ts";
import {
  type Columns,
  fieldProblems,
  type JudgeCells,
  knownColumns,
} from "./field_problems.ts";
import { withPreset } from "./presets.ts";
import {
  isFilePath,
  keepsNull,
  keepsVariables,
  placeAt,
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
  isOfFlag,
  nodeAt,
  type Override,
  type Path,
  pathText,
  placeOf,
  plainOf,
  type Problem,
  readTree,
  type ScalarNode,
  scalarsOf,
  type TreeNode,
  withItems,
} from "./source/mod.ts";
import { proxyWarnings, warningsOf } from "./warnings.ts";

/** Upper bound of problems reported for one file. */
const PROBLEMS_MAX = 100;

/** What parsing takes from outside: file name, environment, zone, overrides. */
export interface ParseOptions {
  /** The file as the user named it; relative paths inside start from its folder. */
  readonly file: string;
  readonly environment: Environment;
  /** The system's time zone, used where the file names none. */
  readonly systemZone: string;
  /** What `--set` says, in order. */
  readonly overrides?: readonly Override[];
  /** What `--threshold` says, beside those of the file. */
  readonly thresholds?: readonly string[];
}

/** Data of a config that has errors, as far as others do not hide it. */
interface DataBeside {
  readonly sets: NonNullable<Config["data"]>;
  readonly limits: Config["limits"];
}

/** A config, or null when a problem is an error. */
export interface ParsedConfig {
  readonly config: Config | null;
  /** Everything that is wrong or surprising, in the order of the file. */
  readonly problems: readonly Problem[];
  /** A problem that only others can find, at the place of its path. */
  readonly problemAt: (path: Path, message: string) => Problem;
  /** What can be read of a config with errors, so that all is told at once; null = nothing. */
  readonly beside: DataBeside | null;
  /** What else is wrong with the fields of its texts, once the columns of its data are known. */
  readonly fieldProblems: (
    data: Columns,
    judge: JudgeCells,
  ) => readonly Problem[];
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
  const holdsFields = (path: Path) => placeAt(path) !== null;
  const read = readTree(text, {
    file,
    inFile: true,
    environment,
    role,
    holdsFields,
    base: [],
  });
  if (read.node === null) return rejected(read.problems, options);
  const isEmpty = read.node.kind === "scalar" && read.node.value === null;
  if (isEmpty) return rejected([...read.problems, empty(file)], options);
  const overridden = applyOverrides(read.node, options.overrides ?? [], {
    environment,
    role,
    holdsFields,
    complaint: pathComplaint,
  });
  const known = [...read.problems, ...overridden.problems];
  const root = withItems(overridden.root, "thresholds", {
    flag: "--threshold",
    texts: options.thresholds ?? [],
  });
  return validate(root, known, options);
}

/**
 * The config of a file without errors.
 *
 * @throws {KarError} `config` with one line for each problem; `usage` where all
 * of them are those of flags
 */
export function configOf({ config, problems }: ParsedConfig): Config {
  if (config !== null) return config;
  const exit = problems.every(isOfFlag) ? "usage" : "config";
  throw new KarError(exit, problems.map(formatProblem).join("\n"));
}

/** @param known what reading already told */
function validate(
  root: TreeNode,
  known: readonly Problem[],
  options: ParseOptions,
): ParsedConfig {
  const input = withPreset(plainOf(root, keepsNull));
  const result = RootSchema.safeParse(input, { error: wordsFor });
  // A value that could not be read has its problem already.
  const told = new Set(known.map((problem) => problem.path));
  const found = (result.error?.issues ?? [])
    .flatMap((issue) => explain(issue, root))
    .filter((problem) => !told.has(problem.path));
  const fields = fieldProblems(root, knownColumns(root));
  const errors = distinct([...known, ...found, ...fields]);
  if (errors.length > 0 || !result.success) {
    const isEnough = errors.length > PROBLEMS_MAX;
    const beside = isEnough ? null : besideOf(input, root, options);
    return {
      ...rejected(errors, options),
      ...heldAgainst(root, errors),
      beside,
    };
  }
  const config = finished(result.data, root, options);
  const problems = sorted([
    ...proxyWarnings(options),
    ...warningsOf(config, root),
  ]);
  return { config, problems, ...heldAgainst(root, []), beside: null };
}

/** What others find, at its place. @param known what was told before */
function heldAgainst(
  root: TreeNode,
  known: readonly Problem[],
): Pick<ParsedConfig, "problemAt" | "fieldProblems"> {
  return {
    problemAt: (path, message) => ({
      ...placeOf(root, path),
      path: pathText(path),
      severity: "error",
      message,
    }),
    fieldProblems: (data, judge) => {
      const columns = new Map([...knownColumns(root), ...data]);
      const found = fieldProblems(root, columns, judge);
      return distinct([...known, ...found]).slice(known.length);
    },
  };
}

/** The data of a config that has errors elsewhere; null = it has some itself. */
function besideOf(
  input: unknown,
  root: TreeNode,
  options: ParseOptions,
): DataBeside | null {
  const { data, limits } = RootSchema.shape;
  const given = input as Readonly<Record<string, unknown>>;
  const [sets, bounds] = [
    data.safeParse(given.data),
    limits.safeParse(given.limits),
  ];
  if (!sets.success || !bounds.success || !sets.data) return null;
  const named = Object.entries(sets.data).map(([name, set]) => {
    const path = ["data", name, "file"];
    const file = nodeAt(root, path);
    return file?.kind === "scalar"
      ? [name, { ...set, file: String(fileFrom(path, file, options)) }] as const
      : [name, set] as const;
  });
  return { sets: Object.fromEntries(named), limits: bounds.data };
}

/** Two checks of one value may say the same. */
function distinct(problems: readonly Problem[]): Problem[] {
  const byText = new Map<string, Problem>();
  for (const problem of problems) {
    const text = formatProblem(problem);
    if (!byText.has(text)) byText.set(text, problem);
  }
  return [...byText.values()];
}

function rejected(
  problems: readonly Problem[],
  { file }: ParseOptions,
): ParsedConfig {
  return {
    config: null,
    problems: told(problems),
    beside: null,
    fieldProblems: () => [],
    problemAt: (path, message) => ({
      ...{ file, line: 1, col: 1, path: pathText(path) },
      severity: "error",
      message,
    }),
  };
}

/** Problems in the order of the file, no more than anybody reads. */
export function told(problems: readonly Problem[]): readonly Problem[] {
  const all = sorted(problems);
  const first = all.slice(0, PROBLEMS_MAX);
  const rest = all.length - first.length;
  if (rest === 0) return first;
  const message = `and ${rest} more problems`;
  return [...first, { ...first.at(-1)!, path: "", message }];
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
  const { worker, preset: _, dashboard: _d, master: _m, ...kept } = data;
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
