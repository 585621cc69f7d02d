import { EXIT, formatDuration, KarError, messageOf } from "../../base/mod.ts";
import { formatProblem } from "../../config/mod.ts";
import type { RunOptions } from "../../controller/mod.ts";
import type { Notifier, SavedState } from "../../daemon/mod.ts";
import type { ReportForm } from "../../report/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import { attend, checkAnswered, printReport } from "../follow/follow.ts";
import {
  type Hosting,
  type HostingFlags,
  openHosting,
  savedOf,
  withNotifier,
} from "../follow/hosting.ts";
import { tellOthers } from "../follow/hosts.ts";
import { openLiveView } from "../follow/live.ts";
import { openMetrics } from "../follow/metrics.ts";
import {
  checkOutputs,
  readOutputs,
  type ReportOutput,
  takeStdout,
  writeFiles,
  writeToStdout,
  type Written,
} from "../follow/outputs.ts";
import { SILENT, StatusLines, type Viewer } from "../follow/viewer.ts";
import { type LoadedPlan, loadPlan } from "../load_plan.ts";
import type { System } from "../system.ts";
import { atMsIn, type OutFlag, startMsIn, type StripeFlag } from "../values.ts";

/** What `kar run` takes; durations in milliseconds. */
export interface RunFlags extends HostingFlags {
  readonly duration?: number | undefined;
  readonly armed?: true | undefined;
  readonly stripe?: StripeFlag | undefined;
  /** Where the report goes beside what a person reads. */
  readonly out?: readonly OutFlag[] | undefined;
  /** How much of the report is printed. */
  readonly report?: ReportForm | undefined;
  readonly quiet?: true | undefined;
  readonly screen?: true | undefined;
}

/** `kar run`: sends the traffic of a config file, headless. */
export function run(system: System, flags: RunFlags): Promise<number> {
  return withNotifier(
    system,
    async (notifier) => await send(system, flags, notifier),
  );
}

async function send(
  system: System,
  flags: RunFlags,
  notifier: Notifier,
): Promise<number> {
  const outputs = readOutputs(flags.out);
  if (flags.screen && takeStdout(outputs)) throw stdoutIsTaken();
  if (flags.armed && flags.at !== undefined) throw waitsForTwo();
  const saved = await savedOf(system, flags);
  const drawnSeed = saved?.seed;
  const loaded = await loadPlan(system, { ...flags, drawnSeed });
  const nowMs = system.wallMs();
  const options = optionsOf(loaded, flags, { saved, nowMs });
  // Better before an hour of traffic than after it.
  await checkOutputs(outputs);
  const shown = await viewerOf(system, flags);
  const hosting = await openHosting(system, flags, { notifier, shown });
  const { viewer } = hosting;
  try {
    announce(viewer, loaded, saved);
    if (flags.at === undefined) warnOfShift(viewer, options, nowMs);
    const metrics = await openMetrics(loaded.plan);
    if (metrics.told !== null) viewer.log(metrics.told);
    const silence = tellOthers(loaded, (line) => viewer.log(line));
    try {
      let written!: Written;
      const { warnings } = metrics;
      const snapshot = await attend(system, { ...options, warnings }, {
        viewer,
        begun: async (run) => {
          metrics.show(run);
          await hosting.begun(run);
        },
        ended: async (snapshot) => {
          silence();
          written = await writeFiles(outputs, snapshot);
          tellFiles(hosting, written);
        },
      });
      return conclude(system, snapshot, { outputs, written, ...flags });
    } finally {
      silence();
      await metrics.close();
    }
  } catch (thrown) {
    const error = loaded.located(thrown);
    // A run in the background has nobody who reads what it says at its end.
    hosting.record(messageOf(error), "error");
    throw error;
  } finally {
    await hosting.close();
  }
}

/** Where the reports of a run in the background are, nobody else says. */
function tellFiles(hosting: Hosting, { paths }: Written): void {
  for (const path of paths) hosting.record(`Report in ${path}`, "info");
}

/** Prints what there is to print; the files are written by now. */
function conclude(
  system: System,
  snapshot: Snapshot,
  { outputs, written, report: form }: {
    readonly outputs: readonly ReportOutput[];
    readonly written: Written;
  } & Pick<RunFlags, "report">,
): number {
  const { stdout, stderr } = system;
  const output = takeStdout(outputs) ? stderr : stdout;
  printReport(system, snapshot, { output, form });
  writeToStdout(outputs, { stdout, snapshot });
  if (written.failure !== null) throw written.failure;
  checkAnswered(snapshot);
  return EXIT.done;
}

function stdoutIsTaken(): KarError {
  return new KarError(
    "usage",
    "--screen draws on standard output, where --out - puts the report: name a file for the report",
  );
}

async function viewerOf(system: System, flags: RunFlags): Promise<Viewer> {
  if (flags.screen) return await openLiveView(system);
  return flags.quiet ? SILENT : new StatusLines(system, flags.logFormat);
}

/** What one needs to send the same again. */
function announce(
  viewer: Viewer,
  { plan, warnings }: LoadedPlan,
  saved: SavedState | null,
): void {
  for (const warning of warnings) viewer.log(formatProblem(warning), "warn");
  viewer.log(`Plan ${plan.planId}, seed ${plan.pattern.seed}`);
  if (saved === null) return;
  const { planId } = saved.run;
  const change = planId === plan.planId ? "" : `; the plan was ${planId} then`;
  viewer.log(`Goes on from what was saved at ${saved.savedAt}${change}`);
}

/** Whoever names an instant that is to come may mean to wait for it. */
function warnOfShift(
  viewer: Viewer,
  { startMs }: RunOptions,
  nowMs: number,
): void {
  if (startMs === undefined || startMs <= nowMs) return;
  const ahead = formatDuration(Math.ceil((startMs - nowMs) / 1000) * 1000);
  viewer.log(
    `Plan time is shifted: it begins ${ahead} ahead of the clock, now; --at would wait for an instant`,
  );
}

function waitsForTwo(): KarError {
  return new KarError(
    "usage",
    "--armed waits for a person, --at for an instant: give one of them",
  );
}

function optionsOf(
  { plan, variables }: LoadedPlan,
  { start, at, duration, armed, stripe }: RunFlags,
  { saved, nowMs }: {
    readonly saved: SavedState | null;
    readonly nowMs: number;
  },
): RunOptions {
  const { zone } = plan.pattern;
  return {
    plan,
    variables,
    ...(start && { startMs: startMsIn(start, zone) }),
    ...(at && { atMs: atMsIn(at, { zone, nowMs }) }),
    ...(duration && { durationMs: duration }),
    ...(armed && { armed }),
    ...(stripe && { stripe }),
    ...(saved && { restore: saved.run }),
  };
}
