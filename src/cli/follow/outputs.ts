import { resolve } from "node:path";
import { KarError, messageOf } from "../../base/mod.ts";
import { checkReport, writeReport } from "../../report/mod.ts";
import { type EndedRun, OUT_FORMATS, type OutFormat } from "../page/formats.ts";
import type { Output } from "../system.ts";
import type { OutFlag } from "../values.ts";

/** One place that the report of a run goes to, beside what a person reads. */
export interface ReportOutput {
  readonly format: OutFormat;
  /** An absolute path; null = standard output. */
  readonly path: string | null;
}

/** What came of writing. */
export interface Written {
  readonly paths: readonly string[];
  /** Null = all could be written. */
  readonly failure: KarError | null;
}

/** Other names of standard output: nothing else must go there either. */
const STDOUT_NAMES = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/**
 * The outputs that flags ask for.
 *
 * @throws {KarError} `usage` for an unknown format, and for two outputs in one place
 */
export function readOutputs(flags: readonly OutFlag[] = []): ReportOutput[] {
  const outputs = flags.map(readOutput);
  const places = outputs.map(({ path }) => path);
  const twice = places.find((path, i) => places.indexOf(path) !== i);
  if (twice === undefined) return outputs;
  throw new KarError(
    "usage",
    twice === null
      ? "--out: only one report fits on standard output: name a file for the others"
      : `--out: two reports would be written to ${twice}: name a file for each`,
  );
}

function readOutput({ format, path }: OutFlag): ReportOutput {
  const known = OUT_FORMATS.get(format);
  if (known !== undefined) {
    const isStdout = STDOUT_NAMES.includes(path);
    return { format: known, path: isStdout ? null : resolve(path) };
  }
  const formats = [...OUT_FORMATS.keys()].map((name) => `${name}=FILE`);
  throw new KarError(
    "usage",
    `--out '${format}=${path}' is invalid: write ${formats.join(", ")}`,
  );
}

/** Whether standard output belongs to one of the outputs, and to nothing else then. */
export function takeStdout(outputs: readonly ReportOutput[]): boolean {
  return outputs.some(({ path }) => path === null);
}

/** Whether one of them is made of what happened second by second. */
export function needRecord(outputs: readonly ReportOutput[]): boolean {
  return outputs.some(({ format }) => format.needsRecord === true);
}

/**
 * Makes sure that all files can be written, before anything is sent.
 *
 * @throws {KarError} `cannotStart` when one cannot
 */
export async function checkOutputs(
  outputs: readonly ReportOutput[],
): Promise<void> {
  for (const { path } of outputs) if (path !== null) await checkReport(path);
}

/** Writes all files: one that cannot be written costs no other one. */
export async function writeFiles(
  outputs: readonly ReportOutput[],
  ended: EndedRun,
): Promise<Written> {
  const paths: string[] = [];
  const failures: string[] = [];
  for (const { format, path } of outputs) {
    if (path === null) continue;
    try {
      await writeReport(path, await format.render(ended));
      paths.push(path);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  const failure = failures.length === 0
    ? null
    : new KarError("cannotStart", failures.join("\n"));
  return { paths, failure };
}

/** Writes the report that goes to standard output, if there is one. */
export async function writeToStdout(
  outputs: readonly ReportOutput[],
  stdout: Output,
  ended: EndedRun,
): Promise<void> {
  for (const { format, path } of outputs) {
    if (path === null) stdout.write(await format.render(ended));
  }
}
