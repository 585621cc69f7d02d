import {
  EXIT,
  printable,
  printableJson,
  printableLines,
} from "../../base/mod.ts";
import { formatProblem, told } from "../../config/mod.ts";
import {
  findProblems,
  leftOpen,
  type SampleRequest,
  sampleRequests,
} from "../checking/mod.ts";
import { planOf, readConfig } from "../load_plan.ts";
import type { System } from "../system.ts";

/** What `kar validate` takes. */
export interface ValidateFlags {
  readonly json?: true | undefined;
  /** How many requests of each target to show. */
  readonly show?: number | undefined;
}

/**
 * `kar validate`: every problem of a config file at once, all that `kar run`
 * would refuse, and in a line each what it can tell only when it runs.
 */
export async function validate(
  system: System,
  file: string,
  flags: ValidateFlags,
): Promise<number> {
  const { stdout } = system;
  const parsed = await readConfig(system, file);
  const found = await findProblems(system, parsed);
  const problems = told([...parsed.problems, ...found]);
  const ok = parsed.config !== null && found.length === 0;
  const notes = ok ? leftOpen(system, parsed) : [];
  const samples = ok && flags.show
    ? await sampleRequests(
      system,
      planOf(system, parsed, { drawnSeed: 0 }),
      flags.show,
    )
    : [];
  if (flags.json) {
    const facts = { file, ok, problems, notes, ...(flags.show && { samples }) };
    stdout.write(`${printableJson(facts, 2)}\n`);
  } else {
    for (const sample of samples) stdout.write(`${sampleText(sample)}\n`);
    for (const problem of problems) stdout.write(`${formatProblem(problem)}\n`);
    for (const note of notes) stdout.write(`${note}\n`);
    stdout.write(`${file}: ${verdict(problems.length, ok)}\n`);
  }
  return ok ? EXIT.done : EXIT.config;
}

/** A request as people read one; whatever a terminal would obey is shown by its code. */
function sampleText(sample: SampleRequest | string): string {
  if (typeof sample === "string") return printable(sample);
  const { target, method, path, headers, body } = sample;
  const lines = [
    `# ${printable(target)}`,
    printable(`${method} ${path}`),
    ...headers.map(([name, value]) => printable(`${name}: ${value}`)),
    ...(body === "" ? [] : ["", printableLines(body)]),
  ];
  return `${lines.join("\n")}\n`;
}

function verdict(count: number, ok: boolean): string {
  const s = count === 1 ? "" : "s";
  if (!ok) return `cannot be used: ${count} problem${s}`;
  return count === 0 ? "ok" : `ok, with ${count} warning${s}`;
}
