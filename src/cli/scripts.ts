import { expand } from "../base/mod.ts";
import type { Config } from "../config/mod.ts";
import type { BuiltScript } from "../plan/build/mod.ts";
import type { Plan } from "../plan/mod.ts";
import { loadScript, readScript } from "../script/load/mod.ts";
import type { ScriptSource } from "../script/mod.ts";

/** Targets and steps of one config, as its schema has it. */
const SERIES_MAX = 64;

/** Something that is wrong with a script, and where the config names it. */
export interface ScriptProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The scripts of a config, ready to be planned and sent. */
export interface LoadedScripts {
  /** By the names of their journeys. */
  readonly built: ReadonlyMap<string, BuiltScript>;
  readonly sources: readonly ScriptSource[];
  /** What could not be checked here, each once. */
  readonly notes: readonly string[];
  readonly problems: readonly ScriptProblem[];
}

/** Reads and checks all scripts of a config, side by side. */
export async function loadScripts(
  config: Config,
  variables: Readonly<Record<string, string>>,
): Promise<LoadedScripts> {
  const data = Object.keys(config.data ?? {});
  const built = new Map<string, BuiltScript>();
  const sources: ScriptSource[] = [];
  const notes = new Set<string>();
  const problems: ScriptProblem[] = [];
  await Promise.all(config.journeys.map(async ({ name, script }, i) => {
    if (script === undefined) return;
    const loaded = await loadScript({
      journey: name,
      shown: script,
      path: expand(script, variables),
    });
    if (loaded.kind === "wrong") {
      const path = ["journeys", i, "script"];
      problems.push(
        ...loaded.faults.map(({ message }) => ({ path, message })),
      );
      return;
    }
    const { source, steps, digest, note } = loaded.script;
    if (note !== undefined) notes.add(`${script}: ${note}`);
    sources.push(source);
    const used = data.filter((set) => source.words.has(set));
    built.set(name, { steps, digest, data: used });
  }));
  problems.push(...seriesProblems(config, built));
  return { built, sources, notes: [...notes], problems };
}

/** Reads the scripts of a plan that was made elsewhere: each must be here as it was there. */
export async function readPlanScripts(
  { journeys = [] }: Pick<Plan, "journeys">,
  variables: Readonly<Record<string, string>>,
): Promise<{
  readonly sources: readonly ScriptSource[];
  /** What is wrong, in words. */
  readonly faults: readonly string[];
}> {
  const read = await Promise.all(journeys.map(async ({ name, script }) => {
    if (script === undefined) return { sources: [], faults: [] };
    const { file: shown, digest } = script;
    if (digest === null) {
      const why = `${shown} is not read: the plan does not say what it holds`;
      return { sources: [], faults: [why] };
    }
    const path = expand(shown, variables);
    const found = await readScript({ journey: name, shown, path });
    if (found.kind === "wrong") {
      return { sources: [], faults: found.faults.map((f) => f.message) };
    }
    return found.script.digest === digest
      ? { sources: [found.script.source], faults: [] }
      : {
        sources: [],
        faults: [`${shown} differs here from the plan's`],
      };
  }));
  return {
    sources: read.flatMap(({ sources }) => sources),
    faults: read.flatMap(({ faults }) => faults),
  };
}

/** The config's own rules about names and numbers of steps, now that these are known. */
function seriesProblems(
  { targets, journeys }: Config,
  built: ReadonlyMap<string, BuiltScript>,
): ScriptProblem[] {
  const names = new Set(targets.map(({ name }) => name));
  const problems: ScriptProblem[] = [];
  let count = targets.length;
  journeys.forEach(({ name, steps, script, grpc = {} }, i) => {
    const own = script === undefined
      ? steps.flatMap((step) => step.name === undefined ? [] : [step.name])
      : built.get(name)?.steps ?? [];
    count += own.length;
    const path = ["journeys", i, "script"];
    problems.push(...callProblems(grpc, own, ["journeys", i, "grpc"]));
    for (const step of script === undefined ? [] : own) {
      if (!names.has(`${name}/${step}`)) continue;
      const message =
        `step ${step} would be counted as ${name}/${step}, which a target is named`;
      problems.push({ path, message });
    }
  });
  if (count > SERIES_MAX && built.size > 0) {
    const message =
      `must have at most ${SERIES_MAX} steps and targets together, has ${count} with those of its scripts`;
    problems.push({ path: ["journeys"], message });
  }
  return problems;
}

/** Calls are steps that the script exports. */
function callProblems(
  grpc: Readonly<Record<string, unknown>>,
  steps: readonly string[],
  at: readonly (string | number)[],
): ScriptProblem[] {
  // Of a script that is wrong no step is known.
  if (steps.length === 0) return [];
  return Object.keys(grpc).filter((name) => !steps.includes(name)).map((
    name,
  ) => ({
    path: [...at, name],
    message: `must be a step that the script exports: ${steps.join(", ")}`,
  }));
}
