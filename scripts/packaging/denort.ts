import type { Target } from "./targets.ts";

const URL_REGEXP = /https:\/\/\S*\/denort-[\w-]+\.zip/;
const MISSING_REGEXP = /Could not find denort at '([^']*)'/;
/** Deno numbers the causes; the last one before the backtrace says something. */
const CAUSE_REGEXP = /^ +\d+: (.*)$/gm;
const BACKTRACE = "Stack backtrace:";

/** The part of Deno that goes into a binary cannot be had. */
export class NoRuntimePart extends Error {}

/** Why `deno compile` has failed. */
export function failureOf(target: Target, output: string): Error {
  const message = explainFailure(target, output);
  const isMissing = MISSING_REGEXP.test(output) || URL_REGEXP.test(output);
  return isMissing ? new NoRuntimePart(message) : new Error(message);
}

/**
 * What to tell when `deno compile` has failed.
 *
 * Into every binary goes denort, the part of Deno that runs programs; Deno
 * downloads it once for each target. Where that cannot be done, Deno's own
 * message hides what would help.
 */
export function explainFailure(
  { file, triple }: Target,
  output: string,
): string {
  const missing = MISSING_REGEXP.exec(output)?.[1];
  if (missing !== undefined) {
    return `Cannot compile ${file}: DENORT_BIN is ${missing}, and there is no such file; it is the file denort out of denort-${triple}.zip`;
  }
  const url = URL_REGEXP.exec(output)?.[0];
  if (url === undefined) return `Cannot compile ${file}:\n${output.trim()}`;
  const causes = output.split(BACKTRACE)[0]!.matchAll(CAUSE_REGEXP);
  const cause = [...causes].at(-1)?.[1] ?? "no answer";
  return `Cannot compile ${file}: the runtime part that goes into it could not be downloaded:
  ${url}
  ${cause}
Two ways out:
  DENORT_BIN=/path/to/denort deno task compile   with the file denort out of that zip, fetched where it can be reached
  deno task package   makes one self-contained file from the installed Deno, without any download`;
}
