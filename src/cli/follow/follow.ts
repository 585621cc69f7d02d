import { KarError } from "../../base/mod.ts";
import { type Run, type RunOptions, startRun } from "../../controller/mod.ts";
import {
  lookOf,
  reasonText,
  renderShort,
  renderText,
  type ReportForm,
  tellingReason,
} from "../../report/mod.ts";
import { type Snapshot, total } from "../../stats/mod.ts";
import { type Output, type System, textColumns } from "../system.ts";
import type { Viewer } from "./viewer.ts";

/** What goes along with a run. */
export interface Attendance {
  readonly viewer: Viewer;
  /** Receives the run as soon as it has begun; ends it by throwing. */
  readonly begun?: (run: Run) => void | Promise<void>;
  /** Receives what came of it, before the viewer ends: whatever it writes is kept. */
  readonly ended?: (snapshot: Snapshot) => Promise<void>;
}

/**
 * Starts a run and stays with it until it has ended. The first signal drains
 * it, the second one stops it at once.
 *
 * @returns what came of it
 */
export async function attend(
  system: System,
  options: RunOptions,
  { viewer, begun, ended }: Attendance,
): Promise<Snapshot> {
  const starting = startRun({
    ...options,
    log: (line, level) => viewer.log(line, level),
  });
  // Before the first request is out: a signal must never find nobody.
  const stop = stopper(starting, (line) => viewer.log(line));
  const deafen = system.onStopSignal(stop);
  try {
    const run = await starting;
    await begin(run, begun);
    viewer.watch(run, stop);
    const snapshot = await run.finished;
    await ended?.(snapshot);
    return snapshot;
  } finally {
    deafen();
    await viewer.close();
  }
}

/** A run that cannot go on as it should leaves nothing behind. */
async function begin(run: Run, begun: Attendance["begun"]): Promise<void> {
  try {
    await begun?.(run);
  } catch (error) {
    run.stop();
    await run.finished;
    throw error;
  }
}

/** Drains at the first call, stops at the second. */
function stopper(
  starting: Promise<Run>,
  log: (line: string) => void,
): () => void {
  let isAsked = false;
  return () => {
    const isSecond = isAsked;
    isAsked = true;
    if (!isSecond) {
      log("Draining: open requests may end; once more stops at once");
    }
    starting.then(
      (run) => isSecond ? run.stop() : run.drain(),
      // Whoever waits for the start tells why it failed.
      () => {},
    );
  };
}

/** Prints the report, or only what it comes to, on standard output or another stream. */
export function printReport(
  system: System,
  snapshot: Snapshot,
  { output = system.stdout, form = "full" }: {
    readonly output?: Output;
    readonly form?: ReportForm | undefined;
  } = {},
): void {
  const look = lookOf(system.env, output.isTerminal);
  const width = textColumns(system, output);
  const render = form === "short" ? renderShort : renderText;
  output.paint(render(snapshot, { ...look, width }));
}

/** @throws {KarError} `noAnswer` when the target is why no request got an answer */
export function checkAnswered(snapshot: Snapshot): void {
  if (!isUnanswered(snapshot)) return;
  const { sent, failed, targets } = snapshot;
  const answer = failed.protocol ? "a valid answer" : "an answer";
  const most = tellingReason(targets);
  const why = most === null ? "" : `; ${reasonText(most, targets)}`;
  throw new KarError(
    "noAnswer",
    `The target did not answer: ${sent} requests were sent, and none of them got ${answer}${why}`,
  );
}

/**
 * Whether requests were sent and the target is why none got an answer. A person
 * who ends a run does not let it wait; a run that had its time has waited.
 */
function isUnanswered({ targets, failed, isCutShort }: Snapshot): boolean {
  // An answer that was too large was one.
  const { aborted = 0, generator = 0, too_large = 0 } = failed;
  const isAnswered = too_large > 0 ||
    targets.some(({ status, begun }) => status.size > 0 || begun > 0);
  const unheard = total(failed) - generator - (isCutShort ? aborted : 0);
  return !isAnswered && unheard > 0;
}
