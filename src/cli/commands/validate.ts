import { EXIT, printableJson } from "../../base/mod.ts";
import { formatProblem, told } from "../../config/mod.ts";
import { findProblems, leftOpen } from "../checking/mod.ts";
import { readConfig } from "../load_plan.ts";
import type { System } from "../system.ts";

/**
 * `kar validate`: every problem of a config file at once, all that `kar run`
 * would refuse, and in a line each what it can tell only when it runs.
 */
export async function validate(
  system: System,
  file: string,
  flags: { readonly json: true | undefined },
): Promise<number> {
  const { stdout } = system;
  const parsed = await readConfig(system, file);
  const found = await findProblems(system, parsed);
  const problems = told([...parsed.problems, ...found]);
  const ok = parsed.config !== null && found.length === 0;
  const notes = ok ? leftOpen(system, parsed) : [];
  if (flags.json) {
    stdout.write(`${printableJson({ file, ok, problems, notes }, 2)}\n`);
  } else {
    for (const problem of problems) stdout.write(`${formatProblem(problem)}\n`);
    for (const note of notes) stdout.write(`${note}\n`);
    stdout.write(`${file}: ${verdict(problems.length, ok)}\n`);
  }
  return ok ? EXIT.done : EXIT.config;
}

function verdict(count: number, ok: boolean): string {
  const s = count === 1 ? "" : "s";
  if (!ok) return `cannot be used: ${count} problem${s}`;
  return count === 0 ? "ok" : `ok, with ${count} warning${s}`;
}
