import { variablesIn } from "../base/mod.ts";
import { type ParsedConfig, told } from "../config/mod.ts";
import { buildPlan, dataOf } from "../plan/build/mod.ts";
import type { Plan } from "../plan/mod.ts";
import { cellComplaint } from "../request/mod.ts";
import {
  filesOf,
  type ReadSources,
  readSources,
} from "../transport/clients/mod.ts";
import { pathOf, requestsOf } from "./config_place.ts";
import type { LoadedScripts } from "./scripts.ts";
import type { System } from "./system.ts";

/** A config with the data that its requests need. */
export interface LoadedConfig extends ParsedConfig {
  /** Absent = nothing was read. */
  readonly read?: ReadSources;
  /** Absent = it has no scripts. */
  readonly scripts?: LoadedScripts;
}

/** Reads the data and files of a config; what is wrong with them joins its problems. */
export async function withData(
  system: System,
  parsed: ParsedConfig,
): Promise<LoadedConfig> {
  const { config } = parsed;
  if (config === null) return await withDataBeside(system, parsed);
  const plan = buildPlan(config, { drawSeed: () => 0 });
  const files = requestsOf(plan).flatMap((target, i) =>
    filesOf(target).map(({ file, path }) => ({
      file,
      path: pathOf(config, i, path),
    }))
  );
  const { data = [], limits } = plan;
  if (data.length === 0 && files.length === 0) return parsed;
  const variables = variablesOf(system, plan);
  const read = await readSources({ data, files, limits, variables });
  return judgedBy(parsed, read);
}

/** The same of a config with errors, so that those of its data are told with the others. */
async function withDataBeside(
  system: System,
  parsed: ParsedConfig,
): Promise<LoadedConfig> {
  if (parsed.beside === null) return parsed;
  const { sets, limits } = parsed.beside;
  const data = dataOf(sets, new Map());
  const names = data.flatMap(({ source }) =>
    source.kind === "file" ? variablesIn(source.file) : []
  );
  const read = await readSources({
    ...{ data, files: [] },
    limits: {
      maxDataBytes: limits.max_data_bytes,
      maxCellBytes: limits.max_cell_bytes,
    },
    variables: variablesOf(system, { variables: names }),
  });
  return judgedBy(parsed, read);
}

/** A config whose fields are held against what was read for it. */
export function judgedBy(
  parsed: ParsedConfig,
  read: ReadSources,
): LoadedConfig {
  const sets = new Map(read.sources.data.map((set) => [set.name, set]));
  const columns = new Map(
    [...sets].map(([name, { table }]) => [name, table.columns]),
  );
  const ofFields = parsed.fieldProblems(columns, (name, column, rule) => {
    const set = sets.get(name);
    const complaint = set && cellComplaint(set, column, rule);
    if (!complaint) return null;
    const place = read.placeOf(name, { row: complaint.row, column });
    return `${place}${complaint.message}`;
  });
  const problems = [
    ...read.faults.map(({ path, message }) => parsed.problemAt(path, message)),
    ...ofFields,
  ];
  if (problems.length === 0) return { ...parsed, read };
  // What is merely surprising is not told beside errors.
  const before = parsed.config === null ? parsed.problems : [];
  return { ...parsed, config: null, problems: told([...before, ...problems]) };
}

/** Values of the variables that a plan names. */
export function variablesOf(
  system: System,
  { variables }: Pick<Plan, "variables">,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    variables.map((name) => [name, system.env(name) ?? ""]),
  );
}
