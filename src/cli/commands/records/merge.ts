import { dirname, join, resolve } from "node:path";
import manifest from "../../../../deno.json" with { type: "json" };
import { EXIT, KarError, messageOf } from "../../../base/mod.ts";
import { mergeRecords, RecordReader, snapshotOf } from "../../../record/mod.ts";
import type { ReportForm } from "../../../report/mod.ts";
import {
  checkAnswered,
  checkVerdict,
  reportText,
} from "../../follow/conclude.ts";
import {
  checkOutputs,
  readOutputs,
  type ReportOutput,
  takeStdout,
  writeFiles,
  writeToStdout,
} from "../../follow/outputs.ts";
import { withRecords } from "../../record/opened.ts";
import { recordPage } from "../../record/page.ts";
import { traceOf } from "../../replay/trace_of.ts";
import type { System } from "../../system.ts";
import type { OutFlag } from "../../values.ts";

/** What `kar merge` takes. */
export interface MergeFlags {
  /** Where the merged record is kept; else only its report is. */
  readonly record?: string | undefined;
  /** Where the trace of a replay is; else where the first part had it. */
  readonly trace?: string | undefined;
  readonly out?: readonly OutFlag[] | undefined;
  readonly report?: ReportForm | undefined;
}

/** `kar merge PART…`: one record and one report of the records of several parts. */
export async function merge(
  system: System,
  words: readonly string[],
  flags: MergeFlags,
): Promise<number> {
  const outputs = readOutputs(flags.out);
  const target = flags.record === undefined ? null : resolve(flags.record);
  if (target !== null) await checkFree(target);
  await checkOutputs(outputs);
  const folder = await newFolder(target);
  try {
    const made = join(folder, "merged.kar");
    await withRecords(system, words, (readers) => {
      using opened = new DisposableStack();
      const trace = traceOf(readers[0], { trace: flags.trace, opened });
      mergeRecords(readers, { path: made, kar: manifest.version, trace });
      return Promise.resolve();
    });
    // A verdict that is not good costs nobody the record.
    if (target !== null) await Deno.rename(made, target);
    const form = flags.report ?? "full";
    await report(system, target ?? made, { outputs, form });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return EXIT.done;
}

/** @throws {KarError} `cannotStart` when something is there already */
async function checkFree(target: string): Promise<void> {
  if (await Deno.lstat(target).catch(() => null) === null) return;
  throw new KarError(
    "cannotStart",
    `Cannot write the record ${target}: the file is there already; name another one, or remove it`,
  );
}

/** A folder on the disk that the record will lie on, so that a half one is never in its place. */
async function newFolder(target: string | null): Promise<string> {
  const prefix = ".kar-merge-";
  try {
    return await Deno.makeTempDir(
      target === null ? { prefix } : { prefix, dir: dirname(target) },
    );
  } catch (error) {
    throw new KarError(
      "cannotStart",
      `Cannot write the record ${target ?? "of the merge"}: ${
        messageOf(error)
      }`,
    );
  }
}

async function report(
  system: System,
  path: string,
  { outputs, form }: {
    readonly outputs: readonly ReportOutput[];
    readonly form: ReportForm;
  },
): Promise<void> {
  const record = new RecordReader(path);
  try {
    const snapshot = snapshotOf(record, undefined);
    const ended = { snapshot, page: recordPage(record, undefined) };
    const { failure } = await writeFiles(outputs, ended);
    const { stdout, stderr } = system;
    const output = takeStdout(outputs) ? stderr : stdout;
    output.paint(reportText(system, snapshot, { output, form }));
    await writeToStdout(outputs, stdout, ended);
    if (failure !== null) throw failure;
    checkAnswered(snapshot);
    checkVerdict(snapshot);
  } finally {
    record.close();
  }
}
