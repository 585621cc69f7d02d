import { EXIT, expand, printableJson, variablesIn } from "../../base/mod.ts";
import {
  formatProblem,
  type NamedFile,
  type Problem,
} from "../../config/mod.ts";
import { readConfig } from "../load_plan.ts";
import type { System } from "../system.ts";

/** `kar validate`: every problem of a config file at once. */
export async function validate(
  system: System,
  file: string,
  flags: { readonly json?: true | undefined },
): Promise<number> {
  const { stdout } = system;
  const { config, files, ...read } = await readConfig(system, file);
  const missing = await missingFiles(system, files);
  const problems = [...read.problems, ...missing];
  const ok = config !== null && missing.length === 0;
  if (flags.json) {
    stdout.write(`${printableJson({ file, ok, problems }, 2)}\n`);
  } else {
    for (const problem of problems) stdout.write(`${formatProblem(problem)}\n`);
    stdout.write(`${file}: ${verdict(problems.length, ok)}\n`);
  }
  return ok ? EXIT.done : EXIT.config;
}

function verdict(count: number, ok: boolean): string {
  const s = count === 1 ? "" : "s";
  if (!ok) return `cannot be used: ${count} problem${s}`;
  return count === 0 ? "ok" : `ok, with ${count} warning${s}`;
}

/** Files that the config names and that are not there: a run would end with the first of them. */
async function missingFiles(
  system: System,
  files: readonly NamedFile[],
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { name, ...place } of files) {
    const values = variablesIn(name).map((variable) =>
      [variable, system.env(variable) ?? ""] as const
    );
    const path = expand(name, Object.fromEntries(values));
    if (await system.exists(path)) continue;
    const message = `there is no ${name}, must name a file that is there`;
    problems.push({ ...place, severity: "error", message });
  }
  return problems;
}
