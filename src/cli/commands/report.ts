import { EXIT } from "../../base/mod.ts";
import { RecordReader, snapshotOf, type TimeSpan } from "../../record/mod.ts";
import type { ReportForm } from "../../report/mod.ts";
import { reportText } from "../follow/conclude.ts";
import { findRecord } from "../record/find.ts";
import {
  checkOutputs,
  readOutputs,
  takeStdout,
  writeFiles,
  writeToStdout,
} from "../follow/outputs.ts";
import { recordPage } from "../record/page.ts";
import type { System } from "../system.ts";
import { type OutFlag, startMsIn, type StartTime } from "../values.ts";

/** What `kar report` takes. */
export interface ReportFlags {
  readonly from?: StartTime | undefined;
  readonly to?: StartTime | undefined;
  readonly out?: readonly OutFlag[] | undefined;
  readonly report?: ReportForm | undefined;
}

/** `kar report RECORD`: the report of a run that was recorded, or of a span of it. */
export async function report(
  system: System,
  word: string,
  flags: ReportFlags,
): Promise<number> {
  const outputs = readOutputs(flags.out);
  const record = new RecordReader(await findRecord(system, word));
  try {
    await checkOutputs(outputs);
    const span = spanOf(record, flags);
    const snapshot = snapshotOf(record, span);
    const ended = { snapshot, page: recordPage(record, span) };
    const { failure } = await writeFiles(outputs, ended);
    const { stdout, stderr } = system;
    const output = takeStdout(outputs) ? stderr : stdout;
    const form = flags.report ?? "full";
    output.paint(reportText(system, snapshot, { output, form }));
    await writeToStdout(outputs, stdout, ended);
    if (failure !== null) throw failure;
    return EXIT.done;
  } finally {
    record.close();
  }
}

/** The span that flags ask for; undefined = the whole run. */
function spanOf(
  record: RecordReader,
  { from, to }: ReportFlags,
): Partial<TimeSpan> | undefined {
  if (from === undefined && to === undefined) return undefined;
  const zone = record.runs().at(-1)?.plan.pattern.zone ?? "UTC";
  return {
    ...(from && { from: Math.floor(startMsIn(from, zone) / 1000) }),
    ...(to && { to: Math.ceil(startMsIn(to, zone) / 1000) }),
  };
}
