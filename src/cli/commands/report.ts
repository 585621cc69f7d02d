import { EXIT, isoTime, KarError } from "../../base/mod.ts";
import {
  type RecordReader,
  snapshotOf,
  type TimeSpan,
} from "../../record/mod.ts";
import type { ReportForm } from "../../report/mod.ts";
import { reportText } from "../follow/conclude.ts";
import { withRecords } from "../record/opened.ts";
import {
  checkOutputs,
  readOutputs,
  takeStdout,
  writeFiles,
  writeToStdout,
} from "../follow/outputs.ts";
import { OUT_FORMATS } from "../page/formats.ts";
import { recordPage } from "../record/page.ts";
import { traceOf } from "../replay/trace_of.ts";
import { dataOf } from "./page.ts";
import type { System } from "../system.ts";
import { type OutFlag, startMsIn, type StartTime } from "../values.ts";

/** What `kar report` takes. */
export interface ReportFlags {
  readonly from?: StartTime | undefined;
  readonly to?: StartTime | undefined;
  readonly out?: readonly OutFlag[] | undefined;
  readonly report?: ReportForm | undefined;
  /** Where the trace of a merged replay is; absent = where it was. */
  readonly trace?: string | undefined;
  /** Another record, laid over this one on the page. */
  readonly with?: string | undefined;
}

/** `kar report RECORD`: the report of a run that was recorded, or of a span of it. */
export async function report(
  system: System,
  word: string,
  flags: ReportFlags,
): Promise<number> {
  const outputs = readOutputs(flags.out);
  if (
    flags.with !== undefined &&
    !outputs.some(({ format }) => format === OUT_FORMATS.get("html"))
  ) throw onlyInHtml();
  const words = [word, ...(flags.with === undefined ? [] : [flags.with])];
  return await withRecords(system, words, async ([record, other]) => {
    await checkOutputs(outputs);
    const span = spanOf(record!, flags);
    const { trace } = flags;
    using opened = new DisposableStack();
    const open = traceOf(record, { trace, opened });
    const snapshot = snapshotOf(record!, span, open);
    const page = {
      ...recordPage(record!, span),
      ...(other && { other: dataOf(other) }),
    };
    const ended = { snapshot, page };
    const { failure } = await writeFiles(outputs, ended);
    const { stdout, stderr } = system;
    const output = takeStdout(outputs) ? stderr : stdout;
    const form = flags.report ?? "full";
    output.paint(reportText(system, snapshot, { output, form }));
    await writeToStdout(outputs, stdout, ended);
    if (failure !== null) throw failure;
    return EXIT.done;
  });
}

function onlyInHtml(): KarError {
  return new KarError(
    "usage",
    "--with lays another record over this one on the page: add --out html=FILE",
  );
}

/** The span that flags ask for; undefined = the whole run. */
function spanOf(
  record: RecordReader,
  { from, to }: ReportFlags,
): Partial<TimeSpan> | undefined {
  if (from === undefined && to === undefined) return undefined;
  const zone = record.runs().at(-1)?.plan.pattern.zone ?? "UTC";
  const fromMs = from && startMsIn(from, zone);
  const toMs = to && startMsIn(to, zone);
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    throw new KarError(
      "usage",
      `--from ${isoTime(fromMs)} is not before --to ${
        isoTime(toMs)
      }: name the earlier one first`,
    );
  }
  return {
    ...(fromMs !== undefined && { from: Math.floor(fromMs / 1000) }),
    ...(toMs !== undefined && { to: Math.ceil(toMs / 1000) }),
  };
}
