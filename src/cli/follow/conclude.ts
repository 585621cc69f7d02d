import { KarError, type Painted } from "../../base/mod.ts";
import {
  renderShort,
  renderText,
  type ReportForm,
  tellingReason,
  terminalCapsOf,
  verdictText,
} from "../../report/mod.ts";
import { type Snapshot, total } from "../../stats/mod.ts";
import {
  type Bound,
  judgeOne,
  type RunOutcome,
  verdictOf,
} from "../../verdict/mod.ts";
import type { EndedRun } from "../page/formats.ts";
import { type Output, type System, textColumns } from "../system.ts";
import { type ReportOutput, takeStdout, writeToStdout } from "./outputs.ts";
import type { ReportFiles } from "./report_files.ts";

/** What is left to do when a run has ended. */
export interface Conclusion {
  readonly outputs: readonly ReportOutput[];
  readonly files: ReportFiles;
  /** How much of the report is printed; absent = all. */
  readonly form: ReportForm | undefined;
  /** Whether others judge what it came to with the other parts of the run. */
  readonly isPart?: boolean;
}

/**
 * Prints what there is to print; the files are written by now, or are still
 * waited for.
 *
 * @throws {KarError} when a file could not be written, nobody answered, or the
 *   verdict is not good
 */
export async function conclude(
  system: System,
  ended: EndedRun,
  { outputs, files, form = "full", isPart = false }: Conclusion,
): Promise<void> {
  const { stdout, stderr } = system;
  const snapshot = await files.complete(ended.snapshot);
  const output = takeStdout(outputs) ? stderr : stdout;
  output.paint(reportText(system, snapshot, { output, form }));
  await writeToStdout(outputs, stdout, { ...ended, snapshot });
  tellNothingDue(stderr, snapshot);
  await files.check();
  if (isPart && verdictOf(snapshot).outcome !== "invalid") return;
  checkAnswered(snapshot);
  checkVerdict(snapshot);
}

/** Also a run whose report nobody reads must not look like a test that passed. */
function tellNothingDue(stderr: Output, snapshot: Snapshot): void {
  if (snapshot.due > 0 || snapshot.verdict.thresholds.length > 0) return;
  stderr.write(
    "kar: nothing was due, so that nothing was tested: check rate and duration\n",
  );
}

/** The report as a person reads it on an output. */
export function reportText(
  system: System,
  snapshot: Snapshot,
  { output, form }: { readonly output: Output; readonly form: ReportForm },
): Painted {
  const caps = terminalCapsOf(system.env, output.isTerminal);
  const width = textColumns(system, output);
  const render = form === "short" ? renderShort : renderText;
  return render(snapshot, { ...caps, width });
}

/** @throws {KarError} `noAnswer` when the target is why no request got an answer */
export function checkAnswered(snapshot: Snapshot): void {
  if (judgeOne(UNANSWERED, snapshot).result !== "fail") return;
  const { sent, failed } = snapshot;
  const answer = failed.protocol ? "a valid answer" : "an answer";
  const most = tellingReason(snapshot);
  const why = most === null ? "" : `; ${most}`;
  throw new KarError(
    "noAnswer",
    `The target did not answer: ${sent} requests were sent, and none of them got ${answer}${why}`,
  );
}

/**
 * What the verdict makes of the exit code; without thresholds nobody asked
 * whether kar kept up, and the report alone says so.
 *
 * @throws {KarError} `invalid`, `stopped`, `failed` or `unknown`
 */
export function checkVerdict(snapshot: Snapshot): void {
  const { outcome } = verdictOf(snapshot);
  if (outcome === "passed") return;
  const { text } = verdictText(snapshot);
  throw new KarError(outcome, `${SUBJECTS[outcome]} ${text}`);
}

/** What stands before the verdict, so that both are a sentence. */
const SUBJECTS: Readonly<Record<Exclude<RunOutcome, "passed">, string>> = {
  invalid: "The run is",
  stopped: "The run was",
  failed: "The run",
  unknown: "The verdict is",
};

/**
 * Requests that nobody answered, in a run in which the target is why none got
 * an answer. A person who ends a run does not let it wait; a run that had its
 * time has waited.
 */
const UNANSWERED: Bound<Snapshot> = {
  name: "unanswered",
  measure: ({ targets, journeys, failed, isCutShort }) => {
    // An answer that was too large was one.
    const { aborted = 0, generator = 0, script = 0, too_large = 0 } = failed;
    const requests = [...targets, ...journeys.flatMap(({ steps }) => steps)];
    const isAnswered = too_large > 0 ||
      requests.some(({ status, begun }) => status.size > 0 || begun > 0);
    if (isAnswered) return 0;
    // What a script does without asking anybody is no answer that is missing.
    return total(failed) - generator - script - (isCutShort ? aborted : 0);
  },
  operator: "<=",
  limit: 0,
};
